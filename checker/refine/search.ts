/** Level-synchronous breadth-first search of the monitor on the machine, from the booted machine: counterexamples are shortest and the same every time. */
import { mark } from "../../hw/memory.ts";
import { createDigest } from "../../spec/lang/digest.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import type { Policy } from "../../spec/policy.ts";
import { compiledOf } from "../compile/compile.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import type { Level } from "../explore/level.ts";
import { vcpuOf, type Action } from "./action.ts";
import { monitorTables } from "./abstract-layout.ts";
import { instanceOfAction } from "./action-instance.ts";
import { bootedMachine } from "./boot-image.ts";
import { currentOf } from "./current.ts";
import { createExpander } from "./expand.ts";
import { idleJudge } from "./idle-judge.ts";
import { createJudge, type Breach } from "./judge.ts";
import { compareStates, namesOf } from "./names.ts";
import type { Leak } from "./onlooker.ts";
import type { MachineSearchOptions, MachineSearchResult, MachineViolation } from "./result.ts";
import { noSecrets, plantSecrets } from "./secrets.ts";
import { coverageOf } from "./tally.ts";
import { createVisited } from "./visited.ts";

/** Milliseconds between two turns of the event loop, in which signals and timers are heard. */
const turn = 100;

/** Every frame of the monitor is named in calls from states at a smaller depth than this, from the others its first and its last: the monitor tells its frames from others by their number alone. */
const everyFrameUntil = 2;

const breathe = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, 0);
});

/**
 * Searches the system's machine: `system` is the first of `systemsOf(policy)`.
 * @throws SpecificationError if the system is not well formed, RangeError if the saturating TLB outgrows its capacity.
 */
export const machineSearch = async (policy: Policy, system: System, options: MachineSearchOptions, compiled: Compiled = compiledOf(system)): Promise<MachineSearchResult> => {
  const m = bootedMachine(policy, "saturating");
  plantSecrets(m, policy, options.watch?.secrets ?? noSecrets);
  const boot = mark(m.memory), tables = monitorTables(m);
  const started = Date.now();
  const names = namesOf(policy), visited = createVisited(m, boot);
  const cellsOf: Cells[] = [], parentOf: number[] = [], actionOf: ((() => Action) | null)[] = [];
  const violations: MachineViolation[] = [];
  const runs = currentOf(system, compiled.state);
  let current = -1, running: () => Action = () => { throw new RangeError("nothing runs"); };

  const pathTo = (state: number): readonly Action[] => {
    const path: Action[] = [];
    for (let at = state; at >= 0; at = parentOf[at] ?? -1) {
      const action = actionOf[at];
      if (action) path.unshift(action());
    }
    return path;
  };
  const instancesOnPath = (state: number, last: Action | null): readonly Instance[] => {
    const states: number[] = [];
    for (let at = state; at >= 0; at = parentOf[at] ?? -1) states.unshift(at);
    const steps = states.map((at, i) => ({ cells: cellsOf[at], action: i + 1 < states.length ? actionOf[states[i + 1] ?? 0]?.() ?? null : last }));
    return steps.flatMap(({ cells, action }) => {
      if (action === null || cells === undefined) return [];
      const vcpu = vcpuOf(action), instance = instanceOfAction(system, tables, action, vcpu === null ? 0 : runs(cells, vcpu));
      return instance === null ? [] : [instance];
    });
  };
  const breached = (breach: Breach & { readonly leak?: Leak }): void => {
    const last = current < 0 ? null : running();
    violations.push({ ...breach, place: "M", actions: last === null ? [] : [...pathTo(current), last], instanceTrace: last === null ? [] : instancesOnPath(current, last) });
  };

  const judge = options.properties?.length === 0 ? idleJudge(system.properties.length) : createJudge(m, compiled, (id) => options.properties === null || options.properties.includes(id), breached);
  let next: number[] = [];
  const onlooker = options.watch?.begin(m, {
    pathTo,
    running: () => running(),
    leaked: (leak) => { breached({ property: leak.property, clause: -1, binding: {}, inside: null, differences: [], malformed: null, leak }); },
  });
  const expander = createExpander(m, compiled, adversaryOf(policy), judge, {
    known: () => {
      const state = visited.find(m), cells = cellsOf[state];
      return cells === undefined ? null : { cells, number: state };
    },
    add: (after, action) => {
      const state = visited.add(m);
      cellsOf[state] = after.slice();
      parentOf[state] = current;
      actionOf[state] = action;
      digest.add([m.memory.hashLow, m.memory.hashHigh]);
      all.add([m.memory.hashLow, m.memory.hashHigh]);
      next.push(state);
      return state;
    },
    running: (action) => {
      running = action;
    },
    ...(onlooker === undefined ? {} : { onlooker }),
  }, (machine, specification) => compareStates(system.bounds, system.variables, names, compiled.state.decode(machine), compiled.state.decode(specification))
    .map(({ cell, one, other }) => ({ cell, machine: one, specification: other })));

  const all = createDigest();
  let digest = createDigest();
  const levels: Level[] = [];
  const cells = new Int32Array(compiled.state.size);
  visited.find(m);
  if (expander.start(compiled.state.encode(system.initial), cells) === null) {
    const state = visited.add(m);
    cellsOf[state] = cells;
    parentOf[state] = -1;
    actionOf[state] = null;
    digest.add([m.memory.hashLow, m.memory.hashHigh]);
    all.add([m.memory.hashLow, m.memory.hashHigh]);
    next.push(state);
    onlooker?.observe(state, m, cells);
  }
  levels.push({ depth: 0, states: next.length, digest: digest.text() });

  let state: MachineSearchResult["state"] = "complete", depth = 0, left = next.length, breathed = Date.now();
  const stopped = (): boolean => state !== "complete" || (violations.length > 0 && !options.allViolations);
  while (next.length > 0 && depth < options.depth && !stopped()) {
    const frontier = next;
    next = [];
    digest = createDigest();
    let expanded = 0;
    for (const at of frontier) {
      current = at;
      visited.enter(m, at);
      onlooker?.enter(at, cellsOf[at] ?? cells);
      expander.expand(cellsOf[at] ?? cells, depth < everyFrameUntil);
      expanded++;
      const now = Date.now();
      if (now - breathed < turn) continue;
      options.onProgress?.({ depth, statesDistinct: visited.size, transitions: expander.tally.transitions, frontier: frontier.length - expanded });
      await breathe();
      breathed = Date.now();
      if (options.signal?.aborted === true) state = "interrupted";
      else if (now - started > options.maxMilliseconds) state = "budget";
      if (state !== "complete") break;
    }
    left = frontier.length - expanded + next.length;
    if (expanded < frontier.length) break;
    depth++;
    if (next.length > 0) levels.push({ depth, states: next.length, digest: digest.text() });
    if (visited.size >= options.maxStates && next.length > 0) state = "budget";
  }
  return {
    name: options.name, state, closed: left === 0, depth, statesDistinct: visited.size, transitions: expander.tally.transitions, levels, frontier: left,
    exact: true, digest: all.text(), coverage: coverageOf(system, expander.tally, judge.antecedents), violations, callsRun: expander.tally.callsRun,
  };
};
