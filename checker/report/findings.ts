/**
 * What a report asks somebody to look at, and where: read by the reporters that point at lines (annotations, SARIF) and by those that sum up.
 * There is an error among them exactly if the exit code of the report is not 0.
 */
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import type { CheckReport, Counterexample, Diagnostic, Location, PropertyReport } from "./model.ts";
import type { Results } from "./results.ts";

export interface Finding {
  /** Id of a property or claim, or the code of a diagnostic. */
  readonly rule: string;
  readonly severity: Diagnostic["severity"];
  readonly title: string;
  readonly message: string;
  /** Where to look first. */
  readonly at: Location;
  readonly related: readonly { readonly at: Location; readonly what: string }[];
  readonly counterexample: Counterexample | null;
  /** What a claim does not count, which a verdict on it says nothing of; only claims have it. */
  readonly except?: PropertyReport["except"];
}

/** `P11 revocation-complete`; a claim's id is its name already. */
export const nameOf = ({ id, title }: Pick<PropertyReport, "id" | "title">): string => (id.startsWith("C:") ? id : `${id} ${title}`);

const policyOf = ({ inputs }: CheckReport): Location => ({ path: inputs.policy.path, line: 1 });

/**
 * Places of a violation, the one to look at first in front. Where the specification is violated the policy lets it happen; where only the
 * monitor is, the monitor is wrong whatever the policy says.
 */
const placesOf = (property: PropertyReport, found: Counterexample): Finding["related"] => {
  const stated = [
    ...(found.property === null ? [] : [{ at: found.property, what: `${property.id} is stated here` }]),
    ...(property.location === null ? [] : [{ at: property.location, what: `${property.id} is claimed here` }]),
  ];
  const policy = found.policy.map(({ path, line, what }) => ({ at: { path, line }, what }));
  const tcb = found.tcb === null ? [] : [{ at: found.tcb, what: "the monitor goes through here in the last call" }];
  const all = found.where === "monitor" ? [...tcb, ...stated, ...policy] : [...policy, ...stated, ...tcb];
  return all.filter(({ at }, index) => all.findIndex((one) => one.at.path === at.path && one.at.line === at.line) === index);
};

/** All that a property says, and what it does not count. */
export const sentenceOf = ({ sentence, except }: Pick<PropertyReport, "sentence" | "except">): string => (except === undefined ? sentence : `${sentence} It ${except.sentence}.`);

const violation = (report: CheckReport, property: PropertyReport): readonly Finding[] => {
  if (property.verdict !== "violated") return [];
  const found = property.counterexample ?? null;
  const [first, ...related] = found === null ? [] : placesOf(property, found);
  return [{
    rule: property.id, severity: "error", title: `${nameOf(property)} is violated`,
    message: [sentenceOf(property), ...(found === null ? [] : [found.sentence, `${found.id}, ${found.steps.length} steps.`])].join(" "),
    at: first?.at ?? property.location ?? policyOf(report), related, counterexample: found, ...(property.except === undefined ? {} : { except: property.except }),
  }];
};

const about = (report: CheckReport, rule: string, title: string, message: string): Finding =>
  ({ rule, severity: "error", title, message, at: policyOf(report), related: [], counterexample: null });

const ends: { readonly [state in CheckReport["run"]["state"]]: string } = { complete: "the searches ended", budget: "out of budget", interrupted: "interrupted", error: "internal error" };

/** What the run as a whole leaves open. */
const openEnds = (report: CheckReport, requireClosed: boolean): readonly Finding[] => {
  const { run, properties } = report;
  const undecided = properties.filter(({ verdict }) => verdict === "inconclusive").map(({ id }) => id);
  const again = `Run it again: ${report.command}`;
  return [
    ...(run.state === "error" ? [about(report, "INTERNAL_ERROR", "the checker failed", "Nothing that this run says can be trusted.")] : []),
    ...(run.state === "complete" && undecided.length === 0 ? []
      : [about(report, "INCONCLUSIVE", `undecided: ${undecided.length} of ${properties.length} properties`, `${ends[run.state]}; undecided: ${undecided.join(", ") || "none of those that were begun"}. ${again}`)]),
    ...(properties.length > 0 ? [] : [about(report, "NOTHING_JUDGED", "no property was judged", again)]),
    ...(!requireClosed || run.closed ? [] : [about(report, "NOT_CLOSED", "not every search is exhausted", `${run.frontier} states were seen and not explored. ${again}`)]),
  ];
};

/** Whether what is undecided, or not exhausted, decides the exit code: after a violation it says nothing new. */
const decides = (report: CheckReport, requireClosed: boolean): boolean => {
  const code = exitCodeOf(report, requireClosed);
  return code !== exitCodes.ok && code !== exitCodes.finding && code !== exitCodes.vacuous;
};

/** Violations first, then what the run leaves open, then what the report says of itself. */
export const findingsOf = (report: CheckReport, { requireClosed }: Pick<Results, "requireClosed">): readonly Finding[] => [
  ...report.properties.flatMap((property) => violation(report, property)),
  ...(decides(report, requireClosed) ? openEnds(report, requireClosed) : []),
  ...report.diagnostics.map(({ code, severity, message, location, fix }): Finding => ({
    rule: code, severity, title: code, message: fix === undefined ? message : `${message}. To mend it: ${fix}.`, at: location ?? policyOf(report), related: [], counterexample: null,
  })),
];
