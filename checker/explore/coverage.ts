/** What the counters of all workers together say of transitions, guards and properties. */
import type { System } from "../../spec/lang/system.ts";
import type { Counters } from "../compile/compile.ts";
import type { Coverage } from "./result.ts";

const sumOf = (all: readonly Counters[], count: (counters: Counters) => ArrayLike<number>, at: number): number => all.reduce((sum, counters) => sum + (count(counters)[at] ?? 0), 0);

/** Enabled, allowed instances of expanded states. */
export const transitionsIn = (all: readonly Counters[]): number => all.reduce((sum, { succeeded }) => sum + succeeded.reduce((total, count) => total + count, 0), 0);

export const coverageOf = (system: System, all: readonly Counters[], watched: (clause: number) => boolean): Coverage => {
  let guard = 0;
  const counted = system.transitions.map((transition, i) => ({
    transition, succeeded: sumOf(all, ({ succeeded }) => succeeded, i),
    guards: transition.guards.map(({ id }) => ({ id: `${transition.name}.${id}`, failedFirst: sumOf(all, ({ failed }) => failed, guard++) })),
  }));
  const calls = counted.filter(({ transition }) => transition.kind === "call");
  return {
    calls: calls.map(({ transition, succeeded, guards }) => ({ id: transition.name, succeeded, denied: guards.reduce((sum, { failedFirst }) => sum + failedFirst, 0) })),
    guards: calls.flatMap(({ guards }) => guards),
    moves: counted.filter(({ transition }) => transition.kind === "move").map(({ transition, succeeded }) => ({ id: transition.name, taken: succeeded })),
    properties: system.properties.flatMap(({ id }, clause) => (watched(clause)
      ? [{ id, clause, antecedent: Math.max(sumOf(all, ({ antecedent }) => antecedent, clause), Math.min(1, sumOf(all, ({ touched }) => touched, clause))) }] : [])),
  };
};
