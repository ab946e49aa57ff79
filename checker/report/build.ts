/** From a policy and the searches that ran to the report of `check`. */
import { claimId } from "../../spec/claims.ts";
import type { Property } from "../../spec/lang/property.ts";
import type { Policy } from "../../spec/policy.ts";
import { coverageOf, placeText, vacuity } from "./coverage.ts";
import type { CheckReport, Counterexample, Diagnostic, Location, PropertyReport, RunState, Search } from "./model.ts";
import { exceptionOf } from "./exceptions.ts";
import { originText } from "./origin.ts";
import type { Places } from "./places.ts";
import { withoutIdle } from "../idle.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import type { Unreached as Stray } from "../from-every.ts";
import { judgements, mainly, unreached, verdictOf, type Ran, type Unreached, type Unsearched } from "./verdict.ts";

export interface ReportInputs {
  readonly version: string;
  readonly policy: Policy;
  readonly policyPath: string;
  readonly policySha256: string;
  readonly lineOf: (pointer: string) => number | undefined;
  readonly places: Places;
  readonly bounds: CheckReport["bounds"];
  /** Properties that were selected, those of one id together, in the order of the specification. */
  readonly selected: readonly Property[];
  readonly ran: readonly Ran[];
  /** Domains that never run. */
  readonly idle: readonly string[];
  /** What was to judge them and did not run, which leaves them undecided there. */
  readonly unsearched: readonly Unsearched[];
  readonly unreached: readonly Stray[];
  /** `null` if every search ended by itself. */
  readonly cut: "budget" | "interrupted" | "error" | null;
  readonly counterexamples: ReadonlyMap<string, Counterexample>;
  readonly vacuity: "error" | "warn";
  readonly timing: boolean;
  readonly workers: number;
  readonly command: string;
}

/** What differs between runs that found the same, and is left out where equal runs must give equal bytes. */
const effort = ({ timing, workers }: ReportInputs, seconds: number): { readonly workers?: number; readonly seconds?: number } => (timing ? { workers, seconds } : {});

/** Of several searches together the sum, which is never too small. */
const omitting = (searches: readonly { readonly omission?: number }[]): { readonly omission?: number } => {
  const all = searches.flatMap(({ omission }) => (omission === undefined ? [] : [omission]));
  return all.length === 0 ? {} : { omission: all.reduce((sum, one) => sum + one, 0) };
};

const searchOf = (inputs: ReportInputs, { where, from, secret, bounds: { geometry, domains, boot, bounds }, depth, result, seconds, budget, outgrown }: Ran): Search => ({
  name: result.name, where, from, secret,
  bounds: { geometry, domains: domains.length, frames: boot.frames.length, pages: bounds.pages, vcpus: bounds.vcpus, depth: Number.isFinite(depth) ? depth : null }, state: result.state, statesDistinct: result.statesDistinct, transitions: result.transitions, levels: result.depth,
  frontier: result.frontier, closed: result.closed, exact: result.exact, digest: result.digest, ...omitting([result]), ...(result.runs === undefined ? {} : { runs: result.runs }), ...effort(inputs, seconds),
  ...(budget === null || !inputs.timing || result.state !== "budget" || seconds * 1000 < budget.own ? {} : { share: { seconds: budget.own / 1000, of: budget.whole / 1000, searches: inputs.ran.length + inputs.unsearched.length } }),
  ...(outgrown === null ? {} : { outgrown: Math.round(outgrown) }),
});

const locationOf = ({ policy, policyPath, lineOf, places }: ReportInputs, id: string): Location | null => {
  const claim = (policy.claims ?? []).findIndex((one) => claimId(one) === id);
  const line = claim < 0 ? undefined : lineOf(`/claims/${claim}`);
  return line === undefined ? places.properties[id]?.[0] ?? null : { path: policyPath, line };
};

/** A violation of the monitor may have been found by replaying one of the specification, beyond what its own search has seen. */
const withReplayed = (all: PropertyReport["judgements"], found: Counterexample | undefined): PropertyReport["judgements"] =>
  (found?.where !== "monitor" || all.some(({ where, verdict }) => where === "monitor" && verdict === "violated") ? all
    : [
      ...all.filter(({ where, from }) => where !== "monitor" || from !== "boot"),
      { where: "monitor", from: "boot", verdict: "violated", depth: found.steps.length, frontier: null, antecedent: 1, searched: all.find(({ where, from }) => where === "monitor" && from === "boot")?.searched ?? "not" },
    ]);

const propertyReport = (inputs: ReportInputs, id: string, property: Property): PropertyReport => {
  const { ran, unsearched, counterexamples } = inputs;
  const found = counterexamples.get(id), all = withReplayed(judgements(id, ran, unsearched), found);
  // The depth of a property is that of the main searches: those from elsewhere are there for what lies beyond it.
  const bounded = mainly(all).flatMap(({ depth }) => (depth === null ? [] : [depth]));
  return {
    id, title: property.title, sentence: property.sentence, location: locationOf(inputs, id), verdict: verdictOf(all),
    depth: bounded.length === 0 ? null : Math.min(...bounded), judgements: all, ...exceptionOf(inputs.policy, id), ...(found === undefined ? {} : { counterexample: found }),
  };
};

/** A property that is stated with one formula is not measured at all; of one that is stated with several, those are named that are not. */
const unmeasured = ({ clauses, missing }: Unreached): string => (missing.length === clauses ? "its antecedent is never reached"
  : `the antecedent of ${missing.map(({ clause, sentence }) => `clause ${clause} of ${clauses} ("${sentence}")`).join(" and of ")} is never reached`);

/** How a domain that never runs comes to run: by the scheduler, if that runs itself. */
const wakingUp = ({ policy: { scheduler }, idle }: ReportInputs): string => (idle.includes(scheduler)
  ? 'set "preemptive": true, so that an interrupt brings the scheduler, or start it on a vCPU in boot.running' : "seal the domain in the boot image, or give what creating it needs");

/** One for each place that measured nothing of a property, or not all of it, whatever the other place did. Of a claim whose subject never runs that is all there is to say. */
const vacuousProperties = (inputs: ReportInputs, properties: readonly PropertyReport[], severity: "error" | "warning"): readonly Diagnostic[] =>
  properties.flatMap(({ id, title, location, judgements: all }): readonly Diagnostic[] => {
    const { policy, idle, ran } = inputs, empty = unreached(id, all, ran), subject = (policy.claims ?? []).find((claim) => claimId(claim) === id)?.subject;
    if (empty.length > 0 && subject !== undefined && idle.includes(subject)) {
      return [{ code: "VACUOUS", severity, location, message: `${id}: ${subject} never runs, so that it holds says nothing`, fix: wakingUp(inputs) }];
    }
    return empty.map((one) => ({
      code: "VACUOUS", severity, location,
      message: `${id.startsWith("C:") ? id : `${id} ${title}`}: ${unmeasured(one)}, so that it holds says nothing (${placeText(one.where, one.depth, one.driven)})`,
      fix: "give the boot image or the bounds what the property speaks of, or search deeper",
    }));
  });

const idleDomains = (inputs: ReportInputs, severity: "error" | "warning"): readonly Diagnostic[] => (inputs.idle.length === 0 ? [] : [{
  code: "DOMAIN_NEVER_RAN", severity, location: null, message: `no vCPU ever runs a thread in ${inputs.idle.join(", ")}, so that claims which involve them say little (in the specification)`, fix: wakingUp(inputs),
}]);

const narrowed = ({ bounds }: ReportInputs): readonly Diagnostic[] => (bounds.calls === null ? [] : [{
  code: "NARROWED", severity: "note", message: `explored without any call but ${bounds.calls.join(", ")}: what holds here need not hold with the others`, location: null,
}]);

/** With more vCPUs than two a third vector can matter: each of the others may take one early (proofs-notes/untrusted-host.md). */
const vectorsInjected = ({ policy }: ReportInputs): readonly Diagnostic[] => (policy.bounds.vcpus <= 2 || !adversaryOf(policy).injection ? [] : [{
  code: "TWO_VECTORS", severity: "note", location: null,
  message: `of the vectors that the host injects into one call two are searched; on ${policy.bounds.vcpus} vCPUs a third could matter (in the monitor)`,
}]);

const searchText = ({ where, from, secret, name }: Unsearched): string =>
  `${where === "monitor" ? "of the monitor" : `of the specification (${name})`}${originText[from]}${secret === null ? "" : ` with a secret of ${secret}`}`;

/** A run that ended at a violation says of which searches it knows nothing. */
const ended = ({ cut, ran, unsearched }: ReportInputs, violated: boolean): readonly Diagnostic[] => (cut !== null || !violated || unsearched.length === 0 ? [] : [{
  code: "NOT_SEARCHED", severity: "note", location: null, fix: "search everything with --all-violations",
  message: `a violation ended the run, after ${ran.length} of ${ran.length + unsearched.length} searches; not searched: ${unsearched.map(searchText).join(", ")}`,
}]);

/** What the search from every well-formed state finds where no run leads says that something is missing, and leaves the property open. */
const strays = ({ unreached: all }: ReportInputs): readonly Diagnostic[] => all.map(({ property, state, step, differs }) => ({
  code: differs ? "ONE_STEP_DIFFERS" : "INVARIANT_MISSING", severity: "warning", location: null,
  message: `${property} fails ${step === null ? "in" : `after ${step} from`} a well-formed state ${differs ? "that a run leads to, and not at the end of that run" : "that no run leads to"}: ${state.join(", ")}`,
  fix: differs ? "compare the machine that was put into the state with the one at the end of the run" : "say in spec/well-formed.ts why the state is not reached, or mend the monitor",
}));

/** One digest for several searches: each is a 64-bit sum in hexadecimal, so their concatenation in order tells runs apart. */
const digestOf = (searches: readonly Search[]): string => searches.map(({ digest }) => digest).join("-");

export const buildReport = (found: ReportInputs): CheckReport => {
  const inputs = { ...found, ran: withoutIdle(found.policy, found.idle, found.ran) }, { ran, policy } = inputs;
  const searches = ran.map((one) => searchOf(inputs, one));
  const coverage = coverageOf(policy, ran);
  const ids = [...new Set(inputs.selected.map(({ id }) => id))];
  const properties = ids.flatMap((id) => {
    const stated = inputs.selected.find((one) => one.id === id);
    return stated === undefined ? [] : [propertyReport(inputs, id, stated)];
  });
  const state: RunState = inputs.cut ?? "complete";
  const violated = properties.some(({ verdict }) => verdict === "violated");
  const severity = inputs.vacuity === "error" ? "error" : "warning";
  // A run that was cut, or that stopped at its first violation, is too short to say what never happens.
  const judged = state === "complete" && !violated;
  const sum = (of: (search: Search) => number): number => searches.reduce((total, one) => total + of(one), 0);
  return {
    schema: "refmon.check/1",
    tool: { name: "refmon", version: inputs.version },
    inputs: {
      policy: { name: policy.name, path: inputs.policyPath, sha256: inputs.policySha256 },
      spec: { path: "spec", sha256: inputs.places.sha256.spec },
      tcb: { path: "monitor", sha256: inputs.places.sha256.tcb },
    },
    bounds: inputs.bounds,
    run: {
      state, statesDistinct: sum((one) => one.statesDistinct), transitions: sum((one) => one.transitions), levels: Math.max(0, ...searches.map(({ levels }) => levels)),
      frontier: sum(({ frontier }) => frontier), closed: searches.length > 0 && searches.every(({ closed }) => closed), exact: searches.every(({ exact }) => exact),
      digest: digestOf(searches), ...omitting(searches), ...effort(inputs, ran.reduce((total, { seconds }) => total + seconds, 0)),
    },
    searches, coverage, properties,
    diagnostics: [...narrowed(inputs), ...vectorsInjected(inputs), ...ended(inputs, violated), ...strays(inputs), ...(judged ? [...idleDomains(inputs, severity), ...vacuousProperties(inputs, properties, severity), ...vacuity(coverage, ran, severity, inputs.bounds.calls !== null)] : [])],
    command: inputs.command,
  };
};
