/** Properties: for all bindings, where the antecedent holds the consequent does. The antecedent is what vacuity is judged on. */
import { complete } from "./construction.ts";
import type { Node, Parameter } from "./node.ts";
import { parameters, type Parameters } from "./operators.ts";
import type { Expr } from "./term.ts";
import type { Bool, Fields } from "./types.ts";

/** Over one state, over two (a step), or over what hardware shows. */
export type Form = "state" | "step" | "view";

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
}

export interface PropertyText { readonly id: string; readonly title: string; readonly sentence: string; readonly form: Form; readonly place: Property["place"] }

/** Builds a property; `given` and `then` are what its reader reads. */
export const property = <B extends Fields>(
  text: PropertyText, bindings: B, body: (bound: Parameters<B>) => { readonly given: Expr<Bool>; readonly then: Expr<Bool> },
): Property => {
  const { given, then } = complete(`property ${text.id}`, () => body(parameters(bindings)), (built) => ({ nodes: [built.given.node, built.then.node], effects: [] }));
  return { ...text, bindings: Object.entries(bindings).map(([name, type]) => ({ name, type })), given: given.node, then: then.node };
};
