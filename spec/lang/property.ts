/**
 * Properties: for all bindings, where the antecedent holds the consequent does; of a graph property, the consequent can be brought about from there. The antecedent is what
 * vacuity is judged on.
 */
import { complete } from "./construction.ts";
import type { Node, Parameter } from "./node.ts";
import { parameters, type Parameters } from "./operators.ts";
import type { Expr } from "./term.ts";
import type { Bool, Fields } from "./types.ts";

/** Over one state, over two (a step), over what hardware shows, or over all states together and the steps between them. */
export type Form = "state" | "step" | "view" | "graph";

export interface Property {
  readonly id: string;
  /** A few words in kebab case. */
  readonly title: string;
  /** The property as one English sentence. */
  readonly sentence: string;
  readonly form: Form;
  /** Where it is checked: on the abstract system, on the monitor on the machine, or on both. */
  readonly place: "A" | "M" | "both";
  readonly bindings: readonly Parameter[];
  readonly given: Node;
  readonly then: Node;
  /** Of a graph property, and of no other: the steps that may be taken on the way. */
  readonly by?: Node;
}

export interface PropertyText { readonly id: string; readonly title: string; readonly sentence: string; readonly form: Exclude<Form, "graph">; readonly place: Property["place"] }

/** Builds a property; `given` and `then` are what its reader reads. */
export const property = <B extends Fields>(
  text: PropertyText, bindings: B, body: (bound: Parameters<B>) => { readonly given: Expr<Bool>; readonly then: Expr<Bool> },
): Property => {
  const { given, then } = complete(`property ${text.id}`, () => body(parameters(bindings)), (built) => ({ nodes: [built.given.node, built.then.node], effects: [] }));
  return { ...text, bindings: Object.entries(bindings).map(([name, type]) => ({ name, type })), given: given.node, then: then.node };
};

/** Builds a graph property: from every state in which `given` holds, steps of the kind `by` can lead to one in which `then` holds. What happens otherwise is not asked. */
export const attainable = <B extends Fields>(
  text: Omit<PropertyText, "form" | "place">, bindings: B, body: (bound: Parameters<B>) => { readonly given: Expr<Bool>; readonly by: Expr<Bool>; readonly then: Expr<Bool> },
): Property => {
  const { given, by, then } = complete(`property ${text.id}`, () => body(parameters(bindings)), (built) => ({ nodes: [built.given.node, built.by.node, built.then.node], effects: [] }));
  return { ...text, form: "graph", place: "A", bindings: Object.entries(bindings).map(([name, type]) => ({ name, type })), given: given.node, by: by.node, then: then.node };
};
