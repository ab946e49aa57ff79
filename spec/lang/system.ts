/** A complete transition system: the specification, the sizes, and what a policy fixes. */
import { applyEffects, evaluate, type Environment, type Scope, type Valuation } from "./evaluate.ts";
import type { Parameter } from "./node.ts";
import type { Property } from "./property.ts";
import type { Guard, Transition } from "./transition.ts";
import type { Bounds, Fields } from "./types.ts";
import { valuesOf } from "./value.ts";

export interface System {
  readonly name: string;
  readonly bounds: Bounds;
  /** The state variables and their types, in the order of the specification. */
  readonly variables: Fields;
  /** The variables that only properties of what hardware shows read. */
  readonly view: Fields;
  readonly constants: Valuation;
  readonly initial: Valuation;
  readonly transitions: readonly Transition[];
  readonly properties: readonly Property[];
  /** The `step` store of an instance: which transition it is, by whom, on whom. A function of the instance alone. */
  readonly describe: (instance: Instance) => Valuation;
  /** Scalarsets whose members no constant tells apart: states are counted up to their permutations. */
  readonly symmetric: readonly string[];
}

/** A transition with a value for each of its parameters. */
export interface Instance { readonly transition: Transition; readonly scope: Scope }

export type Outcome =
  | { readonly kind: "disabled" }
  | { readonly kind: "denied"; readonly guard: Guard }
  | { readonly kind: "allowed"; readonly next: Valuation };

/** Every valuation of parameters, in the order of their values, the first parameter slowest. */
export const scopesOf = (bounds: Bounds, parameters: readonly Parameter[]): readonly Scope[] => parameters.reduce<readonly Scope[]>(
  (scopes, { name, type }) => scopes.flatMap((scope) => valuesOf(bounds, type).map((value) => ({ ...scope, [name]: value }))),
  [{}],
);

/** Every instance of a transition, in the order of `scopesOf`. */
export const instancesOf = (bounds: Bounds, transition: Transition): readonly Instance[] =>
  scopesOf(bounds, transition.parameters).map((scope) => ({ transition, scope }));

export const environmentOf = (system: System, state: Valuation): Environment =>
  ({ bounds: system.bounds, stores: { state, constant: system.constants } });

/** What the oracle says of one instance in one state: the meaning of the whole specification. */
export const step = (system: System, state: Valuation, { transition, scope }: Instance): Outcome => {
  const environment = environmentOf(system, state);
  if (evaluate(environment, scope, transition.enabled) !== true) return { kind: "disabled" };
  const failed = transition.guards.find((guard) => evaluate(environment, scope, guard.condition) !== true);
  if (failed !== undefined) return { kind: "denied", guard: failed };
  return { kind: "allowed", next: applyEffects(environment, scope, transition.effects) };
};
