/** From what searches answered to one verdict a property. */
import type { Property } from "../../spec/lang/property.ts";
import type { Policy } from "../../spec/policy.ts";
import { origins, type Origin } from "../profiles.ts";
import type { SearchResult } from "../explore/result.ts";
import type { Judgement, Verdict, Where } from "./model.ts";

/** A search that has run, wholly or in part. */
export interface Ran {
  readonly where: Where;
  readonly from: Origin;
  /** Whose secret is set, in searches that are only there to be compared with another. */
  readonly secret: string | null;
  /** Whose sizes it searched: those of the policy, or of what was made of it. */
  readonly bounds: Policy;
  /** Levels at most; infinite where there is no bound. */
  readonly depth: number;
  readonly result: Omit<SearchResult, "violations"> & { readonly violations: readonly { readonly property: string }[] };
  /** Properties that the search was asked to decide. */
  readonly asked: readonly Property[];
  /** Whether it goes on after a violation, until every property is decided. */
  readonly goesOn: boolean;
  /** Milliseconds that it had, and that the run had; `null` where time was not limited. */
  readonly budget: { readonly own: number; readonly whole: number } | null;
  /** Bytes that it would have outgrown, where that ended it. */
  readonly outgrown: number | null;
  readonly seconds: number;
}

/** A search that was to run and did not begin. */
export type Unsearched = Pick<Ran, "where" | "from" | "secret" | "asked"> & { /** Of the system. */ readonly name: string };

/** Worst first: what a reader must know before anything else. */
const order: readonly Verdict[] = ["violated", "inconclusive", "vacuous", "holds-bounded", "holds-closed"];

export const worst = (verdicts: readonly Verdict[]): Verdict => order.find((one) => verdicts.includes(one)) ?? "inconclusive";

/** Of a property that one search measured nothing of, or not all of: which of the formulas that it is stated with were not reached. */
export interface Unreached {
  readonly where: Where;
  /** `null` where the search is closed. */
  readonly depth: number | null;
  /** The monitor was driven beyond that. */
  readonly driven: boolean;
  readonly clauses: number;
  /** Numbered from 1. */
  readonly missing: readonly { readonly clause: number; readonly sentence: string }[];
}

/** The search that another goes on from; what is driven goes on from what the search of the monitor has reached. */
const before = ({ from }: Ran, ran: readonly Ran[]): Ran | undefined => (from === "driven" ? ran.find((one) => one.where === "monitor" && one.from === "boot" && one.secret === null) : undefined);

/** How often the antecedent of each formula that a property is stated with was reached. */
const antecedentsIn = (id: string, one: Ran, ran: readonly Ran[]): readonly number[] => {
  const counts = (searched: Ran | undefined): readonly number[] => searched?.result.coverage.properties.filter((entry) => entry.id === id).map(({ antecedent }) => antecedent) ?? [];
  const earlier = counts(before(one, ran));
  return counts(one).map((count, i) => count + (earlier[i] ?? 0));
};

const unreachedIn = (id: string, one: Ran, ran: readonly Ran[]): Unreached => {
  const { where, asked, from } = one, { result } = before(one, ran) ?? one, stated = asked.filter((property) => property.id === id), antecedents = antecedentsIn(id, one, ran);
  const missing = stated.flatMap(({ sentence }, i) => ((antecedents[i] ?? 0) === 0 ? [{ clause: i + 1, sentence }] : []));
  return { where, depth: result.closed ? null : result.depth, driven: from === "driven", clauses: stated.length, missing };
};

/** What one search says of a property that it was asked to decide. */
const judge = (id: string, one: Ran, ran: readonly Ran[]): Judgement => {
  const { where, from, goesOn, result } = one, antecedent = Math.min(...antecedentsIn(id, one, ran)), reached = antecedent === Infinity ? 0 : antecedent;
  const stoppedAtViolation = !goesOn && result.violations.length > 0 && !result.closed;
  const verdict = ((): Verdict => {
    if (result.violations.some(({ property }) => property === id)) return "violated";
    if (result.state !== "complete" || result.undecided?.includes(id) === true) return "inconclusive";
    // The search went no further once it had found a violation of something else: too early to call this one vacuous.
    if (reached === 0) return stoppedAtViolation ? "inconclusive" : "vacuous";
    return result.closed ? "holds-closed" : "holds-bounded";
  })();
  return { where, from, verdict, antecedent: reached, depth: result.closed ? null : result.depth, frontier: result.closed ? null : result.frontier, searched: "wholly" };
};

/** What a search that did not begin leaves of a property that it was to decide. */
const undecided = ({ where, from }: Unsearched): Judgement => ({ where, from, verdict: "inconclusive", antecedent: 0, depth: null, frontier: null, searched: "not" });

/** Each place with each start from which it is searched. */
const places = (["specification", "monitor"] as const).flatMap((where) => origins.map((from) => ({ where, from })));

/** One judgement each for specification and monitor, and for the monitor from elsewhere; the worst where several systems judge the property, or should have. */
export const judgements = (id: string, ran: readonly Ran[], unsearched: readonly Unsearched[]): Judgement[] => {
  const isAsked = ({ asked }: Pick<Ran, "asked">): boolean => asked.some((property) => property.id === id);
  const all = [...ran.filter(isAsked).map((one) => judge(id, one, ran)), ...unsearched.filter(isAsked).map(undecided)];
  return places.flatMap(({ where, from }) => {
    const here = all.filter((one) => one.where === where && one.from === from);
    const verdict = worst(here.map((one) => one.verdict));
    // To the least depth of those that say so: what several searches judge holds only as far as all of them went.
    const found = here.filter((one) => one.verdict === verdict).toSorted((a, b) => (a.depth ?? Infinity) - (b.depth ?? Infinity))[0];
    if (found === undefined) return [];
    const begun = here.filter(({ searched }) => searched === "wholly").length;
    return [{ ...found, searched: begun === here.length ? "wholly" : begun === 0 ? "not" : "partly" }];
  });
};

/** Those of the main searches, if there are any: what is searched from elsewhere is there for what they do not reach. */
export const mainly = <T extends Pick<Ran, "from">>(all: readonly T[]): readonly T[] => (all.some(({ from }) => from === "boot") ? all.filter(({ from }) => from === "boot") : all);

/** The same, and of the monitor what it was driven to where it was: that begins with what its search has reached. */
export const furthest = <T extends Pick<Judgement, "where" | "from">>(all: readonly T[]): readonly T[] =>
  mainly(all).map((one) => (one.where === "monitor" && one.from === "boot" ? all.find(({ from }) => from === "driven") ?? one : one));

/** For each place that measured nothing of a property, or not all of it, the search that did not. */
export const unreached = (id: string, all: readonly Judgement[], ran: readonly Ran[]): readonly Unreached[] =>
  furthest(all).filter(({ verdict }) => verdict === "vacuous").flatMap(({ where, from }) => ran
    .filter((one) => one.where === where && one.from === from && one.asked.some((property) => property.id === id))
    .map((one) => unreachedIn(id, one, ran)).filter(({ missing }) => missing.length > 0).slice(0, 1));

/**
 * The verdict of a property. It is vacuous only if its antecedent is reached nowhere: what the specification reaches beyond the depth of the monitor's search
 * is no empty statement. That the other place measured nothing is said of that place.
 */
export const verdictOf = (all: readonly Judgement[]): Verdict => {
  const telling = all.filter(({ verdict }) => verdict !== "vacuous");
  return all.length > 0 && telling.length === 0 ? "vacuous" : worst(telling.map(({ verdict }) => verdict));
};
