/**
 * Typed expressions. `Expr<T>` is a tree node together with its type; `Term<T>` is what the builders return, with a field
 * per record field and `at` for maps. The type parameter is invariant, so a frame never stands where a page is expected.
 */
import { noteCondition, SpecificationError } from "./construction.ts";
import type { Node } from "./node.ts";
import { known, type AnyType, type Bool, type Enumeration, type MapOf, type Option, type Range, type RecordOf, type SetOf } from "./types.ts";

declare const invariant: unique symbol;

export interface Expr<T extends AnyType> { readonly node: Node; readonly type: T; readonly [invariant]?: (t: T) => T }

export type Term<T extends AnyType> = Expr<T> & Inside<T>;

/** What can be read off a term besides the term itself. */
export type Inside<T> = T extends RecordOf<infer F> ? { readonly [N in keyof F]: Term<F[N]> }
  : T extends MapOf<infer K, infer V> ? { at(key: Lift<K>): Term<V> }
  : unknown;

export const none: unique symbol = Symbol("none");
export interface Some<V> { readonly some: V }
export const some = <const V>(value: V): Some<V> => ({ some: value });

/**
 * What may be written where a `T` is expected: an expression, or a literal of the types that have literals. Scalarsets have none, which
 * is what makes their members interchangeable.
 */
export type Lift<T extends AnyType> = Expr<T>
  | (T extends Option<infer U> ? Some<Lift<U>> | typeof none : never)
  | (T extends RecordOf<infer F> ? { readonly [N in keyof F]: Lift<F[N]> } : never)
  | (T extends Enumeration<string, infer L> ? L : never)
  | (T extends SetOf<infer U> ? readonly Lift<U>[] : never)
  | (T extends Range<string> ? number : never)
  | (T extends Bool ? boolean : never);

const isExpr = (value: unknown): value is Expr<AnyType> => typeof value === "object" && value !== null && "node" in value && "type" in value;

/** A term over a node: fields of records and `at` of maps are made when they are read. */
export const term = <T extends AnyType>(type: T, node: Node): Term<T> => {
  noteCondition(node);
  const made: { node: Node; type: AnyType; at?: (key: never) => Term<AnyType> } = { node, type };
  const t = known(type);
  if (t.kind === "record") {
    for (const [field, of] of Object.entries(t.fields)) {
      Object.defineProperty(made, field, { get: () => term(of, { op: "field", type: of, record: node, field }) });
    }
  }
  if (t.kind === "map") made.at = (key) => term(t.value, { op: "at", type: t.value, map: node, key: liftAs(t.key, key) });
  return made as unknown as Term<T>;
};

const expected = (type: AnyType, found: string): SpecificationError => new SpecificationError(`expected ${type.name}, found ${found}`);

/**
 * The node of what was written where `type` is expected.
 * @throws SpecificationError for what the compiler cannot refuse: unknown or missing fields, labels out of nowhere.
 */
export const liftAs = (type: AnyType, value: unknown): Node => {
  const t = known(type);
  if (isExpr(value)) {
    if (value.type.name !== type.name) throw expected(type, value.type.name);
    return value.node;
  }
  switch (t.kind) {
    case "bool":
      if (typeof value === "boolean") return literal(type, value);
      break;
    case "enum":
      if (typeof value === "string" && t.labels.includes(value)) return literal(type, value);
      break;
    case "range":
      if (Number.isInteger(value)) return literal(type, value as number);
      break;
    case "option":
      if (value === none) return literal(type, null);
      if (typeof value === "object" && value !== null && "some" in value) {
        return { op: "some", type, value: liftAs(t.of, value.some) };
      }
      break;
    case "set":
      if (Array.isArray(value)) return { op: "set", type, elements: value.map((element) => liftAs(t.of, element)) };
      break;
    case "record":
      if (typeof value === "object" && value !== null) return liftFields(type, t.fields, value);
      break;
    case "scalarset": case "union": case "map":
      break;
  }
  throw expected(type, String(value));
};

const literal = (type: AnyType, value: boolean | number | string | null): Node => ({ op: "literal", type, value });

const liftFields = (type: AnyType, fields: { readonly [field: string]: AnyType }, value: object): Node => {
  const given = new Map(Object.entries(value));
  for (const field of given.keys()) if (!(field in fields)) throw expected(type, `the field ${field}`);
  const lifted = Object.entries(fields).map(([field, of]) => {
    if (!given.has(field)) throw expected(type, `a record without ${field}`);
    return [field, liftAs(of, given.get(field))] as const;
  });
  return { op: "construct", type, fields: Object.fromEntries(lifted) };
};

export const lift = <T extends AnyType>(type: T, written: Lift<T>): Node => liftAs(type, written);

/** An explicitly typed expression, where no place or operator gives the type. */
export const of = <T extends AnyType>(type: T, written: Lift<NoInfer<T>>): Term<T> => term(type, lift(type, written));
