/** The code that packs the canonical state of a state's orbit. */
import type { Bounds } from "../../spec/lang/types.ts";
import { leafCardinality, type Layout } from "./layout.ts";
import type { Field, Packing } from "./packing.ts";
import type { Program } from "./program.ts";
import type { Columns, Symmetry } from "./symmetry.ts";

/** Bits of a column compared at once; the sign stays free. */
const laneBits = 31;

/** The parts of a member's column as lanes of shifted terms: cells that it indexes, then a bit for each cell that holds it. */
interface Lanes { readonly count: number; readonly indexed: readonly { readonly part: number; readonly lane: number; readonly shift: number }[]; readonly held: readonly { readonly lane: number; readonly shift: number }[] }

const lanesOf = (columns: Columns, bitsOf: (cell: number) => number): Lanes => {
  let lane = 0, used = 0;
  const place = (bits: number): { readonly lane: number; readonly shift: number } => {
    if (used + bits > laneBits) {
      lane++;
      used = 0;
    }
    used += bits;
    return { lane, shift: used - bits };
  };
  const indexed = (columns.indexed[0] ?? []).map((cell, part) => ({ part, ...place(bitsOf(cell)) }));
  const held = columns.holders.map(() => place(1));
  return { count: lane + 1, indexed, held };
};

const shifted = (code: string, shift: number): string => (shift === 0 ? code : `${code} << ${shift}`);

/** `sort_S(t)` puts the order of the columns of `t` into `order_S`, and says whether it is another than theirs. */
const defineSort = (program: Program, columns: Columns, bitsOf: (cell: number) => number): void => {
  const { name, size, indexed, holders } = columns, lanes = lanesOf(columns, bitsOf);
  program.array(`column_${name}`, "Int32Array", (size + 1) * lanes.count);
  program.array(`order_${name}`, "Int32Array", size);
  const at = (member: string | number, lane: number): string => (typeof member === "number" ? `column_${name}[${member * lanes.count + lane}]`
    : `column_${name}[${lanes.count === 1 ? member : `${member} * ${lanes.count}`}${lane === 0 ? "" : ` + ${lane}`}]`);
  const fill = indexed.flatMap((cells, member) => Array.from({ length: lanes.count }, (_, lane) => {
    const terms = lanes.indexed.filter((one) => one.lane === lane).map(({ part, shift }) => shifted(`t[${cells[part] ?? 0}]`, shift));
    return `${at(member, lane)} = ${terms.length === 0 ? "0" : terms.join(" | ")};`;
  }));
  const hold = holders.map(({ cell, offset, cardinality }, i) => {
    const { lane, shift } = lanes.held[i] ?? { lane: 0, shift: 0 }, all = cardinality === offset + size;
    const inside = [...(offset > 0 ? ["member >= 0"] : []), ...(all ? [] : [`member < ${size}`])];
    return `member = t[${cell}]${offset === 0 ? "" : ` - ${offset}`};\n${inside.length === 0 ? "" : `if (${inside.join(" && ")}) `}${at("member", lane)} |= ${2 ** shift};`;
  });
  const before = Array.from({ length: lanes.count }, (_, lane) => lane).reduceRight(
    (rest, lane) => (rest === "" ? `${at("a", lane)} < ${at("b", lane)}` : `(${at("a", lane)} !== ${at("b", lane)} ? ${at("a", lane)} < ${at("b", lane)} : ${rest})`), "");
  program.define(`before_${name}`, ["a", "b"], `return ${before};`);
  program.define(`sort_${name}`, ["t"], [
    "let member = 0, moved = false;", ...fill, ...hold,
    `order_${name}[0] = 0;`,
    `for (let i = 1; i < ${size}; i++) {`,
    "  let j = i;",
    `  for (; j > 0 && before_${name}(i, order_${name}[j - 1]); j--) order_${name}[j] = order_${name}[j - 1];`,
    `  order_${name}[j] = i;`,
    "  if (j !== i) moved = true;",
    "}",
    "return moved;",
  ].join("\n"));
};

/** How the packed field of a cell is read once columns are sorted. */
const readerOf = (sorted: readonly Columns[]): ((cell: number) => string) => {
  const readers = new Map<number, string>();
  for (const { name, indexed, holders } of sorted) {
    indexed.forEach((cells, member) => {
      cells.forEach((cell, part) => {
        const base = indexed[0]?.[part] ?? 0, stride = (indexed[1]?.[part] ?? base) - base;
        const moving = `order_${name}[${member}]`;
        readers.set(cell, `t[${base === 0 ? "" : `${base} + `}${stride === 1 ? moving : `${moving} * ${stride}`}]`);
      });
    });
    for (const { cell, offset, cardinality } of holders) readers.set(cell, `${tableName(name, offset, cardinality)}[t[${cell}]]`);
  }
  return (cell) => readers.get(cell) ?? `t[${cell}]`;
};

const tableName = (name: string, offset: number, cardinality: number): string => `renamed_${name}_${offset}_${cardinality}`;

const tables = ({ sorted }: Symmetry, name: string): ReadonlyMap<string, { readonly offset: number; readonly cardinality: number }> =>
  new Map(sorted.filter((columns) => columns.name === name).flatMap(({ holders }) =>
    holders.map(({ offset, cardinality }) => [tableName(name, offset, cardinality), { offset, cardinality }] as const)));

const packLines = ({ words, fields }: Packing, read: (field: Field) => string): string => Array.from({ length: words }, (_, index) => {
  const parts = fields.filter(({ word }) => word === index).map((field) => shifted(read(field), field.shift));
  return `w[at${index === 0 ? "" : ` + ${index}`}] = ${parts.length === 0 ? "0" : parts.join(" | ")};`;
}).join("\n");

/** How a successor `t` of a canonical state is made canonical. */
export interface Settling {
  /** Holds where columns have to move; "" if they never have to. */
  readonly moves: string;
  /** Packs the canonical state of its orbit where they have to. */
  readonly packs: string;
  /** Whether a successor may have to be packed where no column moves, because there are permutations to try. */
  readonly always: boolean;
}

/** `pack_sorted_…(t, w, at)` reads columns in their new order, for some of the scalarsets that are sorted. */
const definePackSorted = (program: Program, packing: Packing, symmetry: Symmetry, sorted: readonly Columns[]): string => {
  const name = `pack_sorted_${sorted.map((columns) => columns.name).join("_")}`, read = readerOf(sorted);
  program.define(name, ["t", "w", "at"], [
    ...sorted.flatMap(({ name: set, size }) => {
      const names = [...tables(symmetry, set)];
      return names.length === 0 ? [] : [
        `for (let i = 0; i < ${size}; i++) {`, ...names.map(([table, { offset }]) => `  ${table}[order_${set}[i]${offset === 0 ? "" : ` + ${offset}`}] = i${offset === 0 ? "" : ` + ${offset}`};`), "}",
      ];
    }),
    packLines(packing, ({ cell }) => read(cell)),
  ].join("\n"));
  return name;
};

/**
 * `canonical(t, w, at)`: packs the canonical state of the orbit of `t` into `w` from `at` on. What is returned does the same for a successor of a canonical
 * state: columns of variables that it does not write are in order already.
 */
export const defineCanonical = (program: Program, bounds: Bounds, layout: Layout, packing: Packing, symmetry: Symmetry): ((written: ReadonlySet<string>) => Settling) => {
  const { sorted, rearrangements } = symmetry, bits = new Map(packing.fields.map((field) => [field.cell, field.bits]));
  const bitsOf = (cell: number): number => bits.get(cell) ?? Math.ceil(Math.log2(layout.leaves[cell] === undefined ? 1 : leafCardinality(bounds, layout.leaves[cell])));
  for (const columns of sorted) {
    defineSort(program, columns, bitsOf);
    for (const [table, { cardinality }] of tables(symmetry, columns.name)) program.array(table, "Int32Array", cardinality, `Array.from({ length: ${cardinality} }, (_, held) => held)`);
  }
  const sorting = (some: readonly Columns[]): string => some.map(({ name }) => `sort_${name}(t)`).join(" | ");
  const packers = new Map<string, string>();
  const packerOf = (some: readonly Columns[]): string => {
    const key = some.map(({ name }) => name).join(), name = packers.get(key) ?? definePackSorted(program, packing, symmetry, some);
    packers.set(key, name);
    return name;
  };
  program.define("least", ["t", "w", "at"], sorted.length === 0 ? "pack(t, w, at);" : `if (${sorting(sorted)}) ${packerOf(sorted)}(t, w, at); else pack(t, w, at);`);
  program.define("canonical", ["t", "w", "at"], rearrangements.length === 0 ? "least(t, w, at);" : [
    "least(t, w, at);",
    `for (let i = 0; i < ${rearrangements.length}; i++) {`,
    "  rearrange(i, t, other);",
    "  least(other, trial, 0);",
    "  let word = 0;",
    `  while (word < ${packing.words} && trial[word] === w[at + word]) word++;`,
    `  if (word < ${packing.words} && trial[word] < w[at + word]) for (word = 0; word < ${packing.words}; word++) w[at + word] = trial[word];`,
    "}",
  ].join("\n"));
  if (rearrangements.length > 0) {
    program.declare(`const other = new Int32Array(${layout.size}), trial = new Int32Array(${packing.words});`);
    program.define("rearrange", ["i", "t", "u"], [
      "const { target, content } = rearrangements[i];",
      `for (let cell = 0; cell < ${layout.size}; cell++) {`,
      "  const held = content[cell];",
      "  u[target[cell]] = held === null ? t[cell] : held[t[cell]];",
      "}",
    ].join("\n"));
  }
  const words = Array.from({ length: packing.words }, (_, word) => word);
  program.define("moved", ["at"], `return ${words.map((word) => `queue[at + ${word}] !== own[${word}]`).join(" || ")};`);
  return (written) => {
    if (rearrangements.length > 0) return { moves: "true", packs: "canonical(t, queue, at);", always: true };
    const touched = sorted.filter(({ indexed, holders }) =>
      [...indexed.flat(), ...holders.map(({ cell }) => cell)].some((cell) => written.has(layout.leaves[cell]?.variable ?? "")));
    return touched.length === 0 ? { moves: "", packs: "", always: false } : { moves: sorting(touched), packs: `${packerOf(touched)}(t, queue, at);`, always: false };
  };
};

/** `pack(t, w, at)` and `unpack(w, at, s)`: a state as words of `w` from `at` on. Cells that are not packed are left alone. */
export const definePacking = (program: Program, packing: Packing): void => {
  program.define("pack", ["t", "w", "at"], packLines(packing, ({ cell }) => `t[${cell}]`));
  const lines = Array.from({ length: packing.words }, (_, index) => [
    `x = w[at + ${index}];`,
    ...packing.fields.filter(({ word }) => word === index)
      .map(({ cell, shift, bits }) => `s[${cell}] = ${shift === 0 ? "x" : `x >>> ${shift}`}${shift + bits === 32 ? "" : ` & ${2 ** bits - 1}`};`),
  ].join("\n"));
  program.define("unpack", ["w", "at", "s"], ["let x = 0;", ...lines].join("\n"));
};
