/**
 * What the specification has reached and the monitor has not, each as a property that says it is never reached: the counterexample of that is a shortest run of the specification to it. A call
 * or a guard is reached before the call is made, so that whoever stands at the end of the run has the step still before him; the antecedent of a step, with its last step.
 */
import { bool } from "../spec/lang/index.ts";
import type { Node } from "../spec/lang/node.ts";
import type { Property } from "../spec/lang/property.ts";
import type { System } from "../spec/lang/system.ts";
import type { Transition } from "../spec/lang/transition.ts";
import { isAbstract } from "./compile/compile.ts";
import type { Coverage } from "./explore/result.ts";

/** In the order in which they are looked for: what guards refuse is most often met on the way to what happens. */
export type Sought = "happening" | "refusal";

const never: Node = { op: "literal", type: bool, value: false };
const both = (all: readonly Node[]): Node => ({ op: "and", type: bool, all });

const unreached = (id: string, bindings: Property["bindings"], given: Node): Property =>
  ({ id: `reach:${id}`, title: `reach-${id}`, sentence: `${id} is never reached.`, form: "state", place: "A", bindings, given, then: never });

const happens = ({ name, parameters, enabled, guards }: Transition): Property => unreached(name, parameters, both([enabled, ...guards.map(({ condition }) => condition)]));

const refuses = ({ name, parameters, enabled, guards }: Transition, at: number): Property => unreached(`${name}.${guards[at]?.id ?? ""}`, parameters,
  both([enabled, ...guards.slice(0, at).map(({ condition }) => condition), ...guards.slice(at, at + 1).map(({ condition }): Node => ({ op: "not", type: bool, of: condition }))]));

/** Ids that one coverage has counts of and the other has none of. */
const missed = <T extends { readonly id: string }>(there: readonly T[], here: readonly T[], count: (one: T) => number): ReadonlySet<string> =>
  new Set(there.filter((one) => count(one) > 0 && !here.some((other) => other.id === one.id && count(other) > 0)).map(({ id }) => id));

/** `there` is what the specification covers, `here` what the monitor does; properties count that are `asked` of both. */
export const goalsOf = ({ transitions, properties }: System, sought: Sought, there: Coverage, here: Coverage, asked: (property: Property) => boolean): readonly Property[] => {
  if (sought === "refusal") {
    const silent = missed(there.guards, here.guards, ({ failedFirst }) => failedFirst);
    return transitions.flatMap((transition) => transition.guards.flatMap(({ id }, at) => (silent.has(`${transition.name}.${id}`) ? [refuses(transition, at)] : [])));
  }
  const still = new Set([...missed(there.calls, here.calls, ({ succeeded }) => succeeded), ...missed(there.moves, here.moves, ({ taken }) => taken)]);
  const reaches = ({ properties: covered }: Coverage, clause: number): boolean => covered.some((one) => one.clause === clause && one.antecedent > 0);
  return [
    ...transitions.filter(({ name }) => still.has(name)).map(happens),
    ...properties.flatMap((property, clause): readonly Property[] => (property.form === "graph" || property.place !== "both" || !isAbstract(property) || !asked(property) || !reaches(there, clause) || reaches(here, clause) ? []
      : [{ ...property, id: `reach:${property.id}#${clause}`, place: "A", then: never }])),
  ];
};
