/** What a run of `check` reached, as far as it may only grow: verdicts, what they rest on, and what was exercised on the way. */
import * as t from "io-ts";
import { type CheckReport, Verdict } from "../../checker/report/model.ts";

const Judged = t.strict({ verdict: Verdict, depth: t.union([t.number, t.null]) }, "judged");
export type Judged = t.TypeOf<typeof Judged>;

const Searched = t.strict({ closed: t.boolean, levels: t.number, states: t.number, transitions: t.number, digest: t.string }, "searched");
export type Searched = t.TypeOf<typeof Searched>;

export const Reached = t.strict({
  /** By name: geometry, domains, frames, and so on. */
  bounds: t.record(t.string, t.union([t.number, t.string])),
  /** By name and place of the search, and from where. */
  searches: t.record(t.string, Searched),
  /** By id and place, and from where. */
  properties: t.record(t.string, Judged),
  /** Calls that succeeded, guards that failed first, moves that were taken, antecedents that were reached; those on the monitor told apart. */
  exercised: t.array(t.string),
}, "reached");
export type Reached = t.TypeOf<typeof Reached>;

/** What the report says; everything sorted. */
export const reachedIn = ({ bounds, searches, properties, coverage }: CheckReport): Reached => {
  const { geometry, domains, frames, pages, vcpus, machineDepth } = bounds;
  const named = (what: string, id: string, count: number): readonly string[] => (count > 0 ? [`${what} ${id}`] : []);
  return {
    bounds: { geometry, domains, frames, pages, vcpus, machineDepth },
    searches: Object.fromEntries(searches.map(({ name, where, from, closed, levels, statesDistinct, transitions, digest }) => [`${name}, ${where} from ${from}`, { closed, levels, states: statesDistinct, transitions, digest }])),
    properties: Object.fromEntries(properties.flatMap(({ id, judgements }) => judgements.map(({ where, from, verdict, depth }) => [`${id}, ${where} from ${from}`, { verdict, depth }]))),
    exercised: [
      ...coverage.calls.flatMap(({ id, succeeded, succeededOnMonitor }) => [...named("call", id, succeeded), ...named("call on the monitor", id, succeededOnMonitor)]),
      ...coverage.guards.flatMap(({ id, failedFirst, failedFirstOnMonitor }) => [...named("guard", id, failedFirst), ...named("guard on the monitor", id, failedFirstOnMonitor)]),
      ...coverage.moves.flatMap(({ id, taken, takenOnMonitor }) => [...named("move", id, taken), ...named("move on the monitor", id, takenOnMonitor)]),
      ...coverage.properties.flatMap(({ id, antecedent }) => named("antecedent", id, antecedent)),
    ].toSorted(),
  };
};
