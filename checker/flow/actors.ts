/** Whose step it is, and to whom that may flow. */
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Compiled } from "../compile/compiled.ts";
import type { MonitorTables } from "../refine/abstract-layout.ts";

const nobody = -1;

/** Interrupts are nobody's: whoever sends them may tell nobody anything. */
const actorOf = ({ scope, transition: { name } }: Instance, domains: number, devices: number): number => {
  if (scope["caller"] !== undefined) return Number(scope["caller"]);
  if (name === "interrupt") return nobody;
  return scope["device"] === undefined ? domains + devices : domains + Number(scope["device"]);
};

/** The principal that each instance is a step of, by its number; -1 is nobody. */
export const actorsOf = ({ instances }: Compiled, { domains, devices }: MonitorTables): readonly number[] => instances.map((instance) => actorOf(instance, domains, devices));

/** Whether an observer may depend on what the actor saw: on what it saw itself it always may. */
export const mayFlowBy = ({ constants }: System): ((actor: number, observer: number) => boolean) => {
  const flow = (constants["flow"] ?? []) as readonly (readonly boolean[])[];
  return (actor, observer) => actor === observer || (actor !== nobody && flow[actor]?.[observer] === true);
};
