/** From one report for each scenario to the matrix of properties and adversaries. */
import { adversaryOf, switches, type Switch } from "../../spec/adversary.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Arsenal, Scenario } from "../adversaries.ts";
import type { AdversariesReport, Breaks, Cell, MatrixRow, Shown } from "./adversaries-model.ts";
import type { CheckReport, PropertyReport } from "./model.ts";

export interface Reported { readonly scenario: Scenario; readonly report: CheckReport }

const cellOf = ({ name }: Scenario, { verdict, depth, counterexample }: PropertyReport): Cell =>
  ({ scenario: name, verdict, depth, steps: counterexample?.steps.length ?? null, counterexample: counterexample?.id ?? null });

/** Who is needed, from what was seen of one property in the scenarios. */
export const breaksOf = (armed: readonly Switch[], seen: readonly { readonly on: readonly Switch[]; readonly verdict: Cell["verdict"] }[]): Breaks => {
  const isOn = (on: readonly Switch[], wanted: readonly Switch[]): boolean => on.length === wanted.length && wanted.every((one) => on.includes(one));
  const verdictWith = (wanted: readonly Switch[]): Cell["verdict"] | undefined => seen.find(({ on }) => isOn(on, wanted))?.verdict;
  const breakWith = (wanted: readonly Switch[]): boolean => verdictWith(wanted) === "violated";
  if (breakWith([])) return { how: "domains", by: [] };
  const alone = armed.filter((one) => breakWith([one]));
  if (alone.length > 0) return { how: "alone", by: alone };
  if (seen.some(({ verdict }) => verdict === "inconclusive")) return { how: "undecided", by: [] };
  if (!breakWith(armed)) return { how: "nobody", by: [] };
  return { how: "together", by: armed.filter((one) => !breakWith(armed.filter((other) => other !== one))) };
};

const rowOf = (armed: readonly Switch[], reported: readonly Reported[], id: string): readonly MatrixRow[] => {
  const stated = reported.flatMap(({ scenario, report }) => report.properties.filter((property) => property.id === id).map((property) => ({ scenario, property })));
  const [first] = stated;
  if (first === undefined) return [];
  const { title, sentence } = first.property;
  return [{ id, title, sentence, cells: stated.map(({ scenario, property }) => cellOf(scenario, property)), broken: breaksOf(armed, stated.map(({ scenario: { on }, property: { verdict } }) => ({ on, verdict }))) }];
};

/** Each counterexample once, as the scenario with the fewest adversaries tells it. */
const shownIn = (reported: readonly Reported[]): readonly Shown[] => {
  const all = reported.toSorted((a, b) => a.scenario.on.length - b.scenario.on.length)
    .flatMap(({ scenario, report }) => report.properties.flatMap(({ id, counterexample }) => (counterexample === undefined ? [] : [{ scenario, property: id, counterexample }])));
  return all.filter(({ counterexample: { id } }, i) => all.findIndex((other) => other.counterexample.id === id) === i).map(({ property, counterexample: { id, steps, where, sentence, trace, replay } }) => ({
    id, property, scenarios: reported.flatMap(({ scenario, report }) => (report.properties.some(({ counterexample }) => counterexample?.id === id) ? [scenario.name] : [])),
    steps: steps.length, where, sentence, trace, replay,
  }));
};

/** The first of `reported` is the scenario with all adversaries. */
export const buildAdversaries = (policy: Policy, { armed, idle }: Arsenal, all: Reported, fewer: readonly Reported[], command: string): AdversariesReport => {
  const reported = [all, ...fewer], { report } = all, stated = adversaryOf(policy);
  return {
    schema: "refmon.adversaries/1", tool: report.tool, inputs: report.inputs, bounds: report.bounds,
    scenarios: reported.map(({ scenario: { name, on }, report: { run, searches } }) => ({ name, on: [...on], run, searches })),
    idle: idle.map((one) => ({ ...one })), assumedAway: switches.filter((one) => armed.includes(one) && !stated[one]),
    properties: report.properties.flatMap(({ id }) => rowOf(armed, reported, id)), counterexamples: [...shownIn(reported)],
    diagnostics: report.diagnostics, command,
  };
};
