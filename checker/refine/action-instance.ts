/** What the specification calls an action of the machine. */
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Value } from "../../spec/lang/value.ts";
import { isValue } from "../../spec/lang/value.ts";
import type { Action } from "./action.ts";
import { numberOfCall } from "./actions.ts";
import { toAbstract, type Placement } from "./placement.ts";

/** The instance; `null` for a number that means no call, and where an argument is outside what the specification's types hold. */
export const instanceOfAction = (system: System, placement: Placement, action: Action, caller: number): Instance | null => {
  const { vcpu } = action;
  const transition = system.transitions.find((one) => (action.kind === "call" ? one.kind === "call" && numberOfCall(one.name) === action.number : one.name === action.move));
  if (transition === undefined) return null;
  const own = transition.own.map(({ name, type }, i): readonly [string, Value, boolean] => {
    const given = action.kind === "call" ? action.arguments[i] ?? 0 : action.page;
    const value = type.name === "Frame" ? toAbstract(placement, given) : given;
    return [name, value, isValue(system.bounds, type, value)];
  });
  return own.every(([, , fits]) => fits) ? { transition, scope: { vcpu, caller, ...Object.fromEntries(own.map(([name, value]) => [name, value])) } } : null;
};
