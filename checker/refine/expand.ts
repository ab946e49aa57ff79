/** One machine state at a time: every call by every running domain with every argument, every move through every translation. */
import { vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { mark, readWord, undo, type Mark } from "../../hw/memory.ts";
import { CPL } from "../../hw/state.ts";
import { RAX, readRegister } from "../../hw/vcpu.ts";
import { codes } from "../../spec/vocabulary.ts";
import { allowed, disabled, type Cells, type Compiled } from "../compile/compiled.ts";
import { abstractionOf, type Abstraction } from "./abstract.ts";
import { monitorTables, saveRow, vcpuRow } from "./abstract-layout.ts";
import type { Action, CallAction, MoveAction } from "./action.ts";
import { instanceOfAction } from "./action-instance.ts";
import { callRows, codeNumber, instanceFinder, numberOfCall, type CallRow } from "./actions.ts";
import { consume, enter, loadCall } from "./call.ts";
import { relabelDeparted } from "./ghost.ts";
import type { Judge } from "./judge.ts";
import type { Malformed } from "./malformed.ts";
import type { Difference } from "./result.ts";
import { performMove, reachedFrames } from "./user-moves.ts";

/** What a search hangs in. */
export interface Successors {
  /** The number of the state that the machine is in, and its abstraction; `null` if it is new. */
  known(): { readonly cells: Cells } | null;
  /** The machine is in a new state, which has been judged. */
  add(after: Cells, action: () => Action): void;
  /** About to run an action, so that a breach can be told which. */
  running(action: () => Action): void;
}

/** Counts of one search. */
export interface Tally {
  callsRun: number;
  transitions: number;
  readonly succeeded: Float64Array;
  /** By transition: denials, and those for an argument out of range. */
  readonly denied: Float64Array;
  readonly outOfRange: Float64Array;
  /** By transition and guard. */
  readonly failedFirst: readonly Float64Array[];
  unknown: number;
}

export interface Expander {
  readonly tally: Tally;
  readonly abstraction: Abstraction;
  /** Judges the machine, which has just booted, and writes what it abstracts to into `booted`: it must be the initial state. */
  boot(booted: Cells): Malformed | null;
  /** Runs everything from the state that the machine is in and `before` abstracts; the machine is back in it afterwards. */
  expand(before: Cells): void;
  /**
   * Runs one action from the state that the machine is in and `before` abstracts, and leaves the machine after it. Returns the code of a call, 0 for a move,
   * and `null` for a move that no translation allows.
   */
  run(before: Cells, action: Action): number | null;
  /** The calls that the specification allows the vCPU's domain, and the moves that the hardware allows it, in the same state. */
  possible(before: Cells, vcpu: number): readonly Action[];
}

const moveNames = ["load", "store", "fetch"] as const;

/** `explain` prints the cells in which two abstract states differ. */
export const createExpander = (
  m: Machine, compiled: Compiled, judge: Judge, successors: Successors, explain: (machine: Cells, specification: Cells) => readonly Difference[],
): Expander => {
  const { system } = compiled, { transitions } = system;
  const tables = monitorTables(m), { domains, vcpus } = tables;
  const abstraction = abstractionOf(system, compiled.state, m);
  const rows = callRows(system, m, tables), find = instanceFinder(compiled);
  const home = compiled.state.cellOf("vcpu", [0]);
  const pages = (system.bounds["Page"]?.hi ?? -1) + 1;
  // By vCPU and caller, an instance for each row.
  const instanceOf = Array.from({ length: vcpus * domains }, (_, at) => Int32Array.from(rows, ({ transition, scope }) => {
    const name = transitions[transition]?.name;
    return scope === null || name === undefined ? -1 : find(name, { vcpu: Math.floor(at / domains), caller: at % domains, ...scope });
  }));
  const moves = moveNames.flatMap((name) => {
    const transition = transitions.findIndex((one) => one.name === name && one.kind === "move");
    const instances = Array.from({ length: vcpus * domains }, (_, at) => Int32Array.from({ length: pages }, (__, page) =>
      find(name, { vcpu: Math.floor(at / domains), caller: at % domains, page })));
    return transition < 0 ? [] : [{ name, transition, instances }];
  });
  const stepCells = compiled.instances.map((instance) => compiled.step.encode(system.describe(instance)));
  const nothing = new Int32Array(compiled.step.size);
  // The code that each outcome of a call means: allowed is OK, and then the guards in order.
  const codeOf = transitions.map(({ guards }) => Int32Array.from([codeNumber("OK"), ...guards.map(({ code }) => codeNumber(code))]));
  const releaseNumber = numberOfCall("release");
  const tally: Tally = {
    callsRun: 0, transitions: 0, succeeded: new Float64Array(transitions.length), denied: new Float64Array(transitions.length),
    outOfRange: new Float64Array(transitions.length), failedFirst: transitions.map(({ guards }) => new Float64Array(guards.length)), unknown: 0,
  };
  const after = new Int32Array(compiled.state.size), expected = new Int32Array(compiled.state.size);
  const vcpuWords = (m.tlbBase - m.vcpuBase) / vcpus;

  const cellsEqual = (a: Cells, b: Cells): boolean => {
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  };

  /** The step is over, allowed by the specification or not: compares, judges, and goes on from there if it is new. */
  const conclude = (before: Cells, instance: number, outcome: number, action: () => Action): void => {
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
    if (outcome === allowed) compiled.apply(before, instance, expected);
    const differs = outcome === allowed && !cellsEqual(reached, expected);
    if (differs) judge.differs(explain(reached, expected));
    if (instance >= 0) judge.step(before, reached, instance);
    // A known state has been judged; but if this step should not have led there, it is judged against where it should have.
    if (seen !== null && !differs) return;
    const bad = judge.state(reached, step);
    if (differs && bad === null) judge.against(expected, step);
    if (seen === null && bad === null) successors.add(after, action);
  };

  /** Whether a denied call wrote the return register alone, by the write log. */
  const wroteOnlyTheCode = (v: number, since: Mark): boolean => {
    const { log, logLength } = m.memory, first = m.vcpuBase + v * vcpuWords;
    for (let i: number = since; i < logLength; i += 2) if (log[i] !== first + RAX && log[i] !== first + CPL) return false;
    return true;
  };

  const codesDiffer = (due: number, code: number): readonly Difference[] =>
    due === code ? [] : [{ cell: "code", machine: codes[code] ?? String(code), specification: codes[due] ?? String(due) }];

  const runCall = (before: Cells, v: number, caller: number, row: CallRow, instance: number): number => {
    const outcome = instance < 0 ? disabled : compiled.outcome(before, instance);
    const due = row.fixed >= 0 ? row.fixed : codeOf[row.transition]?.[outcome] ?? -1;
    const action = (): Action => ({ kind: "call", vcpu: v, number: row.number, arguments: row.registers });
    successors.running(action);
    const [a, b, c, d] = row.registers;
    loadCall(m, vcpu(v), row.number, a, b, c, d);
    const entry = mark(m.memory);
    judge.watch(stepCells[instance] ?? nothing);
    enter(m, vcpu(v));
    judge.unwatch();
    tally.callsRun++;
    const gone = readWord(m.memory, tables.vcpuTable + v * vcpuRow) !== caller;
    const code = gone ? readWord(m.memory, tables.saveAreas + (caller * vcpus + v) * saveRow + RAX) : readRegister(m, vcpu(v), RAX);
    const ok = code === 0;
    if (code !== due || !ok) judge.exactDenial(code === due, ok || wroteOnlyTheCode(v, entry), codesDiffer(due, code));
    count(row, code, outcome);
    if (ok) {
      consume(m, vcpu(v));
      if (row.number === releaseNumber) relabelDeparted(m, tables, a);
      conclude(before, instance, outcome, action);
    }
    return code;
  };

  const count = (row: CallRow, code: number, outcome: number): void => {
    if (row.transition < 0) {
      tally.unknown++;
      return;
    }
    const failed = tally.failedFirst[row.transition];
    const counted = code === 0 ? tally.succeeded : tally.denied;
    counted[row.transition] = (counted[row.transition] ?? 0) + 1;
    if (code === 0) return;
    if (row.fixed >= 0) tally.outOfRange[row.transition] = (tally.outOfRange[row.transition] ?? 0) + 1;
    else if (failed !== undefined && outcome > 0) failed[outcome - 1] = (failed[outcome - 1] ?? 0) + 1;
  };

  const runMove = (before: Cells, move: MoveAction, caller: number, transition: number, instance: number): void => {
    const action = (): Action => move;
    successors.running(action);
    performMove(m, move, caller);
    tally.succeeded[transition] = (tally.succeeded[transition] ?? 0) + 1;
    const outcome = instance < 0 ? disabled : compiled.outcome(before, instance);
    if (outcome === disabled) judge.differs([{ cell: `${move.move} page ${move.page}`, machine: "reaches a frame", specification: "faults" }]);
    conclude(before, instance, outcome, action);
  };

  /** No translation allows the move; the specification may. */
  const faults = (before: Cells, move: MoveAction, instance: number): void => {
    if (instance < 0 || compiled.outcome(before, instance) !== allowed) return;
    successors.running(() => move);
    judge.differs([{ cell: `${move.move} page ${move.page}`, machine: "faults", specification: "reaches a frame" }]);
  };

  const runMoves = (before: Cells, v: number, caller: number, base: Mark): void => {
    for (const { name, transition, instances } of moves) {
      for (let page = 0; page < pages; page++) {
        const instance = instances[v * domains + caller]?.[page] ?? -1, frames = reachedFrames(m, v, name, page);
        if (frames.length === 0) faults(before, { kind: "move", vcpu: v, move: name, page, frame: -1 }, instance);
        for (const frame of frames) {
          runMove(before, { kind: "move", vcpu: v, move: name, page, frame }, caller, transition, instance);
          undo(m.memory, base);
        }
      }
    }
  };

  /** A row for registers that need not be among those that a search tries. */
  const rowOf = ({ number, arguments: registers }: CallAction, caller: number, v: number): { readonly row: CallRow; readonly instance: number } => {
    const action = { kind: "call", vcpu: v, number, arguments: registers } as const;
    const transition = transitions.findIndex((one) => one.kind === "call" && numberOfCall(one.name) === number);
    const found = instanceOfAction(system, tables, action, caller);
    const fixed = transition < 0 ? codeNumber("BAD_CALL") : found === null ? codeNumber("BAD_ARGUMENT") : -1;
    return { row: { number, registers, transition, fixed, scope: found?.scope ?? null }, instance: found === null ? -1 : find(found.transition.name, found.scope) };
  };

  return {
    tally, abstraction,
    boot: (booted) => {
      const bad = abstraction(m, booted);
      if (bad !== null) {
        judge.malformed(bad);
        return bad;
      }
      const initial = compiled.state.encode(system.initial);
      if (!cellsEqual(booted, initial)) judge.differs(explain(booted, initial));
      return judge.state(booted, nothing);
    },
    expand: (before) => {
      const base = mark(m.memory);
      judge.enter(before);
      for (let v = 0; v < vcpus; v++) {
        const caller = before[home + v] ?? 0, instances = instanceOf[v * domains + caller];
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i];
          if (row === undefined) continue;
          runCall(before, v, caller, row, instances?.[i] ?? -1);
          undo(m.memory, base);
        }
        runMoves(before, v, caller, base);
      }
    },
    possible: (before, v) => {
      const instances = instanceOf[v * domains + (before[home + v] ?? 0)];
      const calls = rows.flatMap(({ number, registers }, i): readonly Action[] => {
        const instance = instances?.[i] ?? -1;
        return instance >= 0 && compiled.outcome(before, instance) === allowed ? [{ kind: "call", vcpu: v, number, arguments: registers }] : [];
      });
      return [...calls, ...moves.flatMap(({ name: move }) => Array.from({ length: pages }, (_, page) => page)
        .flatMap((page) => reachedFrames(m, v, move, page).map((frame): Action => ({ kind: "move", vcpu: v, move, page, frame }))))];
    },
    run: (before, action) => {
      judge.enter(before);
      const caller = before[home + action.vcpu] ?? 0;
      if (action.kind === "call") {
        const { row, instance } = rowOf(action, caller, action.vcpu);
        const code = runCall(before, action.vcpu, caller, row, instance);
        consume(m, vcpu(action.vcpu));
        return code;
      }
      const move = moves.find(({ name }) => name === action.move), frames = reachedFrames(m, action.vcpu, action.move, action.page);
      if (move === undefined) return null;
      const instance = move.instances[action.vcpu * domains + caller]?.[action.page] ?? -1;
      if (frames.length === 0) faults(before, action, instance);
      if (!frames.some((frame) => frame === action.frame)) return null;
      runMove(before, action, caller, move.transition, instance);
      return 0;
    },
  };
};
