/** Whether the monitor goes along with what the search of the specification found. */
import type { System } from "../spec/lang/system.ts";
import type { Policy } from "../spec/policy.ts";
import type { Violation } from "./explore/result.ts";
import { placementOf } from "./refine/boot-image.ts";
import type { MachineViolation } from "./refine/result.ts";
import { actionOfInstance } from "./trace/naming.ts";
import { partsWays } from "./trace/replay.ts";
import { runActions } from "./trace/run.ts";

/**
 * The first step of a violation of the specification at which the monitor goes another way, as a violation of the property that says so; `null` if it goes
 * along. The search of the monitor need not have come so far. `system` is the first of the policy's.
 */
export const dissentFrom = (policy: Policy, system: System, { instanceTrace }: Violation): MachineViolation | null => {
  const naming = { policy, system, placement: placementOf(policy) };
  const { breaches, steps } = runActions(naming, instanceTrace.map((instance) => actionOfInstance(naming, instance)));
  const first = breaches.find(({ breach }) => partsWays(breach));
  return first === undefined ? null
    : { ...first.breach, place: "M", actions: steps.slice(0, first.afterStep).map(({ action }) => action), instanceTrace: instanceTrace.slice(0, first.afterStep) };
};
