/** Two runs once more, beside each other: whether an observer can still tell them apart. */
import { compiledOf } from "../compile/compile.ts";
import { declassified } from "../flow/declassified.ts";
import { createFlowMap } from "../flow/map.ts";
import { principalName } from "../flow/parts.ts";
import { isNoninterference } from "../flow/properties.ts";
import { secretsOf } from "../flow/variants.ts";
import type { Leak } from "../refine/onlooker.ts";
import { noSecrets } from "../refine/secrets.ts";
import { actionOfStep, type Naming } from "./naming.ts";
import { asSearched, runActions } from "./run.ts";
import type { Trace, TwinRun } from "./trace.ts";

/** In the names of the policy: who saw what, after which step of the trace. */
export interface SeenLeak { readonly afterStep: number; readonly observer: string; readonly cells: Leak["cells"] }

/**
 * What the trace's last step shows to an observer that must not see it, compared with the twin, or with what was there before; `null` if it shows nothing, or is expected to break
 * a property of another kind.
 * @throws RangeError if a step means nothing to the policy.
 */
export const leakIn = (naming: Naming, { policy, steps, secrets, twin, expected }: Trace): SeenLeak | null => {
  if (expected === null || !isNoninterference(expected.property)) return null;
  const map = createFlowMap(policy, compiledOf(naming.system), declassified, (id) => id === expected.property);
  const run = (one: TwinRun): ReturnType<typeof runActions> => runActions(naming, one.steps.map((step) => {
    const read = actionOfStep(naming, step);
    if (!read.ok) throw new RangeError(read.sentence);
    return read.action;
  }), { ...asSearched, watch: map.watch(secretsOf(policy, one.secrets) ?? noSecrets) });
  // The twin writes down what is seen; the trace must then see the same.
  if (twin !== undefined) run(twin);
  const found = run({ secrets: secrets ?? [], steps }).leaks.find(({ afterStep }) => afterStep === expected.afterStep);
  return found === undefined ? null : { afterStep: found.afterStep, observer: principalName(policy, found.leak.observer), cells: found.leak.cells };
};
