/** Types laid out flat: one cell per scalar leaf. An option shares the first cell of what it holds, moved up by one: 0 is none. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Path, Valuation } from "../../spec/lang/evaluate.ts";
import { known, type AnyType, type Bounds, type Fields } from "../../spec/lang/types.ts";
import { cardinality, rank, unrank, type RecordValue, type Value } from "../../spec/lang/value.ts";
import type { Cells, StoreLayout } from "./compiled.ts";

/** A scalar part of a variable. `raised` is how many options begin at it: its cell is 0 below that, else the rank plus `raised`. */
export interface Leaf { readonly variable: string; readonly path: Path; readonly type: AnyType; readonly raised: number }

/** How many cells a type has. */
export const widthOf = (bounds: Bounds, type: AnyType): number => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return 1;
    case "option": return widthOf(bounds, t.of);
    case "record": return Object.values(t.fields).reduce((sum, field) => sum + widthOf(bounds, field), 0);
    case "map": return cardinality(bounds, t.key) * widthOf(bounds, t.value);
  }
};

/** The leaves of a type in cell order. */
export const leavesOf = (bounds: Bounds, variable: string, type: AnyType, path: Path = [], raised = 0): readonly Leaf[] => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return [{ variable, path, type, raised }];
    case "option": return leavesOf(bounds, variable, t.of, path, raised + 1);
    case "record": return Object.entries(t.fields).flatMap(([field, of], i) => leavesOf(bounds, variable, of, [...path, field], i === 0 ? raised : 0));
    case "map": return Array.from({ length: cardinality(bounds, t.key) }, (_, key) => leavesOf(bounds, variable, t.value, [...path, key], key === 0 ? raised : 0)).flat();
  }
};

/** How many values the cell of a leaf takes. */
export const leafCardinality = (bounds: Bounds, leaf: Leaf): number => cardinality(bounds, leaf.type) + leaf.raised;

/** The cells of a value, in order. */
export const cellsOfValue = (bounds: Bounds, type: AnyType, value: Value): readonly number[] => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return [rank(bounds, type, value)];
    case "option": {
      if (value === null) return new Array<number>(widthOf(bounds, t.of)).fill(0);
      const [first, ...rest] = cellsOfValue(bounds, t.of, value);
      return [(first ?? 0) + 1, ...rest];
    }
    case "record": return Object.entries(t.fields).flatMap(([field, of]) => cellsOfValue(bounds, of, (value as RecordValue)[field] as Value));
    case "map": return (value as readonly Value[]).flatMap((entry) => cellsOfValue(bounds, t.value, entry));
  }
};

/** The value whose cells begin at `at`; the inverse of `cellsOfValue`. */
export const valueOfCells = (bounds: Bounds, type: AnyType, cells: ArrayLike<number>, at: number, lowered = 0): Value => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set": return unrank(bounds, type, (cells[at] ?? 0) - lowered);
    case "option": return (cells[at] ?? 0) - lowered === 0 ? null : valueOfCells(bounds, t.of, cells, at, lowered + 1);
    case "record": {
      let next = at;
      return Object.fromEntries(Object.entries(t.fields).map(([field, of], i) => {
        const here = next;
        next += widthOf(bounds, of);
        return [field, valueOfCells(bounds, of, cells, here, i === 0 ? lowered : 0)];
      }));
    }
    case "map": {
      const width = widthOf(bounds, t.value);
      return Array.from({ length: cardinality(bounds, t.key) }, (_, key) => valueOfCells(bounds, t.value, cells, at + key * width, key === 0 ? lowered : 0));
    }
  }
};

/** Variables after one another. */
export interface Layout extends StoreLayout {
  readonly fields: Fields;
  readonly leaves: readonly Leaf[];
  /** The first cell of a variable. */
  readonly start: ReadonlyMap<string, number>;
}

export const layoutOf = (bounds: Bounds, fields: Fields): Layout => {
  const leaves = Object.entries(fields).flatMap(([name, type]) => leavesOf(bounds, name, type));
  const start = new Map<string, number>();
  let size = 0;
  for (const [name, type] of Object.entries(fields)) {
    start.set(name, size);
    size += widthOf(bounds, type);
  }
  const part = (variable: string, path: Path): { readonly at: number; readonly type: AnyType; readonly inOption: boolean } => {
    let at = start.get(variable), type = fields[variable], inOption = false;
    for (const step of path) {
      let t = type === undefined ? undefined : known(type);
      for (; t?.kind === "option"; t = known(t.of)) inOption = true;
      if (t?.kind === "map" && typeof step === "number" && at !== undefined && step < cardinality(bounds, t.key)) {
        at += step * widthOf(bounds, t.value);
        type = t.value;
      } else if (t?.kind === "record" && typeof step === "string" && at !== undefined) {
        for (const [field, of] of Object.entries(t.fields)) {
          if (field === step) break;
          at += widthOf(bounds, of);
        }
        type = t.fields[step];
      } else type = undefined;
    }
    if (at === undefined || type === undefined) throw new SpecificationError(`there is no ${[variable, ...path].join(".")}`);
    return { at, type, inOption };
  };
  const write = (cells: Cells, variable: string, path: Path, value: Value): void => {
    const { at, type, inOption } = part(variable, path);
    if (inOption) throw new SpecificationError(`${[variable, ...path].join(".")} is inside an option, which is written whole`);
    cells.set(cellsOfValue(bounds, type, value), at);
  };
  return {
    fields, leaves, start, size, write,
    cellOf: (variable, path) => part(variable, path).at,
    encode: (valuation: Valuation) => {
      const cells = new Int32Array(size);
      for (const name of Object.keys(fields)) {
        const value = valuation[name];
        if (value === undefined) throw new SpecificationError(`nothing says what ${name} is`);
        write(cells, name, [], value);
      }
      return cells;
    },
    decode: (cells) => Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, valueOfCells(bounds, type, cells, start.get(name) ?? 0)])),
  };
};
