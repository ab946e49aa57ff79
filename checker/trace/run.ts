/** Runs actions on the machine one after the other, judged as in a search, with what there is to see after each. */
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { compile } from "../compile/compile.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import { vcpuOf, type Action } from "../refine/action.ts";
import { bootedMachine } from "../refine/boot-image.ts";
import { currentOf } from "../refine/current.ts";
import { dmaFrames } from "../refine/environment-moves.ts";
import { createExpander } from "../refine/expand.ts";
import { createJudge, type Breach } from "../refine/judge.ts";
import { compareStates, namesOf } from "../refine/names.ts";
import { reachedFrames } from "../refine/user-moves.ts";
import { stepOfAction, type Naming } from "./naming.ts";
import type { TraceStep } from "./trace.ts";

export interface RunStep {
  readonly step: TraceStep;
  readonly action: Action;
  /** The domain that acts, or that is interrupted; without meaning for what devices and the host do. */
  readonly caller: number;
  /** The code of a call, 0 for a move; `null` for a move that faults. */
  readonly code: number | null;
  readonly before: Cells;
  /** Equal to `before` when the bits after the step mean no abstract state. */
  readonly after: Cells;
}

export interface Run {
  readonly compiled: Compiled;
  readonly machine: Machine;
  readonly steps: readonly RunStep[];
  /** With the number of the step, from 1; 0 is the booted machine. */
  readonly breaches: readonly { readonly afterStep: number; readonly breach: Breach }[];
}

export interface RunOptions {
  readonly tlb: TlbMode;
  /** Sees the machine before the first step and after each. */
  readonly around: (machine: Machine, step: number) => void;
}

const asSearched: RunOptions = { tlb: "saturating", around: () => undefined };

/** Where an access or a DMA names no frame, the lowest that it can reach. */
const through = (m: Machine, action: Action): Action => {
  if (action.kind === "move" && action.frame < 0) return { ...action, frame: reachedFrames(m, action.vcpu, action.move, action.page)[0] ?? -1 };
  if (action.kind === "dma" && action.frame < 0) return { ...action, frame: dmaFrames(m, action.device, action.move, action.page)[0] ?? -1 };
  return action;
};

/** Runs the actions on a machine that has just booted the policy. */
export const runActions = (naming: Naming, actions: readonly Action[], { tlb, around }: RunOptions = asSearched): Run => {
  const { policy, system } = naming;
  const machine = bootedMachine(policy, tlb), compiled = compile(system), names = namesOf(policy);
  const breaches: { afterStep: number; breach: Breach }[] = [];
  let at = 0;
  const judge = createJudge(machine, compiled, () => true, (breach) => {
    breaches.push({ afterStep: at, breach });
  });
  const expander = createExpander(machine, compiled, judge, { known: () => null, add: () => at, running: () => undefined }, (one, other) =>
    compareStates(system.bounds, system.variables, names, compiled.state.decode(one), compiled.state.decode(other)).map((found) => ({ cell: found.cell, machine: found.one, specification: found.other })));

  const abstracted = (otherwise: Cells): Cells => {
    const cells = new Int32Array(compiled.state.size);
    return expander.abstraction(machine, cells) === null ? cells : otherwise;
  };
  const runs = currentOf(system, compiled.state);
  let before: Cells = new Int32Array(compiled.state.size);
  expander.start(compiled.state.encode(system.initial), before);
  around(machine, 0);
  const steps: RunStep[] = [];
  for (const given of actions) {
    at++;
    const vcpu = vcpuOf(given), caller = vcpu === null ? 0 : runs(before, vcpu), action = through(machine, given);
    const code = expander.run(before, action);
    const after = abstracted(before);
    steps.push({ step: stepOfAction(naming, action, caller), action, caller, code, before, after });
    around(machine, at);
    before = after;
  }
  return { compiled, machine, steps, breaches };
};
