/** Judges nothing: for runs that are only looked on at. */
import type { Judge } from "./judge.ts";

const nothing = (): void => undefined;

export const idleJudge = (clauses: number): Judge => ({
  antecedents: new Float64Array(clauses), reachedInside: new Float64Array(clauses), enter: nothing, watch: nothing, unwatch: nothing, state: () => null, fresh: () => null, contexts: nothing, against: nothing, step: nothing,
  exactDenial: nothing, differs: nothing, malformed: nothing, again: nothing,
});
