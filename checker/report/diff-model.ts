/** The report of `diff` (`refmon.diff/1`) as plain data. No timestamps and no timings: equal runs give equal bytes. */
import * as t from "io-ts";
import { verdicts } from "../diff/compare.ts";
import { statuses } from "../diff/rules.ts";
import { Verdict as PropertyVerdict } from "./model.ts";

const nullable = <C extends t.Mixed>(of: C): t.UnionC<[C, t.NullC]> => t.union([of, t.null]);
const keys = <K extends string>(names: readonly K[]): t.KeyofC<Record<K, null>> => t.keyof(Object.fromEntries(names.map((name) => [name, null])) as Record<K, null>);

/** Of the new policy beside the old one. */
const DiffVerdict = keys(verdicts);
const Side = t.keyof({ old: null, new: null });
const Place = t.strict({ path: t.string, line: t.number }, "place");
/** `null` is silence; the place is then the list that could say it. */
const Said = t.strict({ value: nullable(t.string), place: nullable(Place) }, "said");

const PolicyInput = t.strict({ name: t.string, path: t.string, sha256: t.string }, "policy input");

/** Something that the two policies say differently. */
const Change = t.strict({ subject: t.string, old: Said, new: Said }, "change");
export type Change = t.TypeOf<typeof Change>;

/** Of a call or move, by the relation of its caller to whom it is about. */
const Row = t.strict({ call: t.string, relation: t.string, verdict: DiffVerdict }, "row");
export type Row = t.TypeOf<typeof Row>;

const Difference = t.strict({
  id: t.string,
  direction: t.keyof({ gained: null, lost: null }),
  kind: t.keyof({ call: null, right: null, flow: null, assumption: null }),
  /** What differs: call and relation, or the right or flow, or the adversary. */
  what: t.record(t.string, t.string),
  sentence: t.string,
  /** Changed lines that it rests on, by their subject. */
  causes: t.array(t.string),
  /** Id among the witnesses. */
  witness: nullable(t.string),
  /** Why somebody has accepted it. */
  accepted: nullable(t.string),
}, "difference");
export type Difference = t.TypeOf<typeof Difference>;

const Step = t.strict({
  index: t.number, vcpu: nullable(t.number), by: t.string, title: t.string,
  cells: t.array(t.strict({ cell: t.string, before: t.string, after: t.string }, "cell change")),
}, "step");

const Denied = t.strict({
  afterStep: t.number,
  kind: t.keyof({ guard: null, fault: null, absent: null }),
  /** `grant.who`: the guard that denies. */
  guard: nullable(t.string),
  code: nullable(t.string),
  /** What the policy does not have. */
  absent: nullable(t.string),
  /** Whether it was tried on the monitor; what a policy does not have cannot always be. */
  replayed: t.boolean,
}, "denied step");

const Witness = t.strict({
  id: t.string,
  /** The policy that allows it to its end. */
  allowedBy: Side,
  steps: t.array(Step),
  /** The first step that the other policy denies; `null` where it allows them all and begins elsewhere. */
  denied: nullable(Denied),
  trace: nullable(t.string),
  replay: nullable(t.string),
}, "witness");
export type Witness = t.TypeOf<typeof Witness>;

const PropertyRow = t.strict({ id: t.string, title: t.string, old: nullable(PropertyVerdict), new: nullable(PropertyVerdict) }, "property");
export type PropertyRow = t.TypeOf<typeof PropertyRow>;

/** A rule of the new policy that does nothing, or nothing that does not come about without it; `old` is what it was in the old policy, `null` where that did not have it. */
const RuleRow = t.strict({ subject: t.string, value: t.string, place: nullable(Place), old: nullable(keys(statuses)), new: keys(statuses), shadowedBy: t.array(t.string) }, "rule");
export type RuleRow = t.TypeOf<typeof RuleRow>;

const AcceptanceRow = t.strict({ difference: t.string, reason: t.string, state: t.keyof({ accepted: null, expired: null, unused: null }) }, "acceptance");

const Search = t.strict({ name: t.string, statesDistinct: t.number, transitions: t.number, levels: t.number, closed: t.boolean, state: t.string, digest: t.string }, "search");

export const DiffReport = t.strict({
  schema: t.literal("refmon.diff/1"),
  tool: t.strict({ name: t.literal("refmon"), version: t.string }, "tool"),
  inputs: t.strict({ old: PolicyInput, new: PolicyInput, spec: t.string, tcb: t.string }, "inputs"),
  /** What both were compared under: the larger of their bounds. */
  bounds: t.strict({ geometry: t.string, domains: t.number, frames: t.number, pages: t.number, vcpus: t.number }, "bounds"),
  verdict: DiffVerdict,
  /** Whether every search was exhausted; else the verdict is of what was searched. */
  closed: t.boolean,
  run: t.keyof({ complete: null, budget: null, interrupted: null }),
  changes: t.array(Change),
  differences: t.array(Difference),
  witnesses: t.array(Witness),
  rows: t.array(Row),
  properties: t.array(PropertyRow),
  rules: t.array(RuleRow),
  /** Entries of the file of accepted widenings. */
  acceptances: t.array(AcceptanceRow),
  searches: t.array(Search),
  command: t.string,
}, "refmon diff report");
export type DiffReport = t.TypeOf<typeof DiffReport>;
