/** Parts of states and their values in the names of a policy. */
import { boundsOf, known, type AnyType, type Bounds, type Fields } from "../../spec/lang/types.ts";
import { cardinality, equal, unrank, type RecordValue, type Value } from "../../spec/lang/value.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import type { Policy } from "../../spec/policy.ts";

/** Names of the members of a type, by rank. */
export type Names = { readonly [type: string]: readonly string[] };

export const namesOf = (policy: Policy): Names => ({
  Domain: policy.domains,
  Frame: ["monitor", ...policy.boot.frames.map(({ name }) => name)],
  Gate: (policy.gates ?? []).map(({ name }) => name),
  Device: (policy.devices ?? []).map(({ name }) => name),
  Vcpu: Array.from({ length: policy.bounds.vcpus }, (_, v) => `v${v}`),
});

/** A value in the notation of reports: `none`, `{f0, rw}`, `rw`, `{app, departed}`. */
export const showValue = (bounds: Bounds, names: Names, type: AnyType, value: Value): string => {
  const t = known(type);
  switch (t.kind) {
    case "bool": return value === true ? "yes" : "no";
    case "enum": return String(value);
    case "range": return names[t.name]?.[(value as number) - boundsOf(bounds, t.name).lo] ?? String(value);
    case "scalarset": return names[t.name]?.[value as number] ?? `${t.name}${String(value)}`;
    case "union": {
      let rest = value as number;
      for (const [label, payload] of Object.entries(t.cases)) {
        const size = payload === null ? 1 : cardinality(bounds, payload);
        if (rest >= size) {
          rest -= size;
          continue;
        }
        if (payload === null) return label;
        const inside = showValue(bounds, names, payload, unrank(bounds, payload, rest));
        return label === payload.name.toLowerCase() ? inside : `${label}(${inside})`;
      }
      return String(value);
    }
    case "option": return value === null ? "none" : showValue(bounds, names, t.of, value);
    case "set": {
      const members = Array.from({ length: cardinality(bounds, t.of) }, (_, i) => i).filter((i) => (((value as number) >>> i) & 1) === 1)
        .map((i) => showValue(bounds, names, t.of, unrank(bounds, t.of, i)));
      if (t.of.name === "Right") return members.length === 0 ? "-" : members.join("");
      return `{${members.join(", ")}}`;
    }
    case "record": return Object.entries(t.fields).map(([field, of]) => showValue(bounds, names, of, (value as RecordValue)[field] as Value)).join(" ");
    case "map": return `[${(value as readonly Value[]).map((one) => showValue(bounds, names, t.value, one)).join(", ")}]`;
  }
};

export interface CellDifference { readonly cell: string; readonly one: string; readonly other: string }

const compareValues = (bounds: Bounds, names: Names, cell: string, type: AnyType, one: Value, other: Value): readonly CellDifference[] => {
  if (equal(one, other)) return [];
  const t = known(type);
  if (t.kind !== "map") return [{ cell, one: showValue(bounds, names, type, one), other: showValue(bounds, names, type, other) }];
  return (one as readonly Value[]).flatMap((value, i) =>
    compareValues(bounds, names, `${cell}[${showValue(bounds, names, t.key, unrank(bounds, t.key, i))}]`, t.value, value, (other as readonly Value[])[i] as Value));
};

/** The parts in which two states differ, in the order of the specification. */
export const compareStates = (bounds: Bounds, fields: Fields, names: Names, one: Valuation, other: Valuation): readonly CellDifference[] =>
  Object.entries(fields).flatMap(([name, type]) => compareValues(bounds, names, name, type, one[name] as Value, other[name] as Value));
