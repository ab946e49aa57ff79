/**
 * The report of `check` (`refmon.check/1`) as plain data. It is a codec, so that the JSON Schema that is shipped, the type that reporters read and
 * the check of a saved report are one statement. No timestamps; with timings left out, equal runs give equal bytes.
 */
import * as t from "io-ts";
import { Platform } from "../../spec/policy.ts";

const nullable = <C extends t.Mixed>(of: C): t.UnionC<[C, t.NullC]> => t.union([of, t.null]);

const Hashed = t.strict({ path: t.string, sha256: t.string }, "hashed input");

/** Of the specification or of the machine: `specification` is the abstract system, `monitor` the monitor on the emulated machine. */
const Where = t.keyof({ specification: null, monitor: null });
export type Where = t.TypeOf<typeof Where>;

/** The policy's boot image, the empty machine, or every well-formed state of a tiny version of the policy, one step from each. */
const Start = t.keyof({ boot: null, empty: null, every: null });
/** The same; or, from the boot image too, runs of the specification to what it reaches and the monitor's search does not, and one step from the end of each. */
const From = t.keyof({ ...Start.keys, driven: null });

export const Verdict = t.keyof({ "holds-closed": null, "holds-bounded": null, violated: null, inconclusive: null, vacuous: null });
export type Verdict = t.TypeOf<typeof Verdict>;

const RunState = t.keyof({ complete: null, budget: null, interrupted: null, error: null });
export type RunState = t.TypeOf<typeof RunState>;

const totals = {
  state: RunState, statesDistinct: t.number, transitions: t.number, levels: t.number, frontier: t.number, closed: t.boolean, exact: t.boolean, digest: t.string,
};
const timing = t.partial({ workers: t.number, seconds: t.number });
/** Where states are told apart by fingerprints: at most the probability that one was left out. */
const omission = t.partial({ omission: t.number });
/** Of a search that was driven: along how many runs of the specification. The longest of them has one step less than the search has levels. */
const runs = t.partial({ runs: t.number });
/** Of a search that ran out of time: its part of the time for the run, in seconds, and how many searches the run was to make. */
const share = t.partial({ share: t.strict({ seconds: t.number, of: t.number, searches: t.number }, "share of a budget") });

/** Of a search that would have outgrown the memory that it may take: how many bytes that is. */
const outgrown = t.partial({ outgrown: t.number });

/** What one search explores. `depth` is where it ends if nothing else ends it; `null` is nowhere. */
const SearchBounds = t.strict({ geometry: t.string, domains: t.number, frames: t.number, pages: t.number, vcpus: t.number, depth: nullable(t.number) }, "bounds of a search");

export const Run = t.exact(t.intersection([t.type(totals), timing, omission]), "run");
export const Search = t.exact(t.intersection([t.type({ name: t.string, where: Where, from: From, secret: nullable(t.string), bounds: SearchBounds, ...totals }), timing, omission, share, t.partial({ ...outgrown.props, ...runs.props })]), "search");
export type Search = t.TypeOf<typeof Search>;

/** A place in a file of the project or in the policy. */
const Location = t.strict({ path: t.string, line: t.number }, "location");
export type Location = t.TypeOf<typeof Location>;

/** Counts of all searches together, and those of the monitor among them. */
const CallCoverage = t.strict({ id: t.string, succeeded: t.number, denied: t.number, succeededOnMonitor: t.number, possible: t.boolean }, "call coverage");
const GuardCoverage = t.strict({ id: t.string, failedFirst: t.number, failedFirstOnMonitor: t.number }, "guard coverage");
const MoveCoverage = t.strict({ id: t.string, taken: t.number, takenOnMonitor: t.number }, "move coverage");
const PropertyCoverage = t.strict({ id: t.string, antecedent: t.number }, "property coverage");
export const Coverage = t.strict({ calls: t.array(CallCoverage), guards: t.array(GuardCoverage), moves: t.array(MoveCoverage), properties: t.array(PropertyCoverage) }, "coverage");
export type Coverage = t.TypeOf<typeof Coverage>;

const CellChange = t.strict({ cell: t.string, before: t.string, after: t.string }, "cell change");
const EntryBits = t.strict({ low: t.number, high: t.number, flags: t.array(t.string), frame: nullable(t.string) }, "page-table entry");
const EntryChange = t.strict({ table: t.string, level: t.number, index: t.number, before: EntryBits, after: EntryBits }, "entry change");
const TlbChange = t.strict({
  vcpu: t.number, change: t.keyof({ came: null, went: null }), tag: t.string, page: t.number, frame: t.string, access: t.string,
}, "TLB change");
const Step = t.strict({
  index: t.number, kind: t.keyof({ call: null, move: null }), vcpu: nullable(t.number), by: t.string, title: t.string,
  verdict: t.keyof({ ok: null, denied: null, hit: null, fault: null }), code: nullable(t.string), guard: nullable(t.string),
  cells: t.array(CellChange), entries: t.array(EntryChange), tlb: t.array(TlbChange),
}, "step");
export type Step = t.TypeOf<typeof Step>;

const Translation = t.strict({ frame: t.string, access: t.string }, "translation");
const Beside = t.strict({ vcpu: t.number, domain: t.string, page: t.number, cached: t.array(Translation), table: nullable(Translation) }, "TLB beside the tables");

const Inside = t.strict({ step: t.number, kind: t.string, frame: nullable(t.number), word: nullable(t.number), vcpu: nullable(t.number) }, "step inside a call");
const Difference = t.strict({ cell: t.string, machine: t.string, specification: t.string }, "difference");

/** A part of the violated formula with its value; `blamed` marks the conjuncts for which the whole fails. */
const FormulaLine = t.strict({ depth: t.number, text: t.string, value: t.string, blamed: t.boolean }, "formula line");
export type FormulaLine = t.TypeOf<typeof FormulaLine>;
const Formula = t.strict({ binding: t.record(t.string, t.string), given: t.array(FormulaLine), then: t.array(FormulaLine) }, "violated formula");
export type Formula = t.TypeOf<typeof Formula>;

const PolicyPlace = t.strict({ path: t.string, line: t.number, what: t.string }, "policy place");
export type PolicyPlace = t.TypeOf<typeof PolicyPlace>;

/** What an observer sees that it must not; `twin` is the other run, or `null` where `there` is what it saw before the last step. */
const Leak = t.strict({
  observer: t.string, secrets: t.array(t.string),
  cells: t.array(t.strict({ cell: t.string, here: t.string, there: t.string }, "observed cell")),
  twin: nullable(t.strict({ secrets: t.array(t.string), steps: t.array(Step) }, "twin")),
}, "leak");

export const Counterexample = t.strict({
  id: t.string, where: Where, sentence: t.string, steps: t.array(Step),
  beside: t.array(Beside), inside: nullable(Inside), differences: t.array(Difference), malformed: nullable(t.string), leak: nullable(Leak),
  /** Of a graph property: how many states its steps can still lead to; in none of them holds what should be attained. */
  stranded: nullable(t.number),
  formula: nullable(Formula), property: nullable(Location), tcb: nullable(Location), policy: t.array(PolicyPlace),
  /** File of the trace, and the command that replays it. */
  trace: nullable(t.string), replay: nullable(t.string),
}, "counterexample");
export type Counterexample = t.TypeOf<typeof Counterexample>;

/** Of the searches that were to judge a property in one place: a run that ends early has begun all, some or none of them. */
const Searched = t.keyof({ wholly: null, partly: null, not: null });

/** What one of the two searches says of a property; `depth` and `frontier` where it is not closed. */
const Judgement = t.strict({ where: Where, from: From, verdict: Verdict, depth: nullable(t.number), frontier: nullable(t.number), antecedent: t.number, searched: Searched }, "judgement");
export type Judgement = t.TypeOf<typeof Judgement>;

export const PropertyReport = t.exact(t.intersection([
  t.type({ id: t.string, title: t.string, sentence: t.string, location: nullable(Location), verdict: Verdict, depth: nullable(t.number), judgements: t.array(Judgement) }),
  /** `except` is what a claim does not count, by the names that the policy gives it. */
  t.partial({ counterexample: Counterexample, except: t.strict({ names: t.array(t.string), sentence: t.string }, "exceptions of a claim") }),
]), "property");
export type PropertyReport = t.TypeOf<typeof PropertyReport>;

export const Diagnostic = t.exact(t.intersection([
  t.type({ code: t.string, severity: t.keyof({ error: null, warning: null, note: null }), message: t.string, location: nullable(Location) }),
  t.partial({ fix: t.string }),
]), "diagnostic");
export type Diagnostic = t.TypeOf<typeof Diagnostic>;

export const Bounds = t.strict({
  platform: Platform, geometry: t.string, domains: t.number, frames: t.number, pages: t.number, vcpus: t.number, machineDepth: t.number, symmetry: t.boolean,
  profile: nullable(t.string), from: t.array(Start),
  /** What the run was narrowed to; `null` is everything. */
  properties: nullable(t.array(t.string)), calls: nullable(t.array(t.string)),
}, "bounds");

export const CheckReport = t.strict({
  schema: t.literal("refmon.check/1"),
  tool: t.strict({ name: t.literal("refmon"), version: t.string }, "tool"),
  inputs: t.strict({ policy: t.strict({ name: t.string, path: t.string, sha256: t.string }, "policy input"), spec: Hashed, tcb: Hashed }, "inputs"),
  bounds: Bounds,
  run: Run,
  searches: t.array(Search),
  coverage: Coverage,
  properties: t.array(PropertyReport),
  diagnostics: t.array(Diagnostic),
  /** The command that gives this report again. */
  command: t.string,
}, "refmon check report");
export type CheckReport = t.TypeOf<typeof CheckReport>;
