/**
 * Run-time values of the language, as the oracle sees them.
 *
 * bool: boolean; range and scalarset: integer; enum: label; union: rank within the union; set: bit mask over the ranks of
 * its element type (at most 31 elements); option: `null` or the value itself; record: object; map: array by rank of key.
 */
import { boundsOf, known, type AnyType, type Bounds, type Cases } from "./types.ts";

export type Value = boolean | number | string | null | { readonly [field: string]: Value } | readonly Value[];
export type RecordValue = { readonly [field: string]: Value };

/** Sets are bit masks in a 32-bit integer; the sign bit stays free. */
export const largestSetElement = 31;

/** How many values a type has. */
export const cardinality = (bounds: Bounds, type: AnyType): number => {
  const t = known(type);
  switch (t.kind) {
    case "bool": return 2;
    case "enum": return t.labels.length;
    case "range": case "scalarset": {
      const { lo, hi } = boundsOf(bounds, t.name);
      return hi - lo + 1;
    }
    case "union": return Object.values(t.cases).reduce((sum, payload) => sum + (payload === null ? 1 : cardinality(bounds, payload)), 0);
    case "option": return 1 + cardinality(bounds, t.of);
    case "set": return 2 ** cardinality(bounds, t.of);
    case "record": return Object.values(t.fields).reduce((product, field) => product * cardinality(bounds, field), 1);
    case "map": return cardinality(bounds, t.value) ** cardinality(bounds, t.key);
  }
};

/** Position of a value among the values of its type, from 0; the inverse of `unrank`. */
export const rank = (bounds: Bounds, type: AnyType, value: Value): number => {
  const t = known(type);
  switch (t.kind) {
    case "bool": return value === true ? 1 : 0;
    case "enum": return t.labels.indexOf(value as string);
    case "range": return (value as number) - boundsOf(bounds, t.name).lo;
    case "scalarset": case "union": case "set": return value as number;
    case "option": return value === null ? 0 : 1 + rank(bounds, t.of, value);
    case "record": return Object.entries(t.fields)
      .reduce((sum, [field, of]) => sum * cardinality(bounds, of) + rank(bounds, of, (value as RecordValue)[field] as Value), 0);
    case "map": return (value as readonly Value[]).reduce<number>((sum, v) => sum * cardinality(bounds, t.value) + rank(bounds, t.value, v), 0);
  }
};

/** The value at a rank; `unrank(rank(v)) = v`. */
export const unrank = (bounds: Bounds, type: AnyType, index: number): Value => {
  const t = known(type);
  switch (t.kind) {
    case "bool": return index === 1;
    case "enum": return t.labels[index] as string;
    case "range": return index + boundsOf(bounds, t.name).lo;
    case "scalarset": case "union": case "set": return index;
    case "option": return index === 0 ? null : unrank(bounds, t.of, index - 1);
    case "record": {
      const value: { [field: string]: Value } = {};
      let rest = index;
      for (const [field, of] of Object.entries(t.fields).reverse()) {
        const size = cardinality(bounds, of);
        value[field] = unrank(bounds, of, rest % size);
        rest = Math.floor(rest / size);
      }
      return Object.fromEntries(Object.keys(t.fields).map((field) => [field, value[field] as Value]));
    }
    case "map": {
      const size = cardinality(bounds, t.value);
      const values: Value[] = [];
      let rest = index;
      for (let key = cardinality(bounds, t.key) - 1; key >= 0; key--) {
        values[key] = unrank(bounds, t.value, rest % size);
        rest = Math.floor(rest / size);
      }
      return values;
    }
  }
};

/** All values of a type in rank order. Meant for scalars and small products. */
export const valuesOf = (bounds: Bounds, type: AnyType): readonly Value[] =>
  Array.from({ length: cardinality(bounds, type) }, (_, index) => unrank(bounds, type, index));

/** The least value: false, 0, the first label, none, the empty set, and so on inside. What a variable holds unless told. */
export const leastValue = (bounds: Bounds, type: AnyType): Value => {
  const t = known(type);
  if (t.kind === "map") return Array.from({ length: cardinality(bounds, t.key) }, () => leastValue(bounds, t.value));
  if (t.kind === "record") return Object.fromEntries(Object.entries(t.fields).map(([field, of]) => [field, leastValue(bounds, of)]));
  return unrank(bounds, type, 0);
};

/** Structural equality; both values are of one type. */
export const equal = (a: Value, b: Value): boolean => {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item as Value, b[i] as Value));
  const left = a as RecordValue, right = b as RecordValue;
  const fields = Object.keys(left);
  return fields.length === Object.keys(right).length && fields.every((field) => field in right && equal(left[field] as Value, right[field] as Value));
};

/** Where the members of a case of a union begin among its ranks. */
export const caseOffset = (bounds: Bounds, cases: Cases, label: string): number => {
  let offset = 0;
  for (const [name, payload] of Object.entries(cases)) {
    if (name === label) return offset;
    offset += payload === null ? 1 : cardinality(bounds, payload);
  }
  throw new RangeError(`no case ${label}`);
};

/** Whether a value is one of the type's; what decoders and the totality law use. */
export const isValue = (bounds: Bounds, type: AnyType, value: Value): boolean => {
  const t = known(type);
  switch (t.kind) {
    case "bool": return typeof value === "boolean";
    case "enum": return typeof value === "string" && t.labels.includes(value);
    case "range": case "scalarset": {
      const { lo, hi } = boundsOf(bounds, t.name);
      return Number.isInteger(value) && (value as number) >= lo && (value as number) <= hi;
    }
    case "union": case "set": return Number.isInteger(value) && (value as number) >= 0 && (value as number) < cardinality(bounds, type);
    case "option": return value === null || isValue(bounds, t.of, value);
    case "record": return typeof value === "object" && value !== null && !Array.isArray(value)
      && Object.keys(value).length === Object.keys(t.fields).length
      && Object.entries(t.fields).every(([field, of]) => field in value && isValue(bounds, of, (value as RecordValue)[field] as Value));
    case "map": return Array.isArray(value) && value.length === cardinality(bounds, t.key) && value.every((item) => isValue(bounds, t.value, item as Value));
  }
};
