/** What steps of every kind stand on, and how a step begins and ends: whoever makes it, it is run on the machine, compared with the specification's, and judged. */
import type { Machine } from "../../../hw/machine.ts";
import { NestedFault } from "../../../hw/nested.ts";
import { NoMemory } from "../../../hw/physical.ts";
import { allowed, disabled, type Cells, type Compiled } from "../../compile/compiled.ts";
import type { Abstraction } from "../abstract.ts";
import type { ContextVerdict } from "../abstract-view.ts";
import type { MonitorTables } from "../abstract-layout.ts";
import type { Action, CallAction } from "../action.ts";
import { instanceFinder } from "../actions.ts";
import { contextsOf, type ContextStep } from "../contexts.ts";
import { hostMovesMade } from "../hostile-host.ts";
import type { Judge } from "../judge.ts";
import { leewayOf, mayFault, withLeeway } from "../leeway.ts";
import type { Onlooker } from "../onlooker.ts";
import type { Difference } from "../result.ts";
import type { Secrets } from "../secrets.ts";
import { countMove, type Tally } from "../tally.ts";

/** What a search hangs in. */
export interface Successors {
  /** The number of the state that the machine is in, and its abstraction; `null` if it is new. */
  known(): { readonly cells: Cells; readonly number: number } | null;
  /** The machine is in a new state, which has been judged. Returns its number. */
  add(after: Cells, action: () => Action): number;
  /** About to run an action, so that a breach can be told which. */
  running(action: () => Action): void;
  /** Who compares runs with each other; nobody where it is absent. */
  readonly onlooker?: Onlooker;
}

/** Prints the cells in which two abstract states differ. */
export type Explain = (machine: Cells, specification: Cells) => readonly Difference[];

/** How it ends: as it should; in a fault, because the memory that it needs is not there, with nothing more to follow on that vCPU; or nowhere, which has been told. */
export type Ending = "ended" | "stopped" | "astray";

/** Every action but a call: it has no code, and happens or does not. */
export type Move = Exclude<Action, CallAction>;

interface Setting {
  readonly m: Machine;
  readonly compiled: Compiled;
  readonly tables: MonitorTables;
  readonly abstraction: Abstraction;
  readonly secrets: Secrets;
  readonly judge: Judge;
  readonly successors: Successors;
  readonly tally: Tally;
}

export interface Stage extends Setting {
  /** Finds instances of the system. */
  readonly find: ReturnType<typeof instanceFinder>;
  /** The machine is in the state that `before` abstracts: what follows is run from there. */
  enter(before: Cells): void;
  /** Whether the host has moved memory on the way to that state. */
  hostMoved(): boolean;
  /** Whether what was run last from there did not come to its end: nothing follows. */
  over(): boolean;
  /** Fills the registers of threads before a step that concerns them; `caller` is the domain that runs on the step's vCPU. */
  plant(before: Cells, step: ContextStep, caller: number): void;
  /** What the step has made of them. They are cleared again. */
  settle(step: ContextStep): readonly ContextVerdict[];
  /** Runs what the monitor does, judged after every step of the machine. */
  watched(before: Cells, instance: number, outcome: number, run: () => void): Ending;
  /** The step is over, allowed by the specification or not: compares, judges, and goes on from there if it is new. What is allowed and no instance must be nothing. `frame` is the one that an access reached, the number of what the host moves, -1 of calls. */
  conclude(before: Cells, instance: number, outcome: number, frame: number, action: () => Action, verdicts: readonly ContextVerdict[] | null): void;
  /** Something happens on the machine; the specification may have it happen or not. Where it does not come to its end, nothing follows. */
  happens(before: Cells, move: Move, transition: number, instance: number, perform: () => Ending, verdicts: () => readonly ContextVerdict[] | null): void;
  /** Something happens on the machine that must be nothing to the specification. */
  idles(before: Cells, move: Move, perform: () => Ending, verdicts: () => readonly ContextVerdict[] | null): void;
  /** Nothing on the machine allows the move; the specification may. */
  faults(before: Cells, move: Move, instance: number): void;
}

export const cellsEqual = (a: Cells, b: Cells): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

const named = (move: Move): string => {
  switch (move.kind) {
    case "interrupt": return `interrupt of vCPU ${move.vcpu}`;
    case "move": return `${move.move} page ${move.page}`;
    case "dma": return `${move.move} device ${move.device} page ${move.page}`;
    case "host": return `${move.move} frame ${move.frame}`;
    case "remap": case "rmp": return move.kind;
    case "injection": return `injection on vCPU ${move.vcpu}`;
  }
};

export const createStage = (setting: Setting, explain: Explain): Stage => {
  const { m, compiled, tables, abstraction, secrets, judge, successors, tally } = setting, { system } = compiled, { onlooker } = successors;
  const contexts = contextsOf(system, compiled.state, tables, secrets);
  const stepCells = compiled.steps;
  const nothing = new Int32Array(compiled.step.size);
  const leeway = leewayOf(compiled.state, tables);
  const after = new Int32Array(compiled.state.size), expected = new Int32Array(compiled.state.size);
  let hostMoved = false, over = false;

  const specify = (before: Cells, instance: number): void => {
    if (instance < 0) expected.set(before);
    else compiled.apply(before, instance, expected);
  };

  const conclude: Stage["conclude"] = (before, instance, outcome, frame, action, verdicts) => {
    tally.transitions++;
    const seen = successors.known();
    if (seen === null) {
      const bad = abstraction(m, after);
      if (bad !== null) {
        judge.malformed(bad);
        return;
      }
    }
    const reached = seen === null ? after : seen.cells;
    const step = stepCells[instance] ?? nothing;
    if (outcome === allowed) specify(before, instance);
    if (outcome === allowed && m.nestedBase !== 0) withLeeway(leeway(m, before, action(), reached), before, expected);
    const differs = outcome === allowed && !cellsEqual(reached, expected);
    if (differs) judge.differs(explain(reached, expected));
    if (instance >= 0) judge.step(before, reached, instance);
    judge.contexts(reached, step, verdicts);
    // A known state has been judged; but if this step should not have led there, it is judged against where it should have.
    const bad = differs ? judge.state(reached, step) : seen === null ? judge.fresh(reached, step) : null;
    if (differs && bad === null) judge.against(expected, step);
    if (bad !== null) return;
    const number = seen === null ? successors.add(after, action) : seen.number;
    if (seen === null) onlooker?.observe(number, m, after);
    if (instance >= 0 || frame >= 0) onlooker?.stepped(instance, frame, number, reached, verdicts !== null);
  };

  const endingOf = (run: () => void): Ending => {
    try {
      run();
      return "ended";
    } catch (fault) {
      if (fault instanceof NestedFault) return "stopped";
      if (!(fault instanceof NoMemory)) throw fault;
      // Numbers of frames and words are computed from what lies in the monitor's frames.
      judge.malformed({ property: "P3", sentence: `the monitor reaches for what there is not (${fault.message}): its own frames do not hold what they held`, at: null });
      return "astray";
    }
  };
  /** What the host has taken away may stop the monitor, which may never stop by itself. */
  const isOver = (move: Move, ending: Ending): boolean => {
    if (ending === "stopped" && !hostMoved) judge.differs([{ cell: named(move), machine: "none: the monitor ends", specification: "comes to its end" }]);
    return ending === "ended";
  };

  return {
    ...setting, conclude, find: instanceFinder(compiled),
    enter: (before) => {
      judge.enter(before);
      hostMoved = m.nestedBase !== 0 && hostMovesMade(m, tables) > 0;
      over = false;
    },
    hostMoved: () => hostMoved,
    over: () => over,
    plant: (before, step, caller) => {
      contexts.plant(m, before, step, caller);
      onlooker?.planted(m);
    },
    settle: (step) => {
      onlooker?.registers(m);
      return contexts.settle(m, step);
    },
    watched: (before, instance, outcome, run) => {
      if (outcome === allowed) specify(before, instance);
      judge.watch(stepCells[instance] ?? nothing, outcome === allowed ? expected : before);
      const ending = endingOf(run);
      over = ending !== "ended";
      judge.unwatch();
      return ending;
    },
    happens: (before, move, transition, instance, perform, verdicts) => {
      const action = (): Action => move;
      successors.running(action);
      if (!isOver(move, perform())) return;
      countMove(tally, transition);
      const outcome = instance < 0 ? disabled : compiled.outcome(before, instance);
      if (outcome === disabled) judge.differs([{ cell: named(move), machine: "reaches a frame", specification: "faults" }]);
      conclude(before, instance, outcome, "frame" in move ? move.frame : -1, action, verdicts());
    },
    idles: (before, move, perform, verdicts) => {
      const action = (): Action => move;
      successors.running(action);
      if (!isOver(move, perform())) return;
      conclude(before, -1, allowed, -1, action, verdicts());
    },
    faults: (before, move, instance) => {
      if (mayFault(m, hostMoved, move) || instance < 0 || compiled.outcome(before, instance) !== allowed) return;
      successors.running(() => move);
      judge.differs([{ cell: named(move), machine: "faults", specification: "reaches a frame" }]);
    },
  };
};
