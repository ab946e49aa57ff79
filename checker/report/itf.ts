/**
 * `itf`: each counterexample as a trace in the Informal Trace Format (Apalache, ADR-015), one a line. With one counterexample, which is what a search that
 * stops at the first violation finds, the output is an `.itf.json` file as other tools read it. A state is the whole abstract state, as the bits of the machine say it after the step.
 */
import { boundsOf, known, type AnyType, type Bounds, type Fields } from "../../spec/lang/types.ts";
import { cardinality, unrank, type RecordValue, type Value } from "../../spec/lang/value.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import { namesOf, type Names } from "../refine/names.ts";
import { actionOf, namingOf } from "../trace/record.ts";
import { runActions } from "../trace/run.ts";
import type { Trace } from "../trace/trace.ts";
import type { CheckReport, Counterexample, PropertyReport } from "./model.ts";
import type { Results } from "./results.ts";
import { sortedJson } from "./sorted-json.ts";

export type Itf = boolean | number | string | readonly Itf[] | { readonly [key: string]: Itf };

/** ITF has no sums; a record of tag and value stands for them, as Quint writes them. */
const tagged = (tag: string, value: Itf): Itf => ({ tag, value });
const nothing: Itf = { "#tup": [] };

/** A value in the names of the policy. */
const valueOf = (bounds: Bounds, names: Names, type: AnyType, value: Value): Itf => {
  const inside = (of: AnyType, one: Value): Itf => valueOf(bounds, names, of, one);
  const members = (of: AnyType): readonly Itf[] => Array.from({ length: cardinality(bounds, of) }, (_, i) => inside(of, unrank(bounds, of, i)));
  const t = known(type);
  switch (t.kind) {
    case "bool": return value === true;
    case "enum": return String(value);
    case "range": return names[t.name]?.[(value as number) - boundsOf(bounds, t.name).lo] ?? value as number;
    case "scalarset": return names[t.name]?.[value as number] ?? `${t.name}${String(value)}`;
    case "union": {
      let rest = value as number;
      for (const [label, payload] of Object.entries(t.cases)) {
        const size = payload === null ? 1 : cardinality(bounds, payload);
        if (rest < size) return tagged(label, payload === null ? nothing : inside(payload, unrank(bounds, payload, rest)));
        rest -= size;
      }
      throw new RangeError(`${String(value)} is no ${t.name}`);
    }
    case "option": return value === null ? tagged("None", nothing) : tagged("Some", inside(t.of, value));
    case "set": return { "#set": members(t.of).filter((_, i) => (((value as number) >>> i) & 1) === 1) };
    case "record": return Object.fromEntries(Object.entries(t.fields).map(([field, of]) => [field, inside(of, (value as RecordValue)[field] as Value)]));
    case "map": return { "#map": members(t.key).map((key, i) => [key, inside(t.value, (value as readonly Value[])[i] as Value)]) };
  }
};

const stateOf = (bounds: Bounds, fields: Fields, names: Names, state: Valuation, meta: { readonly [key: string]: Itf }): Itf => ({
  "#meta": meta, ...Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, valueOf(bounds, names, type, state[name] as Value)])),
});

/**
 * A trace with what a counterexample says of its steps.
 * @throws RangeError if a step means nothing to the policy.
 */
export const itfOf = (report: CheckReport, property: PropertyReport, { id, sentence, steps }: Counterexample, trace: Trace): Itf => {
  const naming = namingOf(trace), names = namesOf(trace.policy), { bounds, variables, initial } = naming.system;
  const { compiled, steps: ran } = runActions(naming, trace.steps.map((step) => actionOf(naming, step)));
  const state = (of: Valuation, meta: { readonly [key: string]: Itf }): Itf => stateOf(bounds, variables, names, of, meta);
  return {
    "#meta": {
      format: "ITF", "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html", source: report.inputs.policy.path,
      counterexample: id, property: property.id, description: sentence, status: "violation",
    },
    vars: Object.keys(variables),
    states: [
      state(ran[0] === undefined ? initial : compiled.state.decode(ran[0].before), { index: 0 }),
      ...ran.map(({ after }, i) => {
        const { title = "", by = "", vcpu = null, verdict = "", code = null } = steps[i] ?? {};
        return state(compiled.state.decode(after), { index: i + 1, action: title, by, verdict, ...(vcpu === null ? {} : { vcpu }), ...(code === null ? {} : { code }) });
      }),
    ],
  };
};

export const itf = ({ reports, traces }: Results): string => reports.flatMap((report) => report.properties.flatMap((property) => {
  const found = property.counterexample, trace = found === undefined ? undefined : traces.get(found.id);
  return found === undefined || trace === undefined ? [] : [`${sortedJson(itfOf(report, property, found, trace), 0)}\n`];
})).join("");
