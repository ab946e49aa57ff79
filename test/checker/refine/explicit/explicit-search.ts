/**
 * The search of the monitor on a machine whose caches are real: finite, and filled and emptied by moves of their own. Between actions every walk may be cached and every entry evicted;
 * inside an action the same after each of its steps. A fill inside is made at the first moment at which it can be: made later, what is cached is no more.
 */
import { mark, undo, writeWord } from "../../../../hw/memory.ts";
import { adversaryOf } from "../../../../spec/adversary.ts";
import type { Policy } from "../../../../spec/policy.ts";
import { systemsOf } from "../../../../spec/system.ts";
import { compile } from "../../../../checker/compile/compile.ts";
import type { Cells } from "../../../../checker/compile/compiled.ts";
import type { Action } from "../../../../checker/refine/action.ts";
import { bootedMachine } from "../../../../checker/refine/boot-image.ts";
import { createExpander } from "../../../../checker/refine/expand.ts";
import { createJudge } from "../../../../checker/refine/judge.ts";
import { createDifferences } from "../../../../checker/refine/differences.ts";
import { createVisited } from "../../../../checker/refine/visited.ts";
import { cacheMoves, evictions, heldCount, performCacheMove, sameMove, type CacheMove } from "./caches.ts";

export interface ExplicitResult {
  /** The properties that fail, in order of their names. */
  readonly violated: readonly string[];
  /** States with what the caches hold, and without. */
  readonly states: number;
  readonly uncached: number;
  /** Runs of an action in which a cache was filled inside. */
  readonly filledInside: number;
}

interface Planned { readonly moment: number; readonly move: CacheMove }

/** To the given number of actions from the boot image; all caches together hold at most `capacity` entries. */
export const explicitSearch = (policy: Policy, depth: number, capacity: number): ExplicitResult => {
  const [system] = systemsOf(policy), compiled = compile(system);
  const m = bootedMachine(policy, "explicit"), boot = mark(m.memory);
  const violated = new Set<string>();
  const judge = createJudge(m, compiled, () => true, ({ property }) => { violated.add(property); });
  const judged = m.observer;
  const visited = createVisited(false), differences = createDifferences(m, boot, compiled.state.encode(system.initial)), cellsOf: Cells[] = [], nothing = new Int32Array(compiled.step.size);
  let next: number[] = [], caches: Uint32Array = new Uint32Array(0), action: () => Action = () => { throw new RangeError("nothing runs"); };
  let uncached = 0, filledInside = 0;
  /** What took effect in the state that is being expanded, whether or not the specification allows it. */
  let took: Action[] = [], collects = false;

  const find = (): number => {
    differences.read();
    return visited.find(differences.words, 0);
  };
  const add = (cells: Cells): number => {
    differences.complete(-1, null, cells);
    const state = visited.add(differences.words, 0);
    cellsOf[state] = Int32Array.from(cells);
    if (heldCount(m) === 0) uncached++;
    return state;
  };
  /** An access fills the TLB too, least recently used first. That it need not is what is wanted here: fills are moves of their own. */
  const forgetFill = (): void => {
    if (action().kind === "move") caches.forEach((word, i) => { if (m.memory.words[m.tlbBase + i] !== word) writeWord(m.memory, m.tlbBase + i, word); });
  };
  const expander = createExpander(m, compiled, adversaryOf(policy), judge, {
    known: () => {
      forgetFill();
      if (collects) took.push(action());
      const number = find(), cells = cellsOf[number];
      return cells === undefined ? null : { cells, number };
    },
    add: (after) => {
      const state = add(after);
      next.push(state);
      return state;
    },
    running: (of) => { action = of; },
  }, () => []);

  /** The states that the caches lead to by themselves, from those given and with them; each is judged. */
  const saturate = (states: readonly number[]): readonly number[] => {
    const all = [...states];
    for (const state of all) {
      const cells = cellsOf[state] ?? nothing;
      differences.enter(visited, state);
      const here = mark(m.memory), fills = heldCount(m) < capacity ? cacheMoves(m).map((move) => () => { performCacheMove(m, move); }) : [];
      for (const move of [...fills, ...evictions(m)]) {
        move();
        if (find() < 0) {
          judge.enter(cells);
          if (judge.state(cells, nothing) === null) all.push(add(cells));
        }
        undo(m.memory, here);
      }
    }
    return all;
  };

  /** Runs the action with what is planned inside it, and returns its steps and what could be planned besides, no earlier than the last of the plan. */
  const runPlanned = (before: Cells, act: Action, plan: readonly Planned[]): { readonly steps: string; readonly more: readonly Planned[] } => {
    const from = plan.at(-1)?.moment ?? 1, more: Planned[] = [], steps: string[] = [];
    let moment = 0, offered = cacheMoves(m);
    m.observer = (machine, kind, a, b) => {
      moment++;
      steps.push(`${kind} ${a}`);
      // No walk depends on these.
      if (kind === "cpl" || kind === "ipi" || kind === "ack") {
        judged?.(machine, kind, a, b);
        return;
      }
      plan.forEach((one) => { if (one.moment === moment) performCacheMove(m, one.move); });
      const now = cacheMoves(m);
      if (moment >= from) now.forEach((move) => { if (!offered.some((one) => sameMove(one, move)) && (move.does === "execute" || heldCount(m) < capacity)) more.push({ moment, move }); });
      offered = now;
      judged?.(machine, kind, a, b);
    };
    expander.run(before, act);
    m.observer = judged;
    return { steps: steps.join(), more };
  };

  const runEveryWay = (before: Cells, act: Action): string => {
    const base = mark(m.memory);
    let first = "";
    const deepen = (plan: readonly Planned[]): void => {
      const { steps, more } = runPlanned(before, act, plan);
      if (plan.length === 0) first = steps;
      else filledInside++;
      undo(m.memory, base);
      for (const one of more) deepen([...plan, one]);
    };
    deepen([]);
    return first;
  };

  /** A call with its interrupts taken as late as may be, and then at every earlier moment: the moments end where nothing changes any more. */
  const runEveryDelivery = (before: Cells, act: Action): void => {
    const late = runEveryWay(before, act);
    if (act.kind !== "call" || !late.includes("ipi")) return;
    for (let delivery = 0; runEveryWay(before, { ...act, delivery }) !== late; delivery++);
  };

  const cells = new Int32Array(compiled.state.size);
  find();
  if (expander.start(compiled.state.encode(system.initial), cells) === null) next.push(add(cells));
  for (let level = 0; level < depth; level++) {
    const frontier = saturate(next);
    next = [];
    for (const state of frontier) {
      const before = cellsOf[state] ?? nothing;
      differences.enter(visited, state);
      caches = m.memory.words.slice(m.tlbBase, m.ioBase);
      took = [];
      collects = true;
      expander.expand(before, false);
      collects = false;
      for (const act of took) if (act.kind === "interrupt" || (act.kind === "call" && act.delivery === null)) runEveryDelivery(before, act);
    }
  }
  saturate(next);
  return { violated: [...violated].sort(), states: visited.size, uncached, filledInside };
};
