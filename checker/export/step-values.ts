/** What the store `step` of properties is for a transition: a function of the instance, found by looking at all of them. */
import { visit, type Store } from "../../spec/lang/node.ts";
import type { Property } from "../../spec/lang/property.ts";
import { instancesOf, type System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { known, type AnyType } from "../../spec/lang/types.ts";
import { equal, type Value } from "../../spec/lang/value.ts";

/** The properties that the abstract system can decide: those of what hardware shows are not among them. */
export const exportable = (system: System): readonly Property[] => system.properties.filter(({ form, place }) => form !== "view" && form !== "graph" && place !== "M");

/** What a variable of the store `step` is for every instance of a transition: one value, or the value of a parameter. */
export type StepValue = { readonly kind: "value"; readonly value: Value } | { readonly kind: "parameter"; readonly name: string };

/** The variables of a store that a property reads. */
export const readsStore = (property: Property, store: Store): ReadonlyMap<string, AnyType> => {
  const names = new Map<string, AnyType>();
  for (const node of [property.given, property.then]) visit(node, (one) => { if (one.op === "cell" && one.store === store) names.set(one.name, one.type); });
  return names;
};

/** The types of the step's variables that some property reads. */
export const stepTypes = (system: System): ReadonlyMap<string, AnyType> => new Map(exportable(system).flatMap((property) => [...readsStore(property, "step")]));

/** The step's variables of a transition; a variable is missing if it is neither a constant nor a parameter. */
const valuesIn = (system: System, transition: Transition): ReadonlyMap<string, StepValue> => {
  const shown = instancesOf(system.bounds, transition).map((instance) => ({ scope: instance.scope, step: system.describe(instance) }));
  return new Map([...stepTypes(system)].flatMap(([name, type]): (readonly [string, StepValue])[] => {
    const t = known(type), plain = t.kind === "option" ? t.of.name : t.name, value = shown[0]?.step[name] ?? null;
    const follows = transition.parameters.find((parameter) => (parameter.type.name === plain || parameter.type.name === t.name)
      && shown.every(({ scope, step }) => equal(step[name] ?? null, scope[parameter.name] ?? null)));
    if (follows !== undefined) return [[name, { kind: "parameter", name: follows.name }]];
    return shown.every(({ step }) => equal(step[name] ?? null, value)) ? [[name, { kind: "value", value }]] : [];
  }));
};


/** The step's variables of a system's transitions, each transition looked at once. */
export const stepValues = (system: System): ((transition: Transition) => ReadonlyMap<string, StepValue>) => {
  const found = new Map<Transition, ReadonlyMap<string, StepValue>>();
  return (transition) => {
    const values = found.get(transition) ?? valuesIn(system, transition);
    found.set(transition, values);
    return values;
  };
};
