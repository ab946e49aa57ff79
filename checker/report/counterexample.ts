/** A counterexample for the report: what a replay recorded, with the places in the sources and in the policy that a reader looks at next. */
import { claimId } from "../../spec/claims.ts";
import type { RecordedStep, Recording } from "../trace/recording.ts";
import { partsWays } from "../trace/replay.ts";
import type { Trace } from "../trace/trace.ts";
import { plural } from "./layout.ts";
import type { Counterexample, Formula, Location, PolicyPlace, Where } from "./model.ts";
import { claims, type Places } from "./places.ts";

export interface Evidence {
  readonly id: string;
  readonly where: Where;
  readonly property: string;
  /** Which of the formulas that the property is stated with is violated, from 0. */
  readonly clause: number;
  readonly trace: Trace;
  readonly recording: Recording;
  readonly formula: Formula | null;
  /** Of a graph property: how many states its steps can still lead to. */
  readonly stranded: number | null;
  readonly policy: readonly PolicyPlace[];
  readonly file: string | null;
  readonly replay: string | null;
}

/** The line of the monitor that the last call went through: the guard that denied it, or its effect. */
const monitorPlace = ({ trace, recording }: Evidence, places: Places): Location | null => {
  const last = trace.steps.findLastIndex((step) => "call" in step);
  const step = trace.steps[last];
  if (step === undefined || !("call" in step)) return null;
  return places.clauses[recording.steps[last]?.guard ?? `${step.call}.effect`] ?? places.clauses[`${step.call}.who`] ?? null;
};

/** That there is no way out, for a reader. */
export const strandedText = (states: number): string =>
  `From here nothing that it may do by itself leads back: ${states === 1 ? "no step leads to another state" : `its steps lead to ${plural(states, "state")}, counted with this one and up to renaming, and all of them have been searched`}.`;

/** What went wrong in one sentence, with the last step that was taken. */
const sentenceOf = ({ property, recording, formula, stranded }: Evidence): string => {
  const last = recording.steps.at(-1), from = stranded === null ? "" : ` ${strandedText(stranded)}`;
  if (last === undefined) return `The boot image itself breaks it.${from}`;
  const inside = recording.findings.find((finding) => finding.property === property)?.inside ?? null;
  const returned = last.kind === "call" ? (last.verdict === "ok" ? " returned OK" : ` returned ${last.code ?? last.verdict}`) : "";
  const with_ = formula === null || Object.keys(formula.binding).length === 0 ? "" : ` for ${Object.entries(formula.binding).map(([name, value]) => `${name} ${value}`).join(", ")}`;
  const seen = recording.leak === null ? "" : ` ${recording.leak.observer} sees ${recording.leak.twin === null ? "what it must not" : "which of two runs it is in"}.`;
  return `${inside === null ? "After" : "Inside"} ${last.title} by ${last.by}${last.vcpu === null ? "" : ` on vCPU ${last.vcpu}`}${inside === null ? returned : ""}, ${property} fails${with_}.${seen}${from}`;
};

/** The place where the violated formula is stated; what a claim means is stated once for all policies. */
const propertyPlace = ({ property, clause, trace }: Evidence, places: Places): Location | null => {
  const claim = (trace.policy.claims ?? []).find((one) => claimId(one) === property);
  if (claim !== undefined) return places.properties[claims]?.at(claim.never === "flow" ? 0 : -1) ?? null;
  const all = places.properties[property] ?? [];
  return all[clause] ?? all[0] ?? null;
};

const stepOf = (step: RecordedStep): Counterexample["steps"][number] => ({
  ...step, cells: [...step.cells], tlb: [...step.tlb],
  entries: step.entries.map((entry) => ({
    ...entry, before: { ...entry.before, flags: [...entry.before.flags] }, after: { ...entry.after, flags: [...entry.after.flags] },
  })),
});

const leakOf = ({ leak }: Recording): Counterexample["leak"] => (leak === null ? null : {
  observer: leak.observer, secrets: [...leak.secrets], cells: [...leak.cells],
  twin: leak.twin === null ? null : { secrets: [...leak.twin.secrets], steps: leak.twin.steps.map(stepOf) },
});

export const counterexampleOf = (evidence: Evidence, places: Places): Counterexample => {
  const { findings } = evidence.recording;
  const finding = findings.find(({ property }) => property === evidence.property);
  // A violation of the specification, that is, which the monitor need not go along with.
  const parting = evidence.where === "specification" ? findings.find(partsWays) : finding;
  return {
    id: evidence.id, where: evidence.where, sentence: sentenceOf(evidence),
    steps: evidence.recording.steps.map(stepOf),
    beside: evidence.recording.beside.map((one) => ({ ...one, cached: [...one.cached] })),
    inside: finding?.inside ?? null, differences: [...parting?.differences ?? []], malformed: parting?.malformed ?? null, leak: leakOf(evidence.recording),
    formula: evidence.formula, property: propertyPlace(evidence, places), tcb: monitorPlace(evidence, places), policy: [...evidence.policy], stranded: evidence.stranded,
    trace: evidence.file, replay: evidence.replay,
  };
};
