/** Constant maps as decisions, for targets that have no constant arrays. */
import { bool, type Bounds } from "../../spec/lang/types.ts";
import type { Value } from "../../spec/lang/value.ts";
import { literals } from "./operand.ts";
import { binary, either, same, type Table, type Term } from "./term.ts";

/** The entry of a table at the keys, as nested choices with the most frequent entry last. */
export const decision = (bounds: Bounds, table: Table, keys: readonly Term[]): Term => {
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
