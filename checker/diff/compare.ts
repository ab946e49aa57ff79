/** What a change of a policy changes: the product of both systems is searched for what one allows and the other denies, and each system for what can come about in it. */
import type { Scope } from "../../spec/lang/evaluate.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import type { Policy } from "../../spec/policy.ts";
import type { SearchOptions, SearchResult } from "../explore/result.ts";
import { search } from "../explore/search.ts";
import { withLabel, withoutLabels } from "./labels.ts";
import { controlMayDiffer, controlProperty, mayDiffer, productOf, rowProperty, type Product } from "./product.ts";
import { relationsOf, type RelationName } from "./relations.ts";
import { constantsOf, flowsFrom, principalsIn, rightsIn, type Asked, type Flow, type Right } from "./rights.ts";
import { compared, onBoth, type Compared, type Side, type Sides } from "./universe.ts";

export const verdicts = ["equal", "wider", "narrower", "incomparable"] as const;
/** Of the new policy, compared with the old one. */
export type Verdict = (typeof verdicts)[number];

/** What the new one gains and the old one had. */
export const verdictOf = (gained: boolean, lost: boolean): Verdict => (gained ? (lost ? "incomparable" : "wider") : lost ? "narrower" : "equal");

/** A step in the names of the universe. */
export interface Step { readonly name: string; readonly scope: Scope }

/** A shortest run that only one side allows to its end, or whose end only one side reaches. */
export interface Run { readonly side: Side; readonly steps: readonly Step[] }

/** `control` is who runs after the same steps. */
export interface Row { readonly call: string; readonly relation: RelationName; readonly verdict: Verdict; readonly gained: Run | null; readonly lost: Run | null }

export interface Reached<T> { readonly what: T; readonly run: Run }
export interface Change<T> { readonly gained: readonly Reached<T>[]; readonly lost: readonly Reached<T>[] }

export interface SearchSummary { readonly name: string; readonly statesDistinct: number; readonly transitions: number; readonly depth: number; readonly closed: boolean; readonly state: SearchResult["state"]; readonly digest: string }

export interface Comparison {
  readonly compared: Compared;
  readonly rows: readonly Row[];
  readonly rights: Change<Right>;
  readonly flows: Change<Flow>;
  readonly searches: readonly SearchSummary[];
}

export interface CompareOptions { readonly search: Omit<SearchOptions, "name" | "properties" | "allViolations" | "depth"> }

export const controlRow = "control";

const stepOf = ({ transition, scope }: Instance): Step => ({ name: transition.name, scope });

/** Searches, and writes down how each of them ended. */
export interface Searcher { readonly summaries: SearchSummary[]; readonly run: (name: string, system: System) => Promise<SearchResult> }

export const searcherOf = ({ search: options }: CompareOptions): Searcher => {
  const summaries: SearchSummary[] = [];
  return {
    summaries,
    run: async (name, system) => {
      const result = await search(system, { ...options, name, properties: null, allViolations: true, depth: Infinity });
      // Where everything that was asked for has come about, there is nothing left to search for.
      const decided = result.violations.length === system.properties.length;
      summaries.push({ name, statesDistinct: result.statesDistinct, transitions: result.transitions, depth: result.depth, closed: result.closed || (result.state === "complete" && decided), state: result.state, digest: result.digest });
      return result;
    },
  };
};

interface Question { readonly call: string; readonly relation: RelationName | null; readonly side: Side }

/** The shortest run after which one side allows what the other denies, for each question that has one. */
const asked = async (searcher: Searcher, name: string, product: Product, questions: readonly Question[]): Promise<readonly (Question & { readonly run: Run })[]> => {
  if (questions.length === 0) return [];
  const properties = questions.map(({ call, relation, side }, i) => {
    const transition = product.transitions.find((one) => one.name === call);
    return transition === undefined ? controlProperty(product, `D${i}`, side) : rowProperty(product, `D${i}`, transition, side, relation);
  });
  const { violations } = await searcher.run(name, { ...product.system, properties });
  return violations.flatMap(({ clause, instanceTrace, binding }) => {
    const question = questions[clause];
    if (question === undefined) return [];
    const before = instanceTrace.map(stepOf);
    return [{ ...question, run: { side: question.side, steps: question.call === controlRow ? before : [...before, { name: question.call, scope: binding }] } }];
  });
};

const sideNames = ["new", "old"] as const;

/** So few calls are asked for every relation at once; of more it is first asked which differ at all. */
const fewCalls = 4;

const rowsOf = async (searcher: Searcher, product: Product): Promise<readonly Row[]> => {
  const possible = product.transitions.filter((transition) => mayDiffer(product, transition));
  const onEither = (call: string, relations: readonly (RelationName | null)[]): readonly Question[] => sideNames.flatMap((side) => relations.map((relation): Question => ({ call, relation, side })));
  const control = controlMayDiffer(product) ? onEither(controlRow, [null]) : [];
  const byRelation = (transitions: readonly Transition[]): readonly Question[] => transitions.flatMap((transition) => onEither(transition.name, relationsOf(transition)));
  const few = possible.length <= fewCalls;
  const first = await asked(searcher, "both in lockstep", product, [...few ? byRelation(possible) : possible.flatMap(({ name }) => onEither(name, [null])), ...control]);
  const differing = possible.filter(({ name }) => first.some(({ call }) => call === name));
  const fine = few ? first : [...await asked(searcher, "both in lockstep, by relation", product, byRelation(differing)), ...first.filter(({ call }) => call === controlRow)];
  const rowOf = (call: string, relation: RelationName): Row => {
    const run = (side: Side): Run | null => fine.find((one) => one.call === call && (one.relation ?? "none") === relation && one.side === side)?.run ?? null;
    const gained = run("new"), lost = run("old");
    return { call, relation, verdict: verdictOf(gained !== null, lost !== null), gained, lost };
  };
  return [...product.transitions.flatMap((transition) => relationsOf(transition).map((relation) => rowOf(transition.name, relation))), rowOf(controlRow, "none")];
};

export const reachedIn = async <T>(searcher: Searcher, name: string, side: Side, system: System, all: readonly Asked<T>[]): Promise<readonly Reached<T>[]> => {
  const { violations } = await searcher.run(name, { ...system, properties: all.map(({ property }) => property) });
  return violations.flatMap(({ clause, instanceTrace }) => {
    const found = all[clause];
    return found === undefined ? [] : [{ what: found.what, run: { side, steps: instanceTrace.map(stepOf) } }];
  });
};

/** What a search that was cut did not find may come about all the same: against such a side nothing is gained or lost. */
const changeOf = <T>({ old, new: now }: Sides<readonly Reached<T>[]>, closed: Sides<boolean>): Change<T> => {
  const without = (all: readonly Reached<T>[], others: readonly Reached<T>[], searched: boolean): readonly Reached<T>[] => {
    if (!searched) return [];
    const known = new Set(others.map(({ what }) => JSON.stringify(what)));
    return all.filter(({ what }) => !known.has(JSON.stringify(what)));
  };
  return { gained: without(now, old, closed.old), lost: without(old, now, closed.new) };
};

const nothing = { gained: [], lost: [] } as const;

/** With the constants that questions are asked in. */
export const questionable = (system: System, universe: Compared["universe"]): System => ({ ...system, constants: { ...system.constants, ...constantsOf(universe) } });

/** Every right that comes about in a system. */
export const reachableRights = (searcher: Searcher, name: string, side: Side, system: System, universe: Compared["universe"]): Promise<readonly Reached<Right>[]> => {
  const plain = questionable(withoutLabels(system), universe);
  return reachedIn(searcher, name, side, { ...plain, transitions: plain.transitions.filter(({ effects }) => effects.length > 0) }, rightsIn(universe));
};

export const reachableFlows = async (searcher: Searcher, name: string, side: Side, system: System, universe: Compared["universe"]): Promise<readonly Reached<Flow>[]> => {
  const found: Reached<Flow>[] = [];
  // A device and the host bring their secrets in by writing, and by nothing else.
  const writes = (name: string): boolean => system.transitions.some((one) => one.name === name);
  const principals = principalsIn(universe).filter(({ label }) => label < universe.domains.length || writes(label < universe.domains.length + universe.devices.length ? "dma_write" : "host_write"));
  for (const principal of principals) {
    found.push(...await reachedIn(searcher, `${name}, secrets of ${principal.name}`, side, questionable(withLabel(system, principal.label), universe), flowsFrom(universe, principal)));
  }
  return found;
};

/** Both policies must have the same geometry. */
export const compare = async (policies: Sides<Policy>, options: CompareOptions): Promise<Comparison> => {
  const both = compared(policies), { universe, sides } = both, searcher = searcherOf(options);
  const whole = productOf(onBoth(sides, ({ system }) => system));
  const rows = await rowsOf(searcher, productOf(onBoth(sides, ({ system }) => withoutLabels(system))));
  const inLockstep = rows.every(({ verdict }) => verdict === "equal") && searcher.summaries.every(({ closed }) => closed);
  // Then both are in the same state all the time, and what comes about in one comes about in the other.
  if (inLockstep && Object.keys(sides.old.system.variables).every((name) => !whole.differing.has(name))) return { compared: both, rows, rights: nothing, flows: nothing, searches: searcher.summaries };
  const each = async <T>(reach: (side: Side) => Promise<readonly Reached<T>[]>): Promise<Change<T>> => {
    const one = async (side: Side): Promise<{ readonly found: readonly Reached<T>[]; readonly closed: boolean }> => {
      const before = searcher.summaries.length, found = await reach(side);
      return { found, closed: searcher.summaries.slice(before).every((summary) => summary.closed) };
    };
    const { old, new: now } = { old: await one("old"), new: await one("new") };
    return changeOf({ old: old.found, new: now.found }, { old: old.closed, new: now.closed });
  };
  const rights = await each((side) => reachableRights(searcher, `rights of the ${side} policy`, side, sides[side].system, universe));
  const flows = await each((side) => reachableFlows(searcher, `the ${side} policy`, side, sides[side].system, universe));
  return { compared: both, rows, rights, flows, searches: searcher.summaries };
};

/** Of all that was compared. */
export const overall = ({ rows, rights, flows }: Comparison): Verdict => verdictOf(
  rows.some(({ gained }) => gained !== null) || rights.gained.length + flows.gained.length > 0,
  rows.some(({ lost }) => lost !== null) || rights.lost.length + flows.lost.length > 0,
);

