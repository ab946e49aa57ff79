/**
 * Drives the monitor along given runs, and goes one step in every direction from where they end: everything is judged as in a search, which this is a narrow one of. What it finds
 * wrong is wrong; that it finds nothing says nothing of the states beside the runs.
 */
import { commit, mark, restore, snapshot } from "../../hw/memory.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import { createDigest } from "../../spec/lang/digest.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Compiled } from "../compile/compiled.ts";
import { vcpuOf, type Action } from "./action.ts";
import { instanceOfAction } from "./action-instance.ts";
import { monitorTables } from "./abstract-layout.ts";
import { bootedMachine } from "./boot-image.ts";
import { currentOf } from "./current.ts";
import { createDifferences } from "./differences.ts";
import { createExpander } from "./expand.ts";
import { createJudge } from "./judge.ts";
import { compareStates, namesOf } from "./names.ts";
import type { MachineSearchResult, MachineViolation } from "./result.ts";
import { coverageOf } from "./tally.ts";
import { through } from "./through.ts";
import { createVisited, entry } from "./visited.ts";

export interface Driver {
  /** From the booted machine; it ends early where the monitor does not go along, which has been judged. */
  along(run: readonly Action[]): void;
  /** All that was driven until now; `levels` of it are none. */
  result(name: string): Omit<MachineSearchResult, "state">;
}

/** `selected` says which properties count. @throws RangeError if the saturating TLB outgrows its capacity. */
export const createDriver = (policy: Policy, system: System, compiled: Compiled, selected: (property: string) => boolean): Driver => {
  const m = bootedMachine(policy, "saturating"), booted = snapshot(m.memory), tables = monitorTables(m), names = namesOf(policy), runs = currentOf(system, compiled.state);
  const initial = compiled.state.encode(system.initial), differences = createDifferences(m, mark(m.memory), initial), visited = createVisited(false), knownCells = new Int32Array(initial.length);
  const digest = createDigest(), violations: MachineViolation[] = [], ends = new Set<number>();
  let path: Action[] = [], instances: Instance[] = [], running: (() => Action) | null = null, cells = initial.slice(), at = -1, driven = 0, longest = 0;

  const instanceOf = (action: Action): readonly Instance[] => {
    const vcpu = vcpuOf(action), instance = instanceOfAction(system, tables, action, vcpu === null ? 0 : runs(cells, vcpu));
    return instance === null ? [] : [instance];
  };
  const judge = createJudge(m, compiled, selected, (breach) => {
    const last = running === null ? [] : [running()];
    violations.push({ ...breach, place: "M", actions: [...path, ...last], instanceTrace: [...instances, ...last.flatMap(instanceOf)] });
  });
  const known = (): number => {
    differences.read();
    return visited.find(differences.words, 0);
  };
  const add = (parent: number, action: Action | null, after: Int32Array): number => {
    differences.complete(parent, action, after);
    digest.add([differences.words[entry.hashLow] ?? 0, differences.words[entry.hashHigh] ?? 0]);
    return visited.add(differences.words, 0);
  };
  const expander = createExpander(m, compiled, adversaryOf(policy), judge, {
    known: () => {
      const number = known();
      if (number < 0) return null;
      differences.cells(visited, number, knownCells);
      return { cells: knownCells, number };
    },
    add: (after, action) => add(at, action(), Int32Array.from(after)),
    running: (action) => { running = action; },
  }, (machine, specification) => compareStates(system.bounds, system.variables, names, compiled.state.decode(machine), compiled.state.decode(specification))
    .map(({ cell, one, other }) => ({ cell, machine: one, specification: other })));

  const begin = (): boolean => {
    restore(m.memory, booted);
    [path, instances, running] = [[], [], null];
    at = known();
    if (at >= 0) {
      cells.set(initial);
      return true;
    }
    if (expander.start(initial, cells) !== null) return false;
    // Judged, it is what it should be, or the search has said that it is not.
    known();
    at = add(-1, null, cells);
    return true;
  };
  /** Whether the step leads on. */
  const go = (given: Action): boolean => {
    const action = through(m, given), [instance] = instanceOf(action), { code, over } = expander.run(cells, action);
    commit(m.memory);
    path.push(action);
    if (instance !== undefined) instances.push(instance);
    running = null;
    const number = code === 0 && !over ? known() : -1;
    // What a step leads to is kept unless it means no state.
    if (number < 0) return false;
    at = number;
    cells = cells.slice();
    differences.cells(visited, number, cells);
    return true;
  };

  return {
    along: (run) => {
      driven++;
      if (!begin() || !run.every(go)) return;
      longest = Math.max(longest, run.length + 1);
      if (ends.has(at)) return;
      ends.add(at);
      expander.expand(cells, false);
      running = null;
    },
    result: (name) => ({
      name, closed: false, runs: driven, depth: longest, statesDistinct: visited.size, transitions: expander.tally.transitions, levels: [], frontier: visited.size - ends.size, exact: true, digest: digest.text(),
      coverage: coverageOf(system, expander.tally, judge), violations, callsRun: expander.tally.callsRun,
    }),
  };
};
