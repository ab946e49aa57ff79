/** One machine state at a time: every call by every running domain with every argument, every move of ring 3, devices and the host, every interrupt; or one of them alone. */
import type { Machine } from "../../hw/machine.ts";
import { mark, undo } from "../../hw/memory.ts";
import type { Adversary } from "../../spec/adversary.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import { abstractionOf, type Abstraction } from "./abstract.ts";
import { monitorTables } from "./abstract-layout.ts";
import { vcpuOf, type Action } from "./action.ts";
import { currentOf } from "./current.ts";
import { firstMoved, outOfPlace } from "./hostile-host.ts";
import type { Judge } from "./judge.ts";
import type { Malformed } from "./malformed.ts";
import { noSecrets } from "./secrets.ts";
import { accessesOf } from "./steps/accesses.ts";
import { callsOf } from "./steps/calls.ts";
import { dmaOf } from "./steps/dma.ts";
import { hostOf } from "./steps/host.ts";
import { hostileOf } from "./steps/hostile.ts";
import { injectionsOf } from "./steps/injections.ts";
import { interruptsOf } from "./steps/interrupts.ts";
import { cellsEqual, createStage, type Explain, type Successors } from "./steps/stage.ts";
import { createTally, type Tally } from "./tally.ts";

/** What one action came to. */
export interface Ran {
  /** The code of a call, 0 for a move; `null` for a move that no translation allows, and for what did not come to its end. */
  readonly code: number | null;
  /** It did not come to its end, because the memory that the monitor needs is not there: nothing can follow. */
  readonly over: boolean;
  /** The host had moved memory before it. */
  readonly moved: boolean;
}

export interface Expander {
  readonly tally: Tally;
  readonly abstraction: Abstraction;
  /** Judges the machine, on which nothing has happened yet, and writes what it abstracts to into `booted`: it must be the state that was meant. */
  start(meant: Cells, booted: Cells): Malformed | null;
  /** Runs everything from the state that the machine is in and `before` abstracts; the machine is back in it afterwards. Without `everyFrame`, of the monitor's frames the first and the last are named. */
  expand(before: Cells, everyFrame: boolean): void;
  /** Runs one action from the state that the machine is in and `before` abstracts, and leaves the machine after it. */
  run(before: Cells, action: Action): Ran;
  /** The calls that the specification allows the vCPU's domain, and the moves that the hardware allows it, in the same state. */
  possible(before: Cells, vcpu: number): readonly Action[];
}

export const createExpander = (m: Machine, compiled: Compiled, adversary: Adversary, judge: Judge, successors: Successors, explain: Explain): Expander => {
  const tables = monitorTables(m), secrets = successors.onlooker?.secrets ?? noSecrets;
  const abstraction = abstractionOf(compiled.system, compiled.state, m, secrets), tally = createTally(compiled.system), runs = currentOf(compiled.system, compiled.state);
  const stage = createStage({ m, compiled, tables, abstraction, secrets, judge, successors, tally }, explain);
  const calls = callsOf(stage, adversary), accesses = accessesOf(stage), interrupts = interruptsOf(stage), injections = injectionsOf(stage, adversary), dma = dmaOf(stage), host = hostOf(stage), hostile = hostileOf(stage, adversary);
  const nothing = new Int32Array(compiled.step.size);
  const one = (before: Cells, action: Action): number | null => {
    const v = vcpuOf(action), caller = v === null ? 0 : runs(before, v);
    switch (action.kind) {
      case "call": return calls.one(before, action, caller);
      case "move": return accesses.one(before, action, caller);
      case "interrupt": return interrupts.one(before, action, caller);
      case "injection": return injections.one(before, action, caller);
      case "dma": return dma.one(before, action);
      case "host": return host.one(before, action);
      case "remap": case "rmp": return hostile.one(before, action);
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
      const moved = m.nestedBase === 0 ? null : firstMoved(m, tables);
      if (moved !== null) judge.differs(outOfPlace(moved));
      return judge.state(booted, nothing);
    },
    expand: (before, everyFrame) => {
      const base = mark(m.memory);
      stage.enter(before);
      for (let v = 0; v < tables.vcpus; v++) {
        const caller = runs(before, v);
        calls.all(before, v, caller, everyFrame, base);
        accesses.all(before, v, caller, base);
        interrupts.one(before, { kind: "interrupt", vcpu: v }, caller);
        undo(m.memory, base);
        injections.one(before, { kind: "injection", vcpu: v }, caller);
        undo(m.memory, base);
      }
      dma.all(before, base);
      host.all(before, base);
      hostile.all(before, base);
    },
    run: (before, action) => {
      stage.enter(before);
      const code = one(before, action), over = stage.over();
      return { code: over ? null : code, over, moved: stage.hostMoved() };
    },
    possible: (before, v) => {
      const caller = runs(before, v);
      return [...calls.possible(before, v, caller), ...accesses.possible(v, caller), ...interrupts.possible(v), ...injections.possible(v), ...dma.possible(), ...host.possible()];
    },
  };
};
