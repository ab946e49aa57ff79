/** What the specification calls an action of the machine. */
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Value } from "../../spec/lang/value.ts";
import { isValue } from "../../spec/lang/value.ts";
import { moveOf, vcpuOf, type Action } from "./action.ts";
import { numberOfCall } from "./actions.ts";
import { toAbstract, type Placement } from "./placement.ts";

/** What an action gives its transition's own parameters, in their order. */
const own = (action: Action): readonly number[] => {
  switch (action.kind) {
    case "call": return action.arguments;
    case "move": return [action.page];
    case "interrupt": return [action.vcpu];
    case "dma": return [action.device, action.page];
    case "host": return [action.frame];
    case "remap": case "rmp": case "injection": return [];
  }
};

/** The instance; `null` for a number that means no call, and where an argument is outside what the specification's types hold. */
export const instanceOfAction = (system: System, placement: Placement, action: Action, caller: number): Instance | null => {
  const transition = system.transitions.find((one) => (action.kind === "call" ? one.kind === "call" && numberOfCall(one.name) === action.number : one.name === moveOf(action)));
  if (transition === undefined) return null;
  const registers = own(action), vcpu = vcpuOf(action);
  const given = transition.own.map(({ name, type }, i): readonly [string, Value, boolean] => {
    const register = registers[i] ?? 0, value = type.name === "Frame" ? toAbstract(placement, register) : register;
    return [name, value, isValue(system.bounds, type, value)];
  });
  // Whoever is interrupted does nothing; devices and the host are no vCPU's.
  const actor = action.kind === "call" || action.kind === "move" ? { vcpu, caller } : {};
  return given.every(([, , fits]) => fits) ? { transition, scope: { ...actor, ...Object.fromEntries(given.map(([name, value]) => [name, value])) } } : null;
};
