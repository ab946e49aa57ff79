/** From a run of the product to traces of both policies: one that is allowed to its end, and one whose last step is denied, each run on oracle, generated code and monitor. */
import type { Valuation } from "../../spec/lang/evaluate.ts";
import { step as oracleStep, type Instance, type System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import { codes } from "../../spec/vocabulary.ts";
import { SelfCheckError } from "../explore/trace.ts";
import type { Action } from "../refine/action.ts";
import { placementOf } from "../refine/boot-image.ts";
import { compareStates, namesOf } from "../refine/names.ts";
import { actionOfInstance, titleOfStep, type Naming } from "../trace/naming.ts";
import { requireConfirmed } from "../trace/replay.ts";
import { runActions, type Run as MachineRun } from "../trace/run.ts";
import type { Trace, TraceStep } from "../trace/trace.ts";
import type { Run, Step } from "./compare.ts";
import { other, type Compared, type Embedded, type Side } from "./universe.ts";

/** Why a policy does not allow a step: a guard of the call, hardware, or it does not have what the step names. */
export type Denial =
  | { readonly kind: "guard"; readonly guard: string; readonly code: string }
  | { readonly kind: "fault" }
  | { readonly kind: "absent"; readonly what: string; readonly code: string };

export interface ShownStep { readonly step: TraceStep; readonly title: string; readonly changes: readonly { readonly cell: string; readonly before: string; readonly after: string }[] }

export interface Witness {
  /** Whose policy allows the run to its end. */
  readonly side: Side;
  readonly steps: readonly ShownStep[];
  /** Of that policy. */
  readonly trace: Trace;
  /** The first step that the other policy denies, from 1, and why; `null` where it allows them all and begins elsewhere. */
  readonly denied: { readonly afterStep: number; readonly denial: Denial; readonly trace: Trace | null } | null;
}

/** What a step names and a policy does not have, or `null`. */
const missing = ({ universe }: Compared, { has, system }: Embedded, { name, scope }: Step): string | null => {
  const transition = system.transitions.find((one) => one.name === name);
  for (const { name: parameter, type } of transition?.own ?? []) {
    const member = Number(scope[parameter]);
    if (has(type.name, member)) continue;
    const lists: { readonly [type: string]: readonly string[] } = { Domain: universe.domains, Frame: ["", ...universe.frames], Gate: universe.gates, Device: universe.devices };
    return `${type.name.toLowerCase()} ${lists[type.name]?.[member] ?? member}`;
  }
  return null;
};

const instanceOf = (system: System, { name, scope }: Step): Instance | null => {
  const transition = system.transitions.find((one) => one.name === name);
  return transition === undefined ? null : { transition, scope };
};

/** Why a side does not allow a step in a state; the state after it where it does. */
const outcomeOf = (both: Compared, embedded: Embedded, state: Valuation, step: Step): { readonly denial: Denial } | { readonly next: Valuation } => {
  const instance = instanceOf(embedded.system, step), what = missing(both, embedded, step);
  if (instance === null) return { denial: { kind: "absent", what: `call ${step.name}`, code: "BAD_CALL" } };
  if (what !== null) return { denial: { kind: "absent", what, code: instance.transition.kind === "move" ? "" : what.startsWith("gate") ? "BAD_GATE" : "BAD_ARGUMENT" } };
  const outcome = oracleStep(embedded.system, state, instance);
  switch (outcome.kind) {
    case "disabled": return { denial: { kind: "fault" } };
    case "denied": return { denial: { kind: "guard", guard: `${step.name}.${outcome.guard.id}`, code: outcome.guard.code } };
    case "allowed": return { next: outcome.next };
  }
};

/** The first step that a side denies. */
const firstDenial = (both: Compared, embedded: Embedded, steps: readonly Step[]): { readonly afterStep: number; readonly denial: Denial } | null => {
  let state = embedded.system.initial;
  for (const [i, step] of steps.entries()) {
    const outcome = outcomeOf(both, embedded, state, step);
    if ("denial" in outcome) return { afterStep: i + 1, denial: outcome.denial };
    state = outcome.next;
  }
  return null;
};

/** The numbers of a policy for those of the universe; one beyond its last for what it does not have. */
const renumbered = ({ universe }: Compared, { policy, vcpus, system }: Embedded, { name, scope }: Step): Step => {
  const at = (names: readonly string[], own: readonly string[], member: number): number => {
    const found = own.indexOf(names[member] ?? "");
    return found < 0 ? own.length : found;
  };
  const named = (list: readonly { readonly name: string }[] | undefined): readonly string[] => (list ?? []).map((one) => one.name);
  const parameters = system.transitions.find((one) => one.name === name)?.parameters ?? [];
  return { name, scope: Object.fromEntries(parameters.map(({ name: parameter, type }) => {
    const member = scope[parameter] ?? 0;
    switch (type.name) {
      case "Domain": return [parameter, at(universe.domains, policy.domains, Number(member))];
      case "Frame": return [parameter, Number(member) === 0 ? 0 : 1 + at(universe.frames, named(policy.boot.frames), Number(member) - 1)];
      case "Gate": return [parameter, at(universe.gates, named(policy.gates), Number(member))];
      case "Device": return [parameter, at(universe.devices, named(policy.devices), Number(member))];
      case "Vcpu": return [parameter, vcpus[Number(member)] ?? 0];
      default: return [parameter, member];
    }
  })) };
};

const namingOf = (policy: Policy): Naming => ({ policy, system: systemsOf(policy)[0], placement: placementOf(policy) });

/** The machine's action for a step of the universe. */
const actionOf = (both: Compared, side: Side, naming: Naming, step: Step): Action => {
  // The transition of the side that has it: a call that a platform does not have has a number all the same.
  const from = [both.sides[side], both.sides[other(side)]].find(({ system }) => system.transitions.some(({ name }) => name === step.name)) ?? both.sides[side];
  const own = renumbered(both, { ...both.sides[side], system: from.system }, step), instance = instanceOf(from.system, own);
  if (instance === null) throw new SelfCheckError(`neither policy has the step ${step.name}`);
  return actionOfInstance(naming, instance);
};

const traceOf = (policy: Policy, steps: readonly TraceStep[]): Trace => ({ schema: "refmon.trace/1", policy, steps, expected: null });

const shownSteps = ({ policy, system }: Naming, { steps, compiled }: MachineRun): readonly ShownStep[] => steps.map(({ step, before, after }) => ({
  step, title: titleOfStep(step),
  changes: compareStates(system.bounds, system.variables, namesOf(policy), compiled.state.decode(before), compiled.state.decode(after)).map(({ cell, one, other: is }) => ({ cell, before: one, after: is })),
}));

/**
 * The witness of a run, after everything that can run it has: on one side every step is allowed, on the other the last is denied for the reason that the oracle gives.
 * @throws SelfCheckError if anything contradicts it.
 */
export const witnessOf = (both: Compared, { side, steps }: Run): Witness => {
  const away = other(side), { policy } = both.sides[side];
  const refused = firstDenial(both, both.sides[side], steps);
  if (refused !== null) throw new SelfCheckError(`the ${side} policy denies step ${refused.afterStep} of a run that it should allow`);
  const naming = namingOf(policy), run = runActions(naming, steps.map((step) => actionOf(both, side, naming, step)));
  const failed = run.steps.find(({ code }) => code !== 0);
  if (failed !== undefined) throw new SelfCheckError(`the monitor denies ${titleOfStep(failed.step)} under the ${side} policy: ${failed.code === null ? "fault" : codes[failed.code] ?? String(failed.code)}`);
  const trace = traceOf(policy, run.steps.map(({ step }) => step));
  requireConfirmed(trace);
  const denied = firstDenial(both, both.sides[away], steps);
  return { side, steps: shownSteps(naming, run), trace, denied: denied === null ? null : { ...denied, trace: denialOf(both, away, steps.slice(0, denied.afterStep), denied.denial) } };
};

/** The trace of the other side up to the step that it denies; `null` where the step is a move of something that it does not have, so that nothing can be tried. */
const denialOf = (both: Compared, side: Side, steps: readonly Step[], denial: Denial): Trace | null => {
  if (denial.kind === "absent" && denial.code === "") return null;
  const { policy } = both.sides[side], naming = namingOf(policy);
  const run = runActions(naming, steps.map((step) => actionOf(both, side, naming, step)));
  const wanted = denial.kind === "fault" ? null : codes.findIndex((code) => code === denial.code), found = run.steps.at(-1)?.code;
  if (found !== wanted) {
    throw new SelfCheckError(`the monitor answers ${found === null || found === undefined ? "fault" : codes[found] ?? String(found)} to the last step under the ${side} policy, and the specification ${denial.kind === "fault" ? "fault" : denial.code}`);
  }
  const trace = traceOf(policy, run.steps.map(({ step }) => step));
  requireConfirmed(trace);
  return trace;
};
