/** What the specification is written in. */
export { SpecificationError } from "./construction.ts";
export { each, places, terms, when, type Place, type Places, type Terms } from "./effect.ts";
export {
  absent, add, and, collect, count, Count, define, eq, exists, first, forall, has, implies, inject, intersect, isNone, isSome, ite, le, lt, matchOption, minus, not, or,
  parameters, reaches, someSuch, subset, sum, tabulate, unite, type Parameters,
} from "./operators.ts";
export { attainable, property, type Property } from "./property.ts";
export { none, of, some, type Expr, type Lift, type Term } from "./term.ts";
export { callsOver, guard, movesOver, type Guard, type Transition } from "./transition.ts";
export { bool, enumeration, map, option, range, record, scalarset, setOf, sized, union, type AnyType, type Bool, type Bounds, type Fields } from "./types.ts";
