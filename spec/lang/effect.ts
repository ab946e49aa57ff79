/**
 * Effects: what a transition writes. All effects of a transition are simultaneous, every right-hand side reads the state
 * before. A place is indexed by parameters, bound variables and literals alone, so which cells an instance may write is known
 * without a state, and writing one cell twice is an error of the specification (`check.ts`).
 */
import { bind, noteEffect } from "./construction.ts";
import type { Node, Store } from "./node.ts";
import { liftAs, term, type Expr, type Lift, type Term } from "./term.ts";
import { known, type AnyType, type Bool, type Fields, type MapOf, type RecordOf, type SetOf } from "./types.ts";

export type Effect =
  | { readonly kind: "assign"; readonly place: Node; readonly value: Node }
  | { readonly kind: "each"; readonly variable: string; readonly over: AnyType; readonly effects: readonly Effect[] }
  | { readonly kind: "when"; readonly condition: Node; readonly then: readonly Effect[]; readonly otherwise: readonly Effect[] };

/** An expression that can also be assigned. Maps and records give places inside. */
export type Place<T extends AnyType> = Expr<T> & InsidePlace<T> & { becomes(value: Lift<NoInfer<T>>): Effect };

type InsidePlace<T> = T extends RecordOf<infer F> ? { readonly [N in keyof F]: Place<F[N]> }
  : T extends MapOf<infer K, infer V> ? { at(key: Lift<K>): Place<V> }
  : T extends SetOf<infer U> ? { gains(element: Lift<U>): Effect; loses(element: Lift<U>): Effect }
  : unknown;

const effect = (made: Effect): Effect => {
  noteEffect(made);
  return made;
};

const place = <T extends AnyType>(type: T, node: Node): Place<T> => {
  const made: { [member: string]: unknown } = {
    node, type,
    becomes: (value: Lift<T>) => effect({ kind: "assign", place: node, value: liftAs(type, value) }),
  };
  const t = known(type);
  switch (t.kind) {
    case "record":
      for (const [field, of] of Object.entries(t.fields)) {
        Object.defineProperty(made, field, { get: () => place(of, { op: "field", type: of, record: node, field }) });
      }
      break;
    case "map":
      made["at"] = (key: unknown) => place(t.value, { op: "at", type: t.value, map: node, key: liftAs(t.key, key) });
      break;
    case "set": {
      const change = (op: "unite" | "minus") => (element: unknown) => {
        const right: Node = { op: "set", type, elements: [liftAs(t.of, element)] };
        return effect({ kind: "assign", place: node, value: { op, type, left: node, right } });
      };
      made["gains"] = change("unite");
      made["loses"] = change("minus");
      break;
    }
    case "bool": case "enum": case "range": case "scalarset": case "union": case "option":
      break;
  }
  return made as unknown as Place<T>;
};

export type Places<F extends Fields> = { readonly [N in keyof F]: Place<F[N]> };
export type Terms<F extends Fields> = { readonly [N in keyof F]: Term<F[N]> };

/** The variables of the state, as places. */
export const places = <F extends Fields>(fields: F): Places<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, place(type, { op: "cell", type, store: "state", name })])) as unknown as Places<F>;

/** The variables of a store that is only read. */
export const terms = <F extends Fields>(store: Store, fields: F): Terms<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, term(type, { op: "cell", type, store, name })])) as unknown as Terms<F>;

/** The same effects for every member of a finite type. */
export const each = <T extends AnyType>(over: T, effects: (member: Term<T>) => readonly Effect[]): Effect => bind(over.name, (variable) =>
  effect({ kind: "each", variable, over, effects: effects(term(over, { op: "variable", type: over, name: variable })) }));

/** Effects that depend on the state before. The two branches may write the same cells, nothing else may. */
export const when = (condition: Expr<Bool>, then: readonly Effect[], otherwise: readonly Effect[] = []): Effect =>
  effect({ kind: "when", condition: condition.node, then, otherwise });

/** Every effect below the given ones, themselves included. */
export const everyEffect = (effects: readonly Effect[]): readonly Effect[] => effects.flatMap((one) => {
  switch (one.kind) {
    case "assign": return [one];
    case "each": return [one, ...everyEffect(one.effects)];
    case "when": return [one, ...everyEffect(one.then), ...everyEffect(one.otherwise)];
  }
});

/** Every expression in the given effects. */
export const effectNodes = (effects: readonly Effect[]): readonly Node[] => everyEffect(effects).flatMap((one) => {
  switch (one.kind) {
    case "assign": return [one.place, one.value];
    case "each": return [];
    case "when": return [one.condition];
  }
});
