/** Counterexamples of either search as traces. */
import type { System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Violation } from "../explore/result.ts";
import { principalsOf } from "../flow/variants.ts";
import type { Action } from "../refine/action.ts";
import { placementOf } from "../refine/boot-image.ts";
import type { MachineViolation } from "../refine/result.ts";
import { unwatched } from "../refine/onlooker.ts";
import { noSecrets, type Secrets } from "../refine/secrets.ts";
import { actionOfInstance, type Naming } from "./naming.ts";
import { asSearched, runActions } from "./run.ts";
import type { Trace, TraceStep } from "./trace.ts";

const traceOf = (naming: Naming, actions: readonly Action[], expected: Trace["expected"]): Trace =>
  ({ schema: "refmon.trace/1", policy: naming.policy, steps: runActions(naming, actions).steps.map(({ step }) => step), expected });

/** The trace of a violation that the search of the specification found; `system` is the first of the policy's. */
export const traceOfViolation = (policy: Policy, system: System, { property, instanceTrace }: Violation): Trace => {
  const naming = { policy, system, placement: placementOf(policy) };
  return traceOf(naming, instanceTrace.map((instance) => actionOfInstance(naming, instance)), { property, place: "A", afterStep: instanceTrace.length });
};

/** The trace of a violation that the search of the machine found. */
export const traceOfMachineViolation = (policy: Policy, system: System, { property, actions, leak }: MachineViolation): Trace => {
  const naming = { policy, system, placement: placementOf(policy) };
  const stepsOf = (run: readonly Action[], secrets: Secrets): readonly TraceStep[] => runActions(naming, run, { ...asSearched, watch: unwatched(secrets) }).steps.map(({ step }) => step);
  const secrets = principalsOf(policy, leak?.secrets ?? noSecrets), twin = leak?.twin ?? null;
  return {
    schema: "refmon.trace/1", policy, steps: stepsOf(actions, leak?.secrets ?? noSecrets), expected: { property, place: "M", afterStep: actions.length },
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(twin === null ? {} : { twin: { secrets: principalsOf(policy, twin.secrets), steps: stepsOf(twin.actions, twin.secrets) } }),
  };
};
