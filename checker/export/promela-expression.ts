/**
 * Values and terms in Promela. Expressions have no loops, so quantifiers are written out; the state is arrays of bytes, one per scalar leaf, in
 * which an option that is none is 0 and what it holds is one more than its rank. Everything is a number: labels are names of numbers.
 */
import type { System } from "../../spec/lang/system.ts";
import { known, type AnyType, type Bounds } from "../../spec/lang/types.ts";
import { cardinality, type RecordValue, type Value } from "../../spec/lang/value.ts";
import type { Names } from "./names.ts";
import { literals, markOf, offsetOf, optionForm, sizeOf } from "./operand.ts";
import { tableNames } from "./table.ts";
import { chain, conjunction, disjunction, either, binary, numberOf, substituted, type Place, type Table, type Term } from "./term.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A scalar leaf of a variable: an array over all the map keys on its path. `raised` is 1 if it tells none from some, else 0. */
export interface Column { readonly array: string; readonly keys: readonly AnyType[]; readonly fields: readonly string[]; readonly type: AnyType; readonly raised: number }

/** The columns of a variable's type. */
export const columnsOf = (root: string, type: AnyType): readonly Column[] => {
  const under = (of: AnyType, keys: readonly AnyType[], fields: readonly string[], raised: number): readonly Column[] => {
    const t = known(of);
    switch (t.kind) {
      case "bool": case "enum": case "range": case "scalarset": case "union": case "set":
        return [{ array: [root, ...fields].join("_"), keys, fields, type: of, raised }];
      case "option": return optionForm(t.of) === "inside" ? under(t.of, keys, fields, 1)
        : [{ array: [root, ...fields, "some"].join("_"), keys, fields: [...fields, "some"], type: { kind: "bool", name: "bool" }, raised: 0 }, ...under(t.of, keys, [...fields, "value"], 0)];
      case "record": return Object.entries(t.fields).flatMap(([field, inside], i) => under(inside, keys, [...fields, field], i === 0 ? raised : 0));
      case "map": return under(t.value, [...keys, t.key], fields, 0);
    }
  };
  return under(type, [], [], 0);
};

/** How many cells a column has. */
export const cellsOf = (bounds: Bounds, column: Column): number => column.keys.reduce((product, key) => product * cardinality(bounds, key), 1);

/** The value in a column at a position, as the state has it. */
export const cellValue = (bounds: Bounds, column: Column, type: AnyType, value: Value, at: readonly number[]): number => {
  const read = (of: AnyType, here: Value, keys: readonly number[], fields: readonly string[], raised: number): number => {
    const t = known(of);
    switch (t.kind) {
      case "bool": case "enum": case "range": case "scalarset": case "union": case "set":
        return numberOf(of, here as boolean | number | string) - (raised === 1 ? offsetOf(bounds, of) : 0) + raised;
      case "option":
        if (optionForm(t.of) === "inside") return here === null ? 0 : read(t.of, here, keys, fields, 1);
        if (fields[0] === "some") return here === null ? 0 : 1;
        return here === null ? 0 : read(t.of, here, keys, fields.slice(1), 0);
      case "record": {
        const [field, ...rest] = fields;
        const first = Object.keys(t.fields)[0] === field, inside = field === undefined ? undefined : t.fields[field];
        return inside === undefined || field === undefined ? 0 : read(inside, (here as RecordValue)[field] ?? null, keys, rest, first ? raised : 0);
      }
      case "map": {
        const [key, ...rest] = keys;
        return read(t.value, (here as readonly Value[])[key ?? 0] ?? null, rest, fields, 0);
      }
    }
  };
  return read(type, value, at, column.fields, 0);
};

export interface PromelaPrinter {
  readonly value: (type: AnyType, value: boolean | number | string) => string;
  readonly term: (term: Term) => string;
  /** The cell of a leaf, without what it is raised by. */
  readonly cell: (place: Place) => string;
  /** Definitions of the tables printed since the last call. */
  readonly tables: () => readonly string[];
}

export const promelaPrinter = (system: System, vocabulary: Vocabulary, names: Names, constants: ReadonlySet<string>): PromelaPrinter => {
  const { bounds } = system;
  const made: string[] = [];

  const value = (of: AnyType, written: boolean | number | string): string => {
    const t = known(of), found = vocabulary.get(of.name);
    if (t.kind === "enum" && found?.kind === "enum") return found.labels[t.labels.indexOf(String(written))] ?? String(written);
    if (found?.kind === "set") {
      const labels = vocabulary.get(found.of.name);
      if (labels?.kind !== "enum") return String(written);
      const bits = labels.labels.flatMap((label, i) => (((Number(written) >>> i) & 1) === 1 ? [`(1 << ${label})`] : []));
      return bits.length === 0 ? "0" : bits.length === 1 ? bits.join("") : `(${bits.join(" | ")})`;
    }
    if (found?.kind === "union") {
      const case_ = found.cases.find(({ added, payload }) => (payload === null ? written === added
        : Number(written) - added >= offsetOf(bounds, payload) && Number(written) - added < offsetOf(bounds, payload) + sizeOf(bounds, payload)));
      if (case_ !== undefined) return case_.payload === null ? case_.identifier : `(${case_.identifier} + ${Number(written) - case_.added})`;
    }
    return String(written);
  };

  /** A key as a position. */
  const position = (key: Term): string | number => {
    const offset = offsetOf(bounds, key.type);
    if (key.op === "literal") return numberOf(key.type, key.value) - offset;
    return offset === 0 ? term(key) : `(${term(key)} - ${offset})`;
  };

  const cell = ({ root, steps }: Place): string => {
    const array = [root, ...steps.flatMap((step) => ("field" in step ? [step.field] : []))].join("_");
    const keys = steps.flatMap((step) => ("key" in step ? [step.key] : []));
    if (keys.length === 0) return array;
    let strides = 1;
    let known_ = 0;
    const parts: string[] = [];
    for (const key of [...keys].reverse()) {
      const at = position(key);
      if (typeof at === "number") known_ += at * strides;
      else parts.unshift(strides === 1 ? at : `${at} * ${strides}`);
      strides *= sizeOf(bounds, key.type);
    }
    return `${array}[${[...parts, ...(known_ === 0 && parts.length > 0 ? [] : [String(known_)])].join(" + ")}]`;
  };

  const written = (part: Term & { readonly variable: string; readonly over: AnyType; readonly body: Term }): readonly Term[] =>
    literals(bounds, part.over).map((member) => substituted(part.body, new Map([[part.variable, member]])));

  const nameOf = tableNames(bounds, names, constants, (name, parameters, entry) => made.push(`#define ${name}(${parameters.map((one) => one.name).join(", ")}) ${term(entry)}`));
  const lookup = (table: Table, keys: readonly Term[]): string => `${nameOf(table)}(${keys.map(term).join(", ")})`;

  const term = (part: Term): string => {
    const number = (of: AnyType, n: number): Term => ({ op: "literal", type: of, value: n });
    switch (part.op) {
      case "literal": return value(part.type, part.value);
      case "name": return part.name;
      case "leaf": {
        const moved = part.present ? 1 - offsetOf(bounds, part.type) : 0;
        return moved === 0 ? cell(part.place) : `(${cell(part.place)} ${moved > 0 ? "-" : "+"} ${Math.abs(moved)})`;
      }
      case "absent": {
        const t = known(part.place.type);
        return t.kind === "option" && optionForm(t.of) === "flag" ? `!${cell(markOf(part.place))}` : `(${cell(markOf(part.place))} == 0)`;
      }
      case "lookup": return lookup(part.table, part.keys);
      case "call": return `${part.callable.name}(${part.given.map(term).join(", ")})`;
      case "not": {
        if (part.of.op === "absent") {
          const t = known(part.of.place.type);
          return t.kind === "option" && optionForm(t.of) === "flag" ? cell(markOf(part.of.place)) : `(${cell(markOf(part.of.place))} != 0)`;
        }
        return part.of.op === "equal" ? `(${term(part.of.left)} != ${term(part.of.right)})` : `!${term(part.of)}`;
      }
      case "and": return `(${part.all.map(term).join(" && ")})`;
      case "or": return `(${part.all.map(term).join(" || ")})`;
      case "if": return `(${term(part.condition)} -> ${term(part.then)} : ${term(part.otherwise)})`;
      case "equal": return `(${term(part.left)} == ${term(part.right)})`;
      case "less": return `(${term(part.left)} < ${term(part.right)})`;
      case "at-most": return `(${term(part.left)} <= ${term(part.right)})`;
      case "add": return `(${term(part.left)} + ${term(part.right)})`;
      case "has": return `has(${term(part.set)}, ${bit(part.element, part.offset)})`;
      case "subset": return `subset(${term(part.left)}, ${term(part.right)})`;
      case "unite": return `(${term(part.left)} | ${term(part.right)})`;
      case "intersect": return `(${term(part.left)} & ${term(part.right)})`;
      case "minus": return `(${term(part.left)} & ~${term(part.right)})`;
      case "set": return `(${part.elements.map((element) => `(1 << ${bit(element, part.offset)})`).join(" | ")})`;
      case "inject": {
        const union = vocabulary.get(part.type.name), found = union?.kind === "union" ? union.cases.find(({ label }) => label === part.label) : undefined;
        return `(${found?.identifier ?? part.offset} + ${term(part.payload)})`;
      }
      case "forall": return term(conjunction(...written(part)));
      case "exists": return term(disjunction(...written(part)));
      case "count": return term(written(part).map((one) => either(one, number(part.type, 1), number(part.type, 0))).reduce((sum, one) => binary("add", part.type, sum, one)));
      case "sum": return term(written(part).reduce((sum, one) => binary("add", part.type, sum, one)));
      case "collect": return term(written(part).map((one, i) => either(one, number(part.type, 1 << i), number(part.type, 0))).reduce((mask, one) => binary("unite", part.type, mask, one)));
      case "reaches": return term(chain(part, sizeOf(bounds, part.over)));
    }
  };

  const bit = (element: Term, offset: number): string => {
    if (element.op === "literal" && known(element.type).kind !== "enum") return String(numberOf(element.type, element.value) - offset);
    return offset === 0 ? term(element) : `(${term(element)} - ${offset})`;
  };

  return { value, term, cell, tables: () => made.splice(0) };
};

