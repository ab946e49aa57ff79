/** Constant maps as decisions, for targets that have no constant arrays. */
import { bool, type Bounds } from "../../spec/lang/types.ts";
import type { Value } from "../../spec/lang/value.ts";
import type { Names } from "./names.ts";
import { literals } from "./operand.ts";
import { binary, either, same, type Table, type Term } from "./term.ts";

/** The entry of a table at the keys, as nested choices with the most frequent entry last. */
const decision = (bounds: Bounds, table: Table, keys: readonly Term[]): Term => {
  const under = (at: readonly Value[]): Term => {
    const type = table.keys[at.length], key = keys[at.length];
    if (type === undefined || key === undefined) return { op: "literal", type: table.type, value: table.entry(at) as boolean | number | string };
    const entries = literals(bounds, type).map((value) => ({ value, entry: under([...at, value.op === "literal" ? value.value : null]) }));
    const often = (one: Term): number => entries.filter(({ entry }) => same(entry, one)).length;
    const [first] = entries;
    if (first === undefined) throw new RangeError(`${table.name} has no entries`);
    const usual = entries.reduce((best, one) => (often(one.entry) > often(best.entry) ? one : best), first).entry;
    return entries.filter(({ entry }) => !same(entry, usual))
      .reduceRight((rest, { value, entry }) => either(binary("equal", bool, key, value), entry, rest), usual);
  };
  return under([]);
};

/** A parameter of a table's definition. */
export type Parameter = Term & { readonly op: "name" };

/**
 * Returns the name of each table that it is asked for. `define` is called where a table is first asked for, with its name, its parameters and its entry at them; `constants` are the tables that
 * have a name in the specification.
 */
export const tableNames = (bounds: Bounds, names: Names, constants: ReadonlySet<string>, define: (name: string, parameters: readonly Parameter[], entry: Term, table: Table) => void): (table: Table) => string => {
  const named = new Map<string, string>();
  return (table) => {
    const before = named.get(table.name);
    if (before !== undefined) return before;
    const name = constants.has(table.name) ? table.name : names.global(table.name), taken = new Set<string>();
    named.set(table.name, name);
    const parameters = table.keys.map((of): Parameter => {
      const parameter = names.local(of.name.toLowerCase(), taken);
      taken.add(parameter);
      return { op: "name", type: of, name: parameter };
    });
    define(name, parameters, decision(bounds, table, parameters), table);
    return name;
  };
};
