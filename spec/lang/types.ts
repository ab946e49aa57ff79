/**
 * The finite types of the specification language. A type is data; its TypeScript type carries what it
 * ranges over, so that mixing a frame with a page does not compile. How many members a scalarset or
 * a range has is not part of the type: `Bounds` say it when a system is built, so one specification serves every size.
 */

export interface Type<K extends string> { readonly kind: K; readonly name: string }

export interface Bool extends Type<"bool"> {}
/** Consecutive integers `lo..hi`, both from the bounds. Order and arithmetic are allowed. */
export interface Range<N extends string> extends Type<"range"> { readonly name: N }
export interface Enumeration<N extends string, L extends string> extends Type<"enum"> { readonly name: N; readonly labels: readonly L[] }
/** Interchangeable identifiers: only equality, and use as a key, are meaningful (Ip and Dill 1996, "Better verification through symmetry"). */
export interface Scalarset<N extends string> extends Type<"scalarset"> { readonly name: N }
/** A tagged sum of scalars and plain tags, for principals that are of several kinds. */
export interface Union<N extends string, C extends Cases> extends Type<"union"> { readonly name: N; readonly cases: C }
export interface Option<T extends AnyType> extends Type<"option"> { readonly of: T }
export interface SetOf<T extends AnyType> extends Type<"set"> { readonly of: T }
export interface RecordOf<F extends Fields> extends Type<"record"> { readonly fields: F }
/** A total map: every key has a value. */
export interface MapOf<K extends AnyType, V extends AnyType> extends Type<"map"> { readonly key: K; readonly value: V }

export type AnyType = Type<string>;
export type Fields = { readonly [field: string]: AnyType };
/** Each case carries a scalarset or a range, or nothing (`null`). */
export type Cases = { readonly [label: string]: Scalarset<string> | Range<string> | null };

/** The closed union behind `AnyType`, for exhaustive dispatch. */
export type KnownType =
  | Bool
  | Range<string>
  | Enumeration<string, string>
  | Scalarset<string>
  | Union<string, Cases>
  | (Type<"option"> & { readonly of: AnyType })
  | (Type<"set"> & { readonly of: AnyType })
  | (Type<"record"> & { readonly fields: Fields })
  | (Type<"map"> & { readonly key: AnyType; readonly value: AnyType });

export const known = (type: AnyType): KnownType => type as KnownType;

export const bool: Bool = { kind: "bool", name: "bool" };

export const range = <const N extends string>(name: N): Range<N> => ({ kind: "range", name });

export const enumeration = <const N extends string, const L extends string>(name: N, ...labels: readonly L[]): Enumeration<N, L> =>
  ({ kind: "enum", name, labels });

export const scalarset = <const N extends string>(name: N): Scalarset<N> => ({ kind: "scalarset", name });

export const union = <const N extends string, const C extends Cases>(name: N, cases: C): Union<N, C> => ({ kind: "union", name, cases });

export const option = <T extends AnyType>(of: T): Option<T> => ({ kind: "option", name: `option ${of.name}`, of });

export const setOf = <T extends AnyType>(of: T): SetOf<T> => ({ kind: "set", name: `set of ${of.name}`, of });

export const record = <F extends Fields>(fields: F): RecordOf<F> => {
  const inside = Object.entries(fields).map(([field, type]) => `${field}: ${type.name}`);
  return { kind: "record", name: `{${inside.join(", ")}}`, fields };
};

export const map = <K extends AnyType, V extends AnyType>(key: K, value: V): MapOf<K, V> =>
  ({ kind: "map", name: `${key.name} -> ${value.name}`, key, value });

/** Inclusive limits of every range, and sizes of every scalarset (`lo` is 0 there), by type name. */
export type Bounds = { readonly [name: string]: { readonly lo: number; readonly hi: number } };

export const sized = (size: number): Bounds[string] => ({ lo: 0, hi: size - 1 });

/** The bounds of a named type; a type without bounds is a mistake in the system's definition. */
export const boundsOf = (bounds: Bounds, name: string): Bounds[string] => {
  const found = bounds[name];
  if (found === undefined) throw new RangeError(`no bounds for the type ${name}`);
  return found;
};
