/** What a search of the machine has counted, and what it covered by that. */
import type { System } from "../../spec/lang/system.ts";
import type { Coverage } from "../explore/result.ts";
import type { CallRow } from "./actions.ts";
import type { Judge } from "./judge.ts";

export interface Tally {
  callsRun: number;
  transitions: number;
  readonly succeeded: Float64Array;
  /** By transition: denials, and those for an argument out of range. */
  readonly denied: Float64Array;
  readonly outOfRange: Float64Array;
  /** By transition and guard. */
  readonly failedFirst: readonly Float64Array[];
  /** Calls by numbers that mean none. */
  unknown: number;
}

export const createTally = ({ transitions }: System): Tally => ({
  callsRun: 0, transitions: 0, succeeded: new Float64Array(transitions.length), denied: new Float64Array(transitions.length),
  outOfRange: new Float64Array(transitions.length), failedFirst: transitions.map(({ guards }) => new Float64Array(guards.length)), unknown: 0,
});

/** What has been counted since it was last taken. */
export const takeTally = (tally: Tally): Tally => {
  const taken = { ...tally, succeeded: tally.succeeded.slice(), denied: tally.denied.slice(), outOfRange: tally.outOfRange.slice(), failedFirst: tally.failedFirst.map((counts) => counts.slice()) };
  tally.callsRun = 0;
  tally.transitions = 0;
  tally.unknown = 0;
  for (const counts of [tally.succeeded, tally.denied, tally.outOfRange, ...tally.failedFirst]) counts.fill(0);
  return taken;
};

/** Adds counts to others, one by one. */
export const addCounts = (total: Float64Array, more: Float64Array): void => {
  for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (more[i] ?? 0);
};

export const addTally = (total: Tally, more: Tally): void => {
  total.callsRun += more.callsRun;
  total.transitions += more.transitions;
  total.unknown += more.unknown;
  addCounts(total.succeeded, more.succeeded);
  addCounts(total.denied, more.denied);
  addCounts(total.outOfRange, more.outOfRange);
  total.failedFirst.forEach((counts, i) => { addCounts(counts, more.failedFirst[i] ?? counts); });
};

const increment = (counts: Float64Array, at: number): void => { counts[at] = (counts[at] ?? 0) + 1; };

/** `outcome` is the specification's: 0 or less, or one more than the index of the guard that fails first. */
export const countCall = (tally: Tally, row: CallRow, code: number, outcome: number): void => {
  if (row.transition < 0) {
    tally.unknown++;
    return;
  }
  increment(code === 0 ? tally.succeeded : tally.denied, row.transition);
  if (code === 0) return;
  const failed = tally.failedFirst[row.transition];
  if (row.fixed >= 0) increment(tally.outOfRange, row.transition);
  else if (failed !== undefined && outcome > 0) increment(failed, outcome - 1);
};

export const countMove = (tally: Tally, transition: number): void => { increment(tally.succeeded, transition); };

/** How often antecedents were reached; what only steps inside calls reached counts once. */
export const coverageOf = ({ transitions, properties }: System, tally: Tally, { antecedents, reachedInside }: Pick<Judge, "antecedents" | "reachedInside">): Coverage => {
  const calls = transitions.flatMap((transition, i) => (transition.kind === "call" ? [{ transition, i }] : []));
  const moves = transitions.flatMap((transition, i) => (transition.kind === "move" ? [{ id: transition.name, taken: tally.succeeded[i] ?? 0 }] : []));
  const guards = calls.flatMap(({ transition: { name, own: parameters, guards: own }, i }) => {
    const outOfRange = tally.outOfRange[i] ?? 0;
    // Ranges of single arguments are no clause of the specification: its types say them.
    const rows = own.map(({ id }, g) => ({ id: `${name}.${id}`, failedFirst: (tally.failedFirst[i]?.[g] ?? 0) + (id === "arguments" ? outOfRange : 0) }));
    if (own.some(({ id }) => id === "arguments") || parameters.length === 0) return rows;
    return [{ id: `${name}.${parameters.some(({ type }) => type.name === "Gate") ? "gate-exists" : "arguments"}`, failedFirst: outOfRange }, ...rows];
  });
  return {
    calls: calls.map(({ transition, i }) => ({ id: transition.name, succeeded: tally.succeeded[i] ?? 0, denied: tally.denied[i] ?? 0 })),
    guards: [...guards, { id: "unknown.call", failedFirst: tally.unknown }],
    moves,
    // A denial is exact or not where a call is run, whatever its formula can say of a state in which none was.
    properties: properties.flatMap(({ id, place }, clause) => (place === "A" ? [] : [{ id, clause, antecedent: id === "P20" ? tally.callsRun : (antecedents[clause] || reachedInside[clause]) ?? 0 }])),
  };
};
