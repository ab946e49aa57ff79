/** The operators of the language. Each returns a term; none computes anything. */
import { bind, complete } from "./construction.ts";
import type { Definition, Node } from "./node.ts";
import { lift, liftAs, term, type Expr, type Lift, type Term } from "./term.ts";
import {
  bool, map, option, range, setOf, type AnyType, type Bool, type Cases, type Fields, type MapOf, type Option, type Range, type SetOf, type Union,
} from "./types.ts";

const condition = (node: Node): Term<Bool> => term(bool, node);

export const and = (...all: readonly Lift<Bool>[]): Term<Bool> => condition({ op: "and", type: bool, all: all.map((x) => lift(bool, x)) });
export const or = (...all: readonly Lift<Bool>[]): Term<Bool> => condition({ op: "or", type: bool, all: all.map((x) => lift(bool, x)) });
export const not = (of: Expr<Bool>): Term<Bool> => condition({ op: "not", type: bool, of: of.node });
export const implies = (left: Expr<Bool>, right: Lift<Bool>): Term<Bool> =>
  condition({ op: "implies", type: bool, left: left.node, right: lift(bool, right) });

export const eq = <T extends AnyType>(left: Expr<T>, right: Lift<NoInfer<T>>): Term<Bool> =>
  condition({ op: "equal", type: bool, left: left.node, right: lift(left.type, right) });
export const lt = <T extends Range<string>>(left: Expr<T>, right: Lift<NoInfer<T>>): Term<Bool> =>
  condition({ op: "less", type: bool, left: left.node, right: liftAs(left.type, right) });
export const le = <T extends Range<string>>(left: Expr<T>, right: Lift<NoInfer<T>>): Term<Bool> =>
  condition({ op: "at-most", type: bool, left: left.node, right: liftAs(left.type, right) });

/** `ite` takes its type from the first branch. */
export const ite = <T extends AnyType>(when: Expr<Bool>, then: Expr<T>, otherwise: Lift<NoInfer<T>>): Term<T> =>
  term(then.type, { op: "if", type: then.type, condition: when.node, then: then.node, otherwise: lift(then.type, otherwise) });

export const isNone = <T extends AnyType>(of: Expr<Option<T>>): Term<Bool> => condition({ op: "is-none", type: bool, option: of.node });
export const isSome = <T extends AnyType>(of: Expr<Option<T>>): Term<Bool> => not(isNone(of));

/** The one way to look inside an option. */
export const matchOption = <T extends AnyType, R extends AnyType>(
  of: Expr<Option<T>>, cases: { readonly none: Expr<R>; readonly some: (value: Term<T>) => Lift<NoInfer<R>> },
): Term<R> => bind(of.type.of.kind === "record" ? "it" : of.type.of.name, (variable) => {
  const type = cases.none.type;
  const inside = lift(type, cases.some(term(of.type.of, { op: "variable", type: of.type.of, name: variable })));
  return term(type, { op: "match", type, option: of.node, variable, some: inside, none: cases.none.node });
});

/** True of an option that holds a value with the property. */
export const someSuch = <T extends AnyType>(of: Expr<Option<T>>, such: (value: Term<T>) => Lift<Bool>): Term<Bool> =>
  matchOption(of, { none: condition({ op: "literal", type: bool, value: false }), some: such });

/** `inject(Label, "domain", d)`: a member of one kind as a member of the union of kinds. */
export const inject = <const N extends string, C extends Cases, L extends keyof C & string>(
  into: Union<N, C>, label: L, payload: C[L] extends AnyType ? Expr<C[L]> : null,
): Term<Union<N, C>> => {
  const inside: { readonly node: Node } | null = payload;
  const node: Node = inside === null ? { op: "literal", type: bool, value: true } : inside.node;
  return term(into, { op: "inject", type: into, union: into, label, payload: node });
};

export const has = <T extends AnyType>(set: Expr<SetOf<T>>, element: Lift<NoInfer<T>>): Term<Bool> =>
  condition({ op: "has", type: bool, set: set.node, element: liftAs(set.type.of, element) });
export const subset = <T extends AnyType>(left: Expr<SetOf<T>>, right: Lift<NoInfer<SetOf<T>>>): Term<Bool> =>
  condition({ op: "subset", type: bool, left: left.node, right: liftAs(left.type, right) });

const combine = (op: "unite" | "minus" | "intersect") =>
  <T extends AnyType>(left: Expr<SetOf<T>>, right: Lift<NoInfer<SetOf<T>>>): Term<SetOf<T>> =>
    term(left.type, { op, type: left.type, left: left.node, right: liftAs(left.type, right) });
export const unite = combine("unite");
export const minus = combine("minus");
export const intersect = combine("intersect");

const quantify = <T extends AnyType>(op: "forall" | "exists", over: T, where: (x: Term<T>) => Lift<Bool>): Term<Bool> =>
  bind(over.name, (variable) => condition(
    { op, type: bool, variable, over, where: lift(bool, where(term(over, { op: "variable", type: over, name: variable }))) },
  ));
export const forall = <T extends AnyType>(over: T, holds: (x: Term<T>) => Lift<Bool>): Term<Bool> => quantify("forall", over, holds);
export const exists = <T extends AnyType>(over: T, holds: (x: Term<T>) => Lift<Bool>): Term<Bool> => quantify("exists", over, holds);

/** Numbers that count; their bounds are `Count`. */
export const Count = range("Count");
/** How many members satisfy the condition. */
export const count = <T extends AnyType>(over: T, where: (x: Term<T>) => Lift<Bool>): Term<typeof Count> =>
  bind(over.name, (variable) => term(Count, {
    op: "count", type: Count, variable, over, where: lift(bool, where(term(over, { op: "variable", type: over, name: variable }))),
  }));

/** The least member that satisfies the condition, if one does. Ranges alone have a least member. */
export const first = <T extends Range<string>>(over: T, where: (x: Term<T>) => Lift<Bool>): Term<Option<T>> => bind(over.name, (variable) => {
  const type = option(over);
  return term(type, { op: "first", type, variable, over, where: lift(bool, where(term(over, { op: "variable", type: over, name: variable }))) });
});

/** The sum of a number over all members. */
export const sum = <T extends AnyType>(over: T, value: (x: Term<T>) => Expr<typeof Count>): Term<typeof Count> =>
  bind(over.name, (variable) => term(Count, {
    op: "sum", type: Count, variable, over, value: value(term(over, { op: "variable", type: over, name: variable })).node,
  }));

export const add = (left: Expr<typeof Count>, right: Lift<typeof Count>): Term<typeof Count> =>
  term(Count, { op: "add", type: Count, left: left.node, right: lift(Count, right) });

/** Whether following `links` from `from` one or more times arrives at `to`: `reaches(parent, d, a)` says that `a` is a proper ancestor of `d`. */
export const reaches = <T extends AnyType>(links: Expr<MapOf<T, Option<T>>>, from: Expr<NoInfer<T>>, to: Expr<NoInfer<T>>): Term<Bool> =>
  condition({ op: "reaches", type: bool, links: links.node, from: from.node, to: to.node });

/** The set of members that satisfy the condition. */
export const collect = <T extends AnyType>(over: T, where: (x: Term<T>) => Lift<Bool>): Term<SetOf<T>> => bind(over.name, (variable) => {
  const type = setOf(over);
  return term(type, { op: "collect", type, variable, over, where: lift(bool, where(term(over, { op: "variable", type: over, name: variable }))) });
});

/** The total map that gives each key its value. */
export const tabulate = <K extends AnyType, V extends AnyType>(key: K, value: (k: Term<K>) => Expr<V>): Term<MapOf<K, V>> =>
  bind(key.name, (variable) => {
    const inside = value(term(key, { op: "variable", type: key, name: variable }));
    const type = map(key, inside.type);
    return term(type, { op: "tabulate", type, variable, over: key, value: inside.node });
  });

/** The absent value of an option type, where no place gives the type. */
export const absent = <T extends AnyType>(of: T): Term<Option<T>> => {
  const type = option(of);
  return term(type, { op: "literal", type, value: null });
};

export type Parameters<P extends Fields> = { readonly [N in keyof P]: Term<P[N]> };

/** Terms for named parameters. */
export const parameters = <P extends Fields>(fields: P): Parameters<P> =>
  Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, term(type, { op: "variable", type, name })])) as unknown as Parameters<P>;

/**
 * Gives a term a name: `define("authorised", { domain: Domain, ... }, ({ domain, ... }) => ...)` returns a function that applies it.
 * Definitions are not recursive: a body can only use what exists before it.
 */
export const define = <P extends Fields, R extends AnyType>(
  name: string, fields: P, body: (arguments_: Parameters<P>) => Expr<R>,
): ((arguments_: { readonly [N in keyof P]: Lift<P[N]> }) => Term<R>) => {
  const inside = complete(`definition ${name}`, () => body(parameters(fields)), (result) => ({ nodes: [result.node], effects: [] }));
  const definition: Definition = { name, parameters: Object.entries(fields).map(([parameter, type]) => ({ name: parameter, type })), body: inside.node };
  return (given) => term(inside.type, {
    op: "apply", type: inside.type, definition,
    arguments: Object.entries(fields).map(([parameter, type]) => liftAs(type, given[parameter])),
  });
};
