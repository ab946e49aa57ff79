/**
 * Which scalarsets a system's states are counted up to, and how. A member of a scalarset that indexes cells, and that other cells hold, has a
 * *column*: all that a state says of it. States that differ by a permutation of members have the same columns in another order, so sorting the
 * columns gives one state for all (Ip and Dill 1996). That needs that no column mentions another member of the same scalarset; where one does, the
 * least state over all permutations is taken, if they are few.
 */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { System } from "../../spec/lang/system.ts";
import { known, scalarset, type AnyType, type Bounds, type Fields } from "../../spec/lang/types.ts";
import { cardinality, caseOffset, equal, rank, unrank, type RecordValue, type Value } from "../../spec/lang/value.ts";
import { leafCardinality, type Layout, type Leaf } from "./layout.ts";

/** A cell that holds a member when its content is `offset` or more, up to the size of the scalarset. */
export interface Holder { readonly cell: number; readonly offset: number; readonly cardinality: number }

/** What sorting needs: `indexed[member]` are the cells of a member, in the same order for every one. */
export interface Columns { readonly name: string; readonly size: number; readonly indexed: readonly (readonly number[])[]; readonly holders: readonly Holder[] }

/** A permutation of members as a permutation of cells and of what they hold. */
export interface Rearrangement { readonly target: Int32Array; readonly content: readonly (Int32Array | null)[] }

export interface Symmetry {
  readonly sorted: readonly Columns[];
  /** All but the identity. */
  readonly rearrangements: readonly Rearrangement[];
}

export const asymmetric: Symmetry = { sorted: [], rearrangements: [] };

/** Permutations that are tried one by one at most. */
const mostPermutations = 24;

const mentions = (type: AnyType, name: string): boolean => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": return false;
    case "scalarset": return t.name === name;
    case "union": return Object.values(t.cases).some((payload) => payload !== null && mentions(payload, name));
    case "option": case "set": return mentions(t.of, name);
    case "record": return Object.values(t.fields).some((field) => mentions(field, name));
    case "map": return mentions(t.key, name) || mentions(t.value, name);
  }
};

/** The types of the keys on the way to a leaf, `null` for fields. */
export const keysOf = (layout: Layout, leaf: Leaf): readonly (AnyType | null)[] => {
  let type = layout.fields[leaf.variable];
  return leaf.path.map((step) => {
    for (let t = type === undefined ? undefined : known(type); t !== undefined; t = t.kind === "option" ? known(t.of) : undefined) {
      if (t.kind === "map") {
        type = t.value;
        return t.key;
      }
      if (t.kind === "record") {
        type = t.fields[step as string];
        return null;
      }
    }
    return null;
  });
};

const holderOf = (bounds: Bounds, leaf: Leaf, cell: number, name: string): Holder | null => {
  const t = known(leaf.type), size = leafCardinality(bounds, leaf);
  if (t.kind === "scalarset") return { cell, offset: leaf.raised, cardinality: size };
  if (t.kind !== "union") return null;
  const labels = Object.entries(t.cases).filter(([, payload]) => payload?.name === name).map(([label]) => label);
  const [label, second] = labels;
  return label === undefined || second !== undefined ? null : { cell, offset: leaf.raised + caseOffset(bounds, t.cases, label), cardinality: size };
};

/** The columns of a scalarset, or why it has none. */
const columnsOf = (bounds: Bounds, layout: Layout, type: AnyType): Columns | string => {
  const size = cardinality(bounds, type), indexed: number[][] = Array.from({ length: size }, () => []), holders: Holder[] = [];
  for (const [cell, leaf] of layout.leaves.entries()) {
    const keys = keysOf(layout, leaf), by = keys.flatMap((key, i) => (key !== null && mentions(key, type.name) ? [i] : []));
    const holds = mentions(leaf.type, type.name), [at, again] = by;
    if (again !== undefined) return `${leaf.variable} is indexed by it twice`;
    if (at !== undefined && holds) return `${leaf.variable} is indexed by it and holds it`;
    if (at !== undefined) {
      if (keys[at]?.name !== type.name) return `${leaf.variable} is indexed by more than it at once`;
      indexed[leaf.path[at] as number]?.push(cell);
    } else if (holds) {
      const holder = holderOf(bounds, leaf, cell, type.name);
      if (holder === null) return `${leaf.variable} holds several members at once`;
      holders.push(holder);
    }
  }
  return { name: type.name, size, indexed, holders };
};

const permutations = (size: number): readonly (readonly number[])[] => (size === 0 ? [[]] : permutations(size - 1)
  .flatMap((rest) => Array.from({ length: size }, (_, at) => [...rest.slice(0, at), size - 1, ...rest.slice(at)])));

/** A value after the members of the scalarset `name` have been renamed. */
export const renamed = (bounds: Bounds, type: AnyType, value: Value, name: string, to: readonly number[]): Value => {
  const t = known(type), inside = (of: AnyType, part: Value): Value => renamed(bounds, of, part, name, to);
  switch (t.kind) {
    case "bool": case "enum": case "range": return value;
    case "scalarset": return t.name === name ? to[value as number] ?? value : value;
    case "union": {
      let offset = 0;
      for (const payload of Object.values(t.cases)) {
        const size = payload === null ? 1 : cardinality(bounds, payload), at = (value as number) - offset;
        if (at < size) return payload === null ? value : offset + rank(bounds, payload, inside(payload, unrank(bounds, payload, at)));
        offset += size;
      }
      return value;
    }
    case "option": return value === null ? null : inside(t.of, value);
    case "set": return Array.from({ length: cardinality(bounds, t.of) }, (_, element) => element)
      .filter((element) => (((value as number) >>> element) & 1) === 1)
      .reduce((mask, element) => mask | (1 << rank(bounds, t.of, inside(t.of, unrank(bounds, t.of, element)))), 0);
    case "record": return Object.fromEntries(Object.entries(t.fields).map(([field, of]) => [field, inside(of, (value as RecordValue)[field] as Value)]));
    case "map": {
      const entries: Value[] = [];
      (value as readonly Value[]).forEach((entry, key) => {
        entries[rank(bounds, t.key, inside(t.key, unrank(bounds, t.key, key)))] = inside(t.value, entry);
      });
      return entries;
    }
  }
};

const rearrangementOf = (bounds: Bounds, layout: Layout, name: string, to: readonly number[]): Rearrangement => {
  const target = new Int32Array(layout.size), content: (Int32Array | null)[] = [];
  layout.leaves.forEach((leaf, cell) => {
    const keys = keysOf(layout, leaf);
    const path = leaf.path.map((step, i) => {
      const key = keys[i] ?? null;
      return key === null ? step : rank(bounds, key, renamed(bounds, key, unrank(bounds, key, step as number), name, to));
    });
    target[cell] = layout.cellOf(leaf.variable, path);
    content.push(!mentions(leaf.type, name) ? null : Int32Array.from({ length: leafCardinality(bounds, leaf) }, (_, held) =>
      (held < leaf.raised ? held : leaf.raised + rank(bounds, leaf.type, renamed(bounds, leaf.type, unrank(bounds, leaf.type, held - leaf.raised), name, to)))));
  });
  return { target, content };
};

/** First `one`, then `other`. */
const after = (one: Rearrangement, other: Rearrangement): Rearrangement => ({
  target: one.target.map((cell) => other.target[cell] ?? cell),
  content: one.content.map((held, cell) => {
    const then = other.content[one.target[cell] ?? cell] ?? null;
    return held === null ? then : then === null ? held : held.map((value) => then[value] ?? value);
  }),
});


/** A constant that tells two members of a scalarset apart, so that they are not interchangeable. */
const tellsApart = ({ bounds, constants }: System, fields: Fields, type: AnyType): string | undefined => {
  const size = cardinality(bounds, type), same = Array.from({ length: size }, (_, member) => member);
  return Object.keys(fields).find((name) => {
    const of = fields[name], value = constants[name];
    return of !== undefined && value !== undefined && mentions(of, type.name) && same.slice(1).some((member) => {
      const exchanged = same.map((one) => (one === 0 ? member : one === member ? 0 : one));
      return !equal(renamed(bounds, of, value, type.name, exchanged), value);
    });
  });
};

/**
 * How the states of a system are made canonical. `constants` are the types of the constants that it reads.
 * @throws SpecificationError if a constant tells members apart, or a scalarset has no columns and too many permutations.
 */
export const symmetryOf = (system: System, layout: Layout, constants: Fields): Symmetry => {
  for (const name of system.symmetric) {
    const constant = tellsApart(system, constants, scalarset(name));
    if (constant !== undefined) throw new SpecificationError(`symmetry over ${name}: the constant ${constant} tells its members apart`);
  }
  const { bounds } = system, sorted: Columns[] = [], taken = new Set<number>();
  let rearrangements: readonly Rearrangement[] = [];
  const bySize = system.symmetric.map(scalarset).sort((a, b) => cardinality(bounds, b) - cardinality(bounds, a));
  for (const type of bySize) {
    const columns = columnsOf(bounds, layout, type), size = cardinality(bounds, type);
    const cells = typeof columns === "string" ? [] : [...columns.indexed.flat(), ...columns.holders.map(({ cell }) => cell)];
    const shared = cells.find((cell) => taken.has(cell));
    if (typeof columns !== "string" && shared === undefined) {
      for (const cell of cells) taken.add(cell);
      if (size > 1) sorted.push(columns);
      continue;
    }
    const why = typeof columns === "string" ? columns : `${layout.leaves[shared ?? 0]?.variable ?? ""} belongs to the columns of two scalarsets`;
    const tried = Math.max(1, rearrangements.length) * Array.from({ length: size }, (_, i) => i + 1).reduce((product, i) => product * i, 1);
    if (tried > mostPermutations) throw new SpecificationError(`symmetry over ${type.name}: ${why}, and it has too many members (${size}) to try every permutation`);
    const here = permutations(size).map((to) => rearrangementOf(bounds, layout, type.name, to));
    rearrangements = rearrangements.length === 0 ? here : here.flatMap((one) => rearrangements.map((other) => after(one, other)));
  }
  const identity = ({ target, content }: Rearrangement): boolean =>
    target.every((to, cell) => to === cell) && content.every((held) => held === null || held.every((to, value) => to === value));
  return { sorted, rearrangements: rearrangements.filter((one) => !identity(one)) };
};

/** Whether making states canonical may move or change a cell. */
export const isMoved = ({ sorted, rearrangements }: Symmetry, cell: number): boolean =>
  sorted.some(({ indexed, holders }) => indexed.some((cells) => cells.includes(cell)) || holders.some((holder) => holder.cell === cell))
  || rearrangements.some(({ target, content }) => target[cell] !== cell || (content[cell] ?? null) !== null);
