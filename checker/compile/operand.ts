/** Values of any type while code is generated: cells of a store, parts worked out one by one, or a map given by its entries. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import { boundsOf, known, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import { cardinality, type Value } from "../../spec/lang/value.ts";
import { choice, compare, constant, no, plus, times, type Js } from "./js.ts";
import { cellsOfValue, widthOf } from "./layout.ts";

export type Operand =
  /** Cells of an array from `fixed + moving` on; the first holds `raised` more than the value's own. */
  | {
    readonly form: "cells"; readonly type: AnyType; readonly array: string; readonly fixed: number; readonly moving: Js; readonly raised: number;
    /** The array itself, where it never changes. */
    readonly values?: Int32Array;
  }
  | { readonly form: "parts"; readonly type: AnyType; readonly parts: readonly Js[] }
  | { readonly form: "entries"; readonly type: AnyType; readonly entry: (key: Js) => Operand };

export const cells = (type: AnyType, array: string, fixed: number): Operand => ({ form: "cells", type, array, fixed, moving: no, raised: 0 });
export const scalar = (type: AnyType, part: Js): Operand => ({ form: "parts", type, parts: [part] });
export const literal = (bounds: Bounds, type: AnyType, value: Value): Operand => {
  const parts = cellsOfValue(bounds, type, value).map(constant);
  const t = known(type);
  // A literal of a range is any integer: comparing with one outside is meaningful, storing it is not.
  if (t.kind === "range" && parts[0]?.known !== undefined && (parts[0].known < 0 || parts[0].known >= cardinality(bounds, type))) {
    return scalar(type, { ...parts[0], wild: true });
  }
  return { form: "parts", type, parts };
};

/** A key or a cell's new content: what may be out of range is checked when the code runs. */
export const fitted = (part: Js, size: number): Js => (part.wild === true ? { code: `fit(${part.code}, ${size})` } : part);

/** The cells of a value, in order. */
export const partsOf = (bounds: Bounds, operand: Operand): readonly Js[] => {
  switch (operand.form) {
    case "parts": return operand.parts;
    case "entries": {
      const t = known(operand.type);
      if (t.kind !== "map") throw new SpecificationError(`${operand.type.name} has no entries`);
      return Array.from({ length: cardinality(bounds, t.key) }, (_, key) => partsOf(bounds, operand.entry(constant(key)))).flat();
    }
    case "cells": return Array.from({ length: widthOf(bounds, operand.type) }, (_, i) => {
      const index = plus(operand.moving, constant(operand.fixed + i));
      const value = index.known === undefined ? undefined : operand.values?.[index.known];
      const cell: Js = value === undefined ? { code: `${operand.array}[${unwrapped(index.code)}]` } : constant(value);
      return i === 0 ? plus(cell, constant(-operand.raised)) : cell;
    });
  }
};

const unwrapped = (code: string): string => (/^\([^()]*\)$/.test(code) ? code.slice(1, -1) : code);

/** The only cell of a scalar. */
export const partOf = (bounds: Bounds, operand: Operand): Js => {
  const [part, more] = partsOf(bounds, operand);
  if (part === undefined || more !== undefined) throw new SpecificationError(`${operand.type.name} is not a scalar`);
  return part;
};

export const fieldOf = (bounds: Bounds, operand: Operand, field: string): Operand => {
  const t = known(operand.type);
  if (t.kind !== "record" || operand.form === "entries") throw new SpecificationError(`${operand.type.name} has no fields`);
  let at = 0;
  for (const [name, type] of Object.entries(t.fields)) {
    const width = widthOf(bounds, type);
    if (name === field) {
      return operand.form === "cells"
        ? { ...operand, type, fixed: operand.fixed + at, raised: at === 0 ? operand.raised : 0 }
        : { form: "parts", type, parts: operand.parts.slice(at, at + width) };
    }
    at += width;
  }
  throw new SpecificationError(`${operand.type.name} has no field ${field}`);
};

export const entryOf = (bounds: Bounds, operand: Operand, rank: Js): Operand => {
  const t = known(operand.type);
  if (t.kind !== "map") throw new SpecificationError(`${operand.type.name} has no entries`);
  const size = cardinality(bounds, t.key), key = fitted(rank, size), width = widthOf(bounds, t.value);
  switch (operand.form) {
    case "entries": return operand.entry(key);
    case "cells":
      if (operand.raised !== 0) return entryOf(bounds, { form: "parts", type: operand.type, parts: partsOf(bounds, operand) }, key);
      return key.known === undefined
        ? { ...operand, type: t.value, moving: plus(operand.moving, times(key, width)) }
        : { ...operand, type: t.value, fixed: operand.fixed + key.known * width };
    case "parts": {
      const entry = (i: number): readonly Js[] => operand.parts.slice(i * width, (i + 1) * width);
      if (key.known !== undefined) return { form: "parts", type: t.value, parts: entry(key.known) };
      const parts = entry(0).map((_, part) => Array.from({ length: size - 1 }, (__, i) => i)
        .reduceRight((rest, i) => choice(compare(key, "===", constant(i)), entry(i)[part] ?? no, rest), entry(size - 1)[part] ?? no));
      return { form: "parts", type: t.value, parts };
    }
  }
};

const optionOf = (operand: Operand): AnyType => {
  const t = known(operand.type);
  if (t.kind !== "option") throw new SpecificationError(`${operand.type.name} is not an option`);
  return t.of;
};

const first = (bounds: Bounds, operand: Operand): Js => partsOf(bounds, operand)[0] ?? no;

/** Whether an option is none, read off its first cell without taking off what it is raised by. */
export const isAbsent = (bounds: Bounds, operand: Operand): Js => {
  optionOf(operand);
  if (operand.form === "cells" && operand.raised > 0) return compare(first(bounds, { ...operand, raised: 0 }), "===", constant(operand.raised));
  const part = first(bounds, operand);
  return part.inside === undefined ? compare(part, "===", no) : no;
};

/** What an option holds, if it holds something. */
export const contentOf = (operand: Operand): Operand => {
  const type = optionOf(operand);
  if (operand.form === "cells") return { ...operand, type, raised: operand.raised + 1 };
  if (operand.form === "entries") throw new SpecificationError(`${operand.type.name} is not a map`);
  return { form: "parts", type, parts: operand.parts.map((part, i) => (i === 0 ? lowered(part) : part)) };
};

/** Undoes `present`, so that what was just wrapped is not computed twice. */
const lowered = (part: Js): Js => part.inside ?? plus(part, constant(-1));

export const present = (bounds: Bounds, type: AnyType, operand: Operand): Operand =>
  ({ form: "parts", type, parts: partsOf(bounds, operand).map((part, i) => (i === 0 ? { ...plus(part, constant(1)), inside: part } : part)) });

export const chosen = (bounds: Bounds, condition: Js, then: Operand, otherwise: Operand): Operand => {
  if (condition.known !== undefined) return condition.known === 1 ? then : otherwise;
  if (known(then.type).kind === "map") {
    return { form: "entries", type: then.type, entry: (key) => chosen(bounds, condition, entryOf(bounds, then, key), entryOf(bounds, otherwise, key)) };
  }
  const others = partsOf(bounds, otherwise);
  return { form: "parts", type: then.type, parts: partsOf(bounds, then).map((part, i) => choice(condition, part, others[i] ?? no)) };
};

/** Position of a value among those of its type. */
export const rankOf = (bounds: Bounds, operand: Operand): Js => {
  const t = known(operand.type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return partOf(bounds, operand);
    case "option": {
      const inside = rankOf(bounds, contentOf(operand));
      return widthOf(bounds, t) === 1 ? partOf(bounds, operand) : choice(isAbsent(bounds, operand), no, plus(inside, constant(1)));
    }
    case "record": return Object.entries(t.fields)
      .reduce((sum, [field, of]) => plus(times(sum, cardinality(bounds, of)), rankOf(bounds, fieldOf(bounds, operand, field))), no);
    case "map": return Array.from({ length: cardinality(bounds, t.key) }, (_, key) => entryOf(bounds, operand, constant(key)))
      .reduce((sum, entry) => plus(times(sum, cardinality(bounds, t.value)), rankOf(bounds, entry)), no);
  }
};

const quotient = (of: Js, by: number): Js => (of.known !== undefined ? constant(Math.floor(of.known / by)) : by === 1 ? of : { code: `((${of.code} / ${by}) | 0)` });
const remainder = (of: Js, by: number): Js => (of.known !== undefined ? constant(of.known % by) : { code: `(${of.code} % ${by})` });

/** The value at a rank, for loops over types that are not scalars. */
export const atRank = (bounds: Bounds, type: AnyType, rank: Js): Operand => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return scalar(type, rank);
    case "option": {
      if (widthOf(bounds, t) === 1) return scalar(type, rank);
      const none: Operand = { form: "parts", type, parts: new Array<Js>(widthOf(bounds, t)).fill(no) };
      return chosen(bounds, compare(rank, "===", no), none, present(bounds, type, atRank(bounds, t.of, plus(rank, constant(-1)))));
    }
    case "record": {
      let rest = rank;
      const parts = Object.values(t.fields).reverse().map((of) => {
        const size = cardinality(bounds, of), digit = remainder(rest, size);
        rest = quotient(rest, size);
        return partsOf(bounds, atRank(bounds, of, digit));
      });
      return { form: "parts", type, parts: parts.reverse().flat() };
    }
    case "map": {
      const size = cardinality(bounds, t.value), keys = cardinality(bounds, t.key);
      return { form: "entries", type, entry: (key) => {
        if (key.known === undefined) throw new SpecificationError(`${type.name}: a bound map is read at constant keys alone`);
        return atRank(bounds, t.value, remainder(quotient(rank, size ** (keys - 1 - key.known)), size));
      } };
    }
  }
};

/** The least member of a range, which its rank 0 stands for. */
export const lowest = (bounds: Bounds, type: AnyType): number => (known(type).kind === "range" ? boundsOf(bounds, type.name).lo : 0);
