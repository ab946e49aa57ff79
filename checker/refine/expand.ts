/** One machine state at a time: every call by every running domain with every argument, every move of ring 3, devices and the host, every interrupt. */
import { vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { mark, readWord, undo, type Mark } from "../../hw/memory.ts";
import { raiseInterrupt, takeInterrupt } from "../../hw/interrupts.ts";
import { NestedFault } from "../../hw/nested.ts";
import { CPL } from "../../hw/state.ts";
import { RAX, readRegister } from "../../hw/vcpu.ts";
import { codes } from "../../spec/vocabulary.ts";
import type { Adversary } from "../../spec/adversary.ts";
import { allowed, disabled, type Cells, type Compiled } from "../compile/compiled.ts";
import { abstractionOf, type Abstraction } from "./abstract.ts";
import type { ContextVerdict } from "./abstract-view.ts";
import { monitorTables, saveRow, vcpuRow } from "./abstract-layout.ts";
import type { Action, CallAction, DmaAction, HostAction, HostileAction, MoveAction } from "./action.ts";
import { instanceOfAction } from "./action-instance.ts";
import { callRows, codeNumber, instanceFinder, numberOfCall, outOfRange, type CallRow } from "./actions.ts";
import { consume, enter, enterDelivering, loadCall } from "./call.ts";
import { contextsOf } from "./contexts.ts";
import { currentOf } from "./current.ts";
import { dmaFrames, isCalledShared, isHostVisible, performDma, performHostMove } from "./environment-moves.ts";
import { relabelDeparted } from "./ghost.ts";
import { hostileMoves, hostMovesMade, performHostile } from "./hostile-host.ts";
import type { Judge } from "./judge.ts";
import type { Malformed } from "./malformed.ts";
import type { Onlooker } from "./onlooker.ts";
import { toAbstract, toPhysical } from "./placement.ts";
import type { Difference } from "./result.ts";
import { noSecrets } from "./secrets.ts";
import { countCall, countMove, createTally, type Tally } from "./tally.ts";
import { performMove, reachedFrames } from "./user-moves.ts";

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

/** Runs what may end in a fault of the monitor; whether it came to its end. */
const withoutEnd = (run: () => void): boolean => {
  try {
    run();
    return true;
  } catch (fault) {
    if (fault instanceof NestedFault) return false;
    throw fault;
  }
};

export interface Expander {
  readonly tally: Tally;
  readonly abstraction: Abstraction;
  /** Judges the machine, on which nothing has happened yet, and writes what it abstracts to into `booted`: it must be the state that was meant. */
  start(meant: Cells, booted: Cells): Malformed | null;
  /** Runs everything from the state that the machine is in and `before` abstracts; the machine is back in it afterwards. Without `everyFrame`, of the monitor's frames the first and the last are named. */
  expand(before: Cells, everyFrame: boolean): void;
  /**
   * Runs one action from the state that the machine is in and `before` abstracts, and leaves the machine after it. Returns the code of a call, 0 for a move,
   * and `null` for a move that no translation allows.
   */
  run(before: Cells, action: Action): number | null;
  /** The calls that the specification allows the vCPU's domain, and the moves that the hardware allows it, in the same state. */
  possible(before: Cells, vcpu: number): readonly Action[];
}

const accessNames = ["load", "store", "fetch"] as const;

/** `explain` prints the cells in which two abstract states differ. */
export const createExpander = (
  m: Machine, compiled: Compiled, adversary: Adversary, judge: Judge, successors: Successors, explain: (machine: Cells, specification: Cells) => readonly Difference[],
): Expander => {
  const { system } = compiled, { transitions } = system;
  const tables = monitorTables(m), { domains, vcpus } = tables;
  const { onlooker } = successors, secrets = onlooker?.secrets ?? noSecrets;
  const abstraction = abstractionOf(system, compiled.state, m, secrets);
  const rows = callRows(system, m, tables), find = instanceFinder(compiled);
  const runs = currentOf(system, compiled.state), contexts = contextsOf(system, compiled.state, tables, secrets);
  const pages = (system.bounds["Page"]?.hi ?? -1) + 1, ioPages = (system.bounds["IoPage"]?.hi ?? -1) + 1;
  // By vCPU and caller, an instance for each row.
  const instanceOf = Array.from({ length: vcpus * domains }, (_, at) => Int32Array.from(rows, ({ transition, scope }) => {
    const name = transitions[transition]?.name;
    return scope === null || name === undefined ? -1 : find(name, { vcpu: Math.floor(at / domains), caller: at % domains, ...scope });
  }));
  /** A move and its instances, in the order in which `scopes` gives them; nothing where the system has no such move. */
  const moving = <Name extends string>(name: Name, scopes: readonly { readonly [parameter: string]: number }[]) => {
    const transition = transitions.findIndex((one) => one.name === name && one.kind === "move");
    return transition < 0 ? [] : [{ name, transition, instances: Int32Array.from(scopes, (scope) => find(name, scope)) }];
  };
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
  const accesses = accessNames.flatMap((name) => {
    const transition = transitions.findIndex((one) => one.name === name && one.kind === "move");
    const instances = upTo(vcpus * domains).map((at) => Int32Array.from(upTo(pages), (page) => find(name, { vcpu: Math.floor(at / domains), caller: at % domains, page })));
    return transition < 0 ? [] : [{ name, transition, instances }];
  });
  const interrupts = moving("interrupt", upTo(vcpus).map((v) => ({ vcpu: v })))[0] ?? null;
  const dmas = (["dma_read", "dma_write"] as const).flatMap((name) => moving(name, upTo(tables.devices * ioPages).map((at) => ({ device: Math.floor(at / ioPages), page: at % ioPages }))));
  const hostMoves = (["host_read", "host_write"] as const).flatMap((name) => moving(name, upTo(1 + tables.frames - tables.monitorFrames).map((frame) => ({ frame }))));
  const stepCells = compiled.instances.map((instance) => compiled.step.encode(system.describe(instance)));
  const nothing = new Int32Array(compiled.step.size);
  // The code that each outcome of a call means: allowed is OK, and then the guards in order.
  const codeOf = transitions.map(({ guards }) => Int32Array.from([codeNumber("OK"), ...guards.map(({ code }) => codeNumber(code))]));
  const releaseNumber = numberOfCall("release");
  const tally = createTally(system);
  const holds = Int32Array.from({ length: 1 + tables.frames - tables.monitorFrames }, (_, f) => compiled.state.cellOf("holds", [f]));
  const after = new Int32Array(compiled.state.size), expected = new Int32Array(compiled.state.size);
  const vcpuWords = (m.tlbBase - m.vcpuBase) / vcpus;

  const cellsEqual = (a: Cells, b: Cells): boolean => {
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  };

  /** Where the host has moved memory, one shared frame may stand behind another: which of them holds what is then the host's choice, and not compared. */
  const forgetShared = (reached: Cells): void => {
    if (hostMovesMade(m, tables) === 0) return;
    for (let f = 1; f < holds.length; f++) if (isCalledShared(m, tables, toPhysical(tables, f))) expected[holds[f] ?? 0] = reached[holds[f] ?? 0] ?? 0;
  };

  /** The step is over, allowed by the specification or not: compares, judges, and goes on from there if it is new. */
  const conclude = (before: Cells, instance: number, outcome: number, frame: number, action: () => Action, verdicts: readonly ContextVerdict[] | null): void => {
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
    if (outcome === allowed && m.nestedBase !== 0) forgetShared(reached);
    const differs = outcome === allowed && !cellsEqual(reached, expected);
    if (differs) judge.differs(explain(reached, expected));
    if (instance >= 0) judge.step(before, reached, instance);
    judge.contexts(reached, step, verdicts);
    // A known state has been judged; but if this step should not have led there, it is judged against where it should have.
    const bad = seen !== null && !differs ? null : judge.state(reached, step);
    if (differs && bad === null) judge.against(expected, step);
    if (bad !== null) return;
    const number = seen === null ? successors.add(after, action) : seen.number;
    if (seen === null) onlooker?.observe(number, m, after);
    if (instance >= 0) onlooker?.stepped(instance, frame, number, reached, verdicts !== null);
  };

  /** Whether a denied call wrote the return register alone, by the write log. */
  const wroteOnlyTheCode = (v: number, since: Mark): boolean => {
    const { log, logLength } = m.memory, first = m.vcpuBase + v * vcpuWords;
    for (let i: number = since; i < logLength; i += 2) if (log[i] !== first + RAX && log[i] !== first + CPL) return false;
    return true;
  };

  const codesDiffer = (due: number, code: number): readonly Difference[] =>
    due === code ? [] : [{ cell: "code", machine: codes[code] ?? String(code), specification: codes[due] ?? String(due) }];

  const actionOf = (v: number, { number, registers }: CallRow, delivery: number | null): CallAction =>
    ({ kind: "call", vcpu: v, number, arguments: registers, delivery });

  /** Which of `rows` is being run. */
  let rowAt = -1;
  /** Whether the host has moved memory on the way to the state that actions are run from. */
  let hostMoved = false;
  const enterState = (before: Cells): void => {
    judge.enter(before);
    hostMoved = m.nestedBase !== 0 && hostMovesMade(m, tables) > 0;
  };

  /** Runs a call from the state that `before` abstracts, and returns its code; `moments` hears how many steps there were at which an interrupt of the call's was pending. */
  const runCall = (before: Cells, v: number, caller: number, row: CallRow, instance: number, delivery: number | null, moments: (count: number) => void): number | null => {
    const outcome = instance < 0 ? disabled : compiled.outcome(before, instance), due = dueCode(row, outcome);
    const action = (): Action => actionOf(v, row, delivery);
    successors.running(action);
    const [a, b, c, d] = row.registers;
    loadCall(m, vcpu(v), row.number, a, b, c, d);
    const context = outcome === allowed ? { name: transitions[row.transition]?.name ?? "", vcpu: v, argument: a } : null;
    if (context !== null) {
      contexts.plant(m, before, context, caller);
      onlooker?.planted(m);
    }
    const entry = mark(m.memory), thread = readWord(m.memory, tables.vcpuTable + v * vcpuRow);
    if (outcome === allowed) compiled.apply(before, instance, expected);
    judge.watch(stepCells[instance] ?? nothing, outcome === allowed ? expected : before);
    const ended = withoutEnd(() => {
      if (context === null) enter(m, vcpu(v));
      else moments(enterDelivering(m, vcpu(v), delivery));
    });
    judge.unwatch();
    tally.callsRun++;
    // The host has taken what the monitor needs: the vCPU goes no further, with the lock held, and nothing more happens. All that happened before has been judged.
    if (!ended) {
      if (!hostMoved) judge.exactDenial(false, false, [{ cell: "code", machine: "none: the monitor ends", specification: codes[due] ?? String(due) }]);
      return null;
    }
    const gone = readWord(m.memory, tables.vcpuTable + v * vcpuRow) !== thread;
    const code = gone ? readWord(m.memory, tables.saveAreas + (thread * vcpus + v) * saveRow + RAX) : readRegister(m, vcpu(v), RAX);
    const ok = code === 0;
    if (code !== due || !ok) judge.exactDenial(code === due, ok || wroteOnlyTheCode(v, entry), codesDiffer(due, code));
    countCall(tally, row, code, outcome);
    onlooker?.answered(rowAt, v, code);
    if (ok) {
      if (context !== null) onlooker?.registers(m);
      const verdicts = context === null ? null : contexts.settle(m, context);
      if (context === null) consume(m, vcpu(v));
      if (row.number === releaseNumber) relabelDeparted(m, tables, a);
      conclude(before, instance, outcome, -1, action, verdicts);
    }
    return code;
  };

  const dueCode = (row: CallRow, outcome: number): number => (row.fixed >= 0 ? row.fixed : codeOf[row.transition]?.[outcome] ?? -1);

  /** The call with its interrupts taken at every moment, one after the other. */
  const runCallEveryWay = (before: Cells, v: number, caller: number, row: CallRow, instance: number, base: Mark): void => {
    let moments = 0;
    runCall(before, v, caller, row, instance, null, (count) => { moments = count; });
    undo(m.memory, base);
    for (let delivery = 0; delivery < moments; delivery++) {
      runCall(before, v, caller, row, instance, delivery, () => undefined);
      undo(m.memory, base);
    }
  };

  const named = (move: Exclude<Action, CallAction>): string => {
    switch (move.kind) {
      case "interrupt": return `interrupt of vCPU ${move.vcpu}`;
      case "move": return `${move.move} page ${move.page}`;
      case "dma": return `${move.move} device ${move.device} page ${move.page}`;
      case "host": return `${move.move} frame ${move.frame}`;
      case "remap": case "rmp": return move.kind;
    }
  };

  /** Something happens on the machine; the specification may have it happen or not. */
  const runMove = (before: Cells, move: Exclude<Action, CallAction>, transition: number, instance: number, perform: () => void, verdicts: () => readonly ContextVerdict[] | null = () => null): void => {
    const action = (): Action => move;
    successors.running(action);
    perform();
    countMove(tally, transition);
    const outcome = instance < 0 ? disabled : compiled.outcome(before, instance);
    if (outcome === disabled) judge.differs([{ cell: named(move), machine: "reaches a frame", specification: "faults" }]);
    conclude(before, instance, outcome, "frame" in move ? move.frame : -1, action, verdicts());
  };

  /** Nothing on the machine allows the move; the specification may. */
  const faults = (before: Cells, move: Exclude<Action, CallAction>, instance: number): void => {
    // What a host on SEV-SNP has taken away faults, whatever the specification allows: it can stop progress. And a device there has no key to private memory.
    if (hostMoved || (m.nestedBase !== 0 && move.kind === "dma") || instance < 0 || compiled.outcome(before, instance) !== allowed) return;
    successors.running(() => move);
    judge.differs([{ cell: named(move), machine: "faults", specification: "reaches a frame" }]);
  };

  /** What an access can come to is an answer that its domain hears. */
  const reaches = (v: number, name: MoveAction["move"], page: number, frames: readonly number[]): void => {
    if (onlooker === undefined) return;
    successors.running(() => ({ kind: "move", vcpu: v, move: name, page, frame: frames[0] ?? -1 }));
    onlooker.reaches(accessNames.indexOf(name) * pages + page, v, frames);
  };

  const runAccesses = (before: Cells, v: number, caller: number, base: Mark): void => {
    for (const { name, transition, instances } of accesses) {
      for (let page = 0; page < pages; page++) {
        const instance = instances[v * domains + caller]?.[page] ?? -1, frames = reachedFrames(m, v, name, page);
        if (frames.length === 0) faults(before, { kind: "move", vcpu: v, move: name, page, frame: -1 }, instance);
        reaches(v, name, page, frames);
        for (const frame of frames) {
          runAccess(before, { kind: "move", vcpu: v, move: name, page, frame }, caller, transition, instance);
          undo(m.memory, base);
        }
      }
    }
  };
  const runAccess = (before: Cells, move: MoveAction, caller: number, transition: number, instance: number): void => {
    runMove(before, move, transition, instance, () => { performMove(m, move, caller, secrets); });
  };

  const runInterrupt = (before: Cells, v: number): void => {
    if (interrupts === null) return;
    const instance = interrupts.instances[v] ?? -1, context = { name: "interrupt", vcpu: v, argument: 0 };
    // The adversary may be one that sends none.
    if (instance < 0 || compiled.outcome(before, instance) !== allowed) return;
    runMove(before, { kind: "interrupt", vcpu: v }, interrupts.transition, instance, () => {
      contexts.plant(m, before, context, runs(before, v));
      onlooker?.planted(m);
      raiseInterrupt(m, vcpu(v));
      compiled.apply(before, instance, expected);
      judge.watch(stepCells[instance] ?? nothing, expected);
      takeInterrupt(m, vcpu(v));
      judge.unwatch();
    }, () => {
      onlooker?.registers(m);
      return contexts.settle(m, context);
    });
  };

  const runDma = (before: Cells, base: Mark): void => {
    for (const { name, transition, instances } of dmas) {
      for (let at = 0; at < instances.length; at++) {
        const x = Math.floor(at / ioPages), page = at % ioPages, instance = instances[at] ?? -1, frames = dmaFrames(m, x, name, page);
        if (frames.length === 0) faults(before, { kind: "dma", device: x, move: name, page, frame: -1 }, instance);
        for (const frame of frames) {
          const move: DmaAction = { kind: "dma", device: x, move: name, page, frame };
          runMove(before, move, transition, instance, () => { performDma(m, move, secrets); });
          undo(m.memory, base);
        }
      }
    }
  };

  /** The host rearranges the memory under the guest, as often on a trace as its adversary may: what the machine then means may have lost contents, and nothing else. */
  const runHostile = (before: Cells, base: Mark): void => {
    if (m.nestedBase === 0 || hostMovesMade(m, tables) >= adversary.hostMoves) return;
    for (const move of hostileMoves(m, tables, adversary)) {
      runHostileMove(before, move);
      undo(m.memory, base);
    }
  };
  const runHostileMove = (before: Cells, move: HostileAction): void => {
    successors.running(() => move);
    performHostile(m, move);
    conclude(before, -1, disabled, -1, () => move, null);
  };

  const runHost = (before: Cells, base: Mark): void => {
    for (const { name, transition, instances } of hostMoves) {
      for (let f = 0; f < instances.length; f++) {
        const move: HostAction = { kind: "host", move: name, frame: toPhysical(tables, f) }, instance = instances[f] ?? -1;
        if (!isHostVisible(m, tables, move.frame)) faults(before, move, instance);
        else {
          runMove(before, move, transition, instance, () => { performHostMove(m, move, secrets); });
          undo(m.memory, base);
        }
      }
    }
  };

  /** A row for registers that need not be among those that a search tries. */
  const rowOf = ({ number, arguments: registers }: CallAction, caller: number, v: number): { readonly row: CallRow; readonly instance: number } => {
    const transition = transitions.findIndex((one) => one.kind === "call" && numberOfCall(one.name) === number), call = transitions[transition];
    const found = instanceOfAction(system, tables, { kind: "call", vcpu: v, number, arguments: registers, delivery: null }, caller);
    const fixed = call === undefined ? codeNumber("BAD_CALL") : found === null ? outOfRange(call) : -1;
    return { row: { number, registers, transition, fixed, scope: found?.scope ?? null, inner: false }, instance: found === null ? -1 : find(found.transition.name, found.scope) };
  };

  const runOne = (before: Cells, action: Action): number | null => {
    switch (action.kind) {
      case "call": {
        const caller = runs(before, action.vcpu), { row, instance } = rowOf(action, caller, action.vcpu);
        rowAt = rows.findIndex(({ number, registers }) => number === row.number && registers.every((register, i) => register === row.registers[i]));
        const code = runCall(before, action.vcpu, caller, row, instance, action.delivery, () => undefined);
        consume(m, vcpu(action.vcpu));
        return code;
      }
      case "move": {
        const caller = runs(before, action.vcpu), move = accesses.find(({ name }) => name === action.move), frames = reachedFrames(m, action.vcpu, action.move, action.page);
        if (move === undefined) return null;
        const instance = move.instances[action.vcpu * domains + caller]?.[action.page] ?? -1;
        if (frames.length === 0) faults(before, action, instance);
        reaches(action.vcpu, action.move, action.page, frames);
        if (!frames.includes(action.frame)) return null;
        runAccess(before, action, caller, move.transition, instance);
        return 0;
      }
      case "interrupt": {
        runInterrupt(before, action.vcpu);
        return 0;
      }
      case "dma": {
        const move = dmas.find(({ name }) => name === action.move), frames = dmaFrames(m, action.device, action.move, action.page);
        if (move === undefined) return null;
        const instance = move.instances[action.device * ioPages + action.page] ?? -1;
        if (frames.length === 0) faults(before, action, instance);
        if (!frames.includes(action.frame)) return null;
        runMove(before, action, move.transition, instance, () => { performDma(m, action, secrets); });
        return 0;
      }
      case "remap": case "rmp": {
        if (m.nestedBase === 0) return null;
        runHostileMove(before, action);
        return 0;
      }
      case "host": {
        const move = hostMoves.find(({ name }) => name === action.move), instance = move?.instances[toAbstract(tables, action.frame)] ?? -1;
        if (move === undefined) return null;
        if (!isHostVisible(m, tables, action.frame)) {
          faults(before, action, instance);
          return null;
        }
        runMove(before, action, move.transition, instance, () => { performHostMove(m, action, secrets); });
        return 0;
      }
    }
  };

  return {
    tally, abstraction,
    start: (meant, booted) => {
      const bad = abstraction(m, booted);
      if (bad !== null) {
        judge.malformed(bad);
        return bad;
      }
      if (!cellsEqual(booted, meant)) judge.differs(explain(booted, meant));
      return judge.state(booted, nothing);
    },
    expand: (before, everyFrame) => {
      const base = mark(m.memory);
      enterState(before);
      for (let v = 0; v < vcpus; v++) {
        const caller = runs(before, v), instances = instanceOf[v * domains + caller];
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i];
          rowAt = i;
          if (row !== undefined && (everyFrame || !row.inner)) runCallEveryWay(before, v, caller, row, instances?.[i] ?? -1, base);
        }
        runAccesses(before, v, caller, base);
        runInterrupt(before, v);
        undo(m.memory, base);
      }
      runDma(before, base);
      runHost(before, base);
      runHostile(before, base);
    },
    possible: (before, v) => {
      const instances = instanceOf[v * domains + runs(before, v)];
      const calls = rows.flatMap((row, i): readonly Action[] => {
        const instance = instances?.[i] ?? -1;
        return instance >= 0 && compiled.outcome(before, instance) === allowed ? [actionOf(v, row, null)] : [];
      });
      const moves = accesses.flatMap(({ name: move }) => upTo(pages)
        .flatMap((page) => reachedFrames(m, v, move, page).map((frame): Action => ({ kind: "move", vcpu: v, move, page, frame }))));
      const dma = dmas.flatMap(({ name: move, instances: { length } }) => upTo(length).flatMap((at) =>
        dmaFrames(m, Math.floor(at / ioPages), move, at % ioPages).map((frame): Action => ({ kind: "dma", device: Math.floor(at / ioPages), move, page: at % ioPages, frame }))));
      const host = hostMoves.flatMap(({ name: move, instances: { length } }) => upTo(length).map((f) => toPhysical(tables, f))
        .filter((frame) => isHostVisible(m, tables, frame)).map((frame): Action => ({ kind: "host", move, frame })));
      return [...calls, ...moves, ...(interrupts === null ? [] : [{ kind: "interrupt", vcpu: v } as const]), ...dma, ...host];
    },
    run: (before, action) => {
      enterState(before);
      return runOne(before, action);
    },
  };
};
