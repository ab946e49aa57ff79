/** Runs actions on the machine one after the other, judged as in a search, with what there is to see after each. */
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import { compiledOf } from "../compile/compile.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import { vcpuOf, type Action } from "../refine/action.ts";
import { monitorTables } from "../refine/abstract-layout.ts";
import { bootedMachine } from "../refine/boot-image.ts";
import { currentOf } from "../refine/current.ts";
import { createExpander } from "../refine/expand.ts";
import { createJudge, type Breach } from "../refine/judge.ts";
import { leewayOf, type Leeway } from "../refine/leeway.ts";
import { compareStates, namesOf } from "../refine/names.ts";
import { unwatched, type Leak, type Watch } from "../refine/onlooker.ts";
import { noSecrets, plantSecrets } from "../refine/secrets.ts";
import { through } from "../refine/through.ts";
import { stepOfAction, type Naming } from "./naming.ts";
import type { TraceStep } from "./trace.ts";

export interface RunStep {
  readonly step: TraceStep;
  readonly action: Action;
  /** The domain that acts, or that is interrupted; without meaning for what devices and the host do. */
  readonly caller: number;
  /** The code of a call, 0 for a move; `null` for a move that faults, and for what did not come to its end. */
  readonly code: number | null;
  /** It did not come to its end: nothing can follow. */
  readonly over: boolean;
  /** The host had moved memory before it. */
  readonly moved: boolean;
  /** How far it may go another way than the specification says. */
  readonly leeway: Leeway;
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
  /** What whoever looked on has found. */
  readonly leaks: readonly { readonly afterStep: number; readonly leak: Leak }[];
}

export interface RunOptions {
  /** Whose secrets are set, and who looks on. */
  readonly watch: Watch;
  readonly tlb: TlbMode;
  /** Sees the machine before the first step and after each. */
  readonly around: (machine: Machine, step: number) => void;
}

/** Without secrets, on the machine that searches use. */
export const asSearched: RunOptions = { watch: unwatched(noSecrets), tlb: "saturating", around: () => undefined };

/** Runs the actions on a machine that has just booted the policy. */
export const runActions = (naming: Naming, actions: readonly Action[], { watch, tlb, around }: RunOptions = asSearched): Run => {
  const { policy, system } = naming;
  const machine = bootedMachine(policy, tlb), compiled = compiledOf(system), names = namesOf(policy);
  const breaches: { afterStep: number; breach: Breach }[] = [];
  plantSecrets(machine, policy, watch.secrets);
  let at = 0, running: Action | null = null;
  const judge = createJudge(machine, compiled, () => true, (breach) => {
    breaches.push({ afterStep: at, breach });
  });
  const leaks: { afterStep: number; leak: Leak }[] = [];
  const onlooker = watch.begin(machine, {
    pathTo: () => [],
    leaked: (leak) => {
      leaks.push({ afterStep: at, leak });
    },
  }, () => {
    if (running === null) throw new RangeError("nothing runs");
    return running;
  });
  const expander = createExpander(machine, compiled, adversaryOf(policy), judge, { known: () => null, add: () => at, running: () => undefined, onlooker }, (one, other) =>
    compareStates(system.bounds, system.variables, names, compiled.state.decode(one), compiled.state.decode(other)).map((found) => ({ cell: found.cell, machine: found.one, specification: found.other })));

  const abstracted = (otherwise: Cells): Cells => {
    const cells = new Int32Array(compiled.state.size);
    return expander.abstraction(machine, cells) === null ? cells : otherwise;
  };
  const runs = currentOf(system, compiled.state), leeway = leewayOf(compiled.state, monitorTables(machine));
  let before: Cells = new Int32Array(compiled.state.size);
  expander.start(compiled.state.encode(system.initial), before);
  onlooker.observe(0, machine, before);
  around(machine, 0);
  const steps: RunStep[] = [];
  for (const given of actions) {
    at++;
    const vcpu = vcpuOf(given), caller = vcpu === null ? 0 : runs(before, vcpu), action = through(machine, given);
    running = action;
    onlooker.enter(at - 1, before);
    const ran = expander.run(before, action);
    const after = abstracted(before);
    onlooker.observe(at, machine, after);
    steps.push({ step: stepOfAction(naming, action, caller), action, caller, ...ran, leeway: leeway(machine, before, action, after), before, after });
    around(machine, at);
    before = after;
  }
  return { compiled, machine, steps, breaches, leaks };
};
