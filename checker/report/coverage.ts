/** What the searches of a run exercised, and what they did not: a run that never made a call says nothing about it. */
import { isOffered } from "../../spec/offered.ts";
import type { Policy } from "../../spec/policy.ts";
import { listed } from "./layout.ts";
import type { Coverage, Diagnostic, Where } from "./model.ts";
import { mainly, type Ran } from "./verdict.ts";

/** Where, and how deep where the search is not closed, and whether it was driven beyond that. */
export const placeText = (where: Where, depth: number | null, driven: boolean): string =>
  `${where === "monitor" ? "on the monitor" : "in the specification"}${depth === null ? "" : `, to depth ${depth}`}${driven ? " and driven beyond it" : ""}`;

/** Sums over searches, ids in the order in which the searches give them. */
const summed = <E extends { readonly id: string }, K extends string>(entries: readonly E[], keys: readonly K[], read: (entry: E, key: K) => number): readonly ({ readonly id: string } & { readonly [N in K]: number })[] =>
  [...new Set(entries.map(({ id }) => id))].map((id) => ({
    id, ...Object.fromEntries(keys.map((key) => [key, entries.filter((one) => one.id === id).reduce((sum, one) => sum + read(one, key), 0)])),
  }) as { readonly id: string } & { readonly [N in K]: number });

export const coverageOf = (policy: Policy, ran: readonly Ran[]): Coverage => {
  const all = <T>(of: (coverage: Ran["result"]["coverage"]) => readonly T[]): readonly (T & { readonly where: Where })[] =>
    ran.flatMap(({ result, where }) => of(result.coverage).map((one) => ({ ...one, where })));
  return {
    calls: summed(all(({ calls }) => calls), ["succeeded", "denied", "succeededOnMonitor"], (one, key) =>
      (key === "succeededOnMonitor" ? (one.where === "monitor" ? one.succeeded : 0) : one[key]))
      .map((one) => ({ ...one, possible: isOffered(policy, one.id) })),
    guards: [...summed(all(({ guards }) => guards), ["failedFirst", "failedFirstOnMonitor"], (one, key) =>
      (key === "failedFirstOnMonitor" ? (one.where === "monitor" ? one.failedFirst : 0) : one.failedFirst))],
    moves: [...summed(all(({ moves }) => moves), ["taken", "takenOnMonitor"], (one, key) =>
      (key === "takenOnMonitor" ? (one.where === "monitor" ? one.taken : 0) : one.taken))],
    properties: [...summed(all(({ properties }) => properties), ["antecedent"], (one, key) => one[key])],
  };
};

/** What hardware does without being asked. Stated here once more: a specification that lost one of them would not miss it by itself. */
const hardware: readonly string[] = ["load", "store", "fetch"];

/** How often something happened in one place. The counts of a report are those of both. */
const own = (where: Where, all: number, onMonitor: number): number => (where === "monitor" ? onMonitor : all - onMonitor);

/** The part of the coverage that one place has by itself. */
export const coverageIn = ({ calls, moves, guards }: Omit<Coverage, "properties">, where: Where): {
  readonly calls: readonly { readonly id: string; readonly succeeded: number; readonly possible: boolean }[];
  readonly moves: readonly { readonly id: string; readonly taken: number }[];
  readonly guards: readonly { readonly id: string; readonly failedFirst: number }[];
} => ({
  calls: calls.map(({ id, succeeded, succeededOnMonitor, possible }) => ({ id, possible, succeeded: own(where, succeeded, succeededOnMonitor) })),
  moves: moves.map(({ id, taken, takenOnMonitor }) => ({ id, taken: own(where, taken, takenOnMonitor) })),
  guards: guards.map(({ id, failedFirst, failedFirstOnMonitor }) => ({ id, failedFirst: own(where, failedFirst, failedFirstOnMonitor) })),
});

/** So many names are read; beyond, the count says more. */
export const mostNames = 12;

interface Searched { readonly where: Where; readonly closed: boolean }

/**
 * Guards of calls that the policy has use for and that are nowhere the first to fail. In a specification that was searched to its end, with all labels or without, they `cannot` be, within the policy's bounds: what they refuse does not come about, or another
 * guard refuses it before. Otherwise it was not seen, in the place that is named: of the monitor, what the specification shows to be possible, or everything where that was not searched.
 */
export const silentGuards = ({ calls, guards }: Pick<Coverage, "calls" | "guards">, searched: readonly Searched[]): { readonly cannot: readonly string[]; readonly unseen: (where: Where) => readonly string[] } => {
  const ruledOut = calls.filter(({ possible }) => !possible).map(({ id }) => `${id}.`), asked = guards.filter(({ id }) => !ruledOut.some((call) => id.startsWith(call)));
  const specification = searched.filter(({ where }) => where === "specification"), exhausted = specification.some(({ closed }) => closed);
  const never = asked.filter(({ failedFirst }) => failedFirst === 0).map(({ id }) => id);
  return {
    cannot: exhausted ? never : [],
    unseen: (where) => {
      if (where === "specification") return exhausted ? [] : never;
      return specification.length === 0 ? never : asked.filter(({ failedFirst, failedFirstOnMonitor }) => failedFirst > 0 && failedFirstOnMonitor === 0).map(({ id }) => id);
    },
  };
};

/** What never happened, in each place that was searched: what the specification did says nothing of the monitor. Only a run that ended by itself can say so. */
export const vacuity = (coverage: Coverage, ran: readonly Ran[], severity: "error" | "warning", narrowed: boolean): readonly Diagnostic[] => {
  const silent = silentGuards(coverage, ran.map(({ where, result: { closed } }) => ({ where, closed })));
  return (["specification", "monitor"] as const).flatMap((where) => {
    // A search that is only there to be compared with another counts nothing.
    const here = ran.filter((one) => one.where === where && one.result.coverage.calls.length > 0);
    if (here.length === 0) return [];
    const { calls, moves } = coverageIn(coverage, where);
    const unseen = silent.unseen(where);
    const never = calls.filter(({ succeeded, possible }) => succeeded === 0 && possible).map(({ id }) => id);
    const still = [...new Set([...hardware, ...moves.map(({ id }) => id)])].filter((id) => !moves.some((move) => move.id === id && move.taken > 0));
    // Labels steer nothing: one search of the specification that closed has seen every step that there is.
    const main = mainly(here), closed = where === "specification" && main.some(({ result }) => result.closed);
    const open = closed ? [] : main.filter(({ result }) => !result.closed), depth = open.length === 0 ? null : Math.min(...open.map(({ result }) => result.depth));
    const driven = here.some(({ from }) => from === "driven"), place = placeText(where, depth, driven), motionless = depth === 0 && !driven;
    // Where not one step was taken, all names say no more than that.
    const names = (ids: readonly string[], noun: string): string => (motionless ? `any ${noun}` : ids.join(", "));
    const missing = (code: string, ids: readonly string[], noun: string, what: string, fix: string): readonly Diagnostic[] =>
      (ids.length === 0 ? [] : [{ code, severity, message: `${what}, so that nothing is known of what it would do: ${names(ids, noun)} (${place})`, location: null, fix }]);
    return [
      ...missing("CALL_NEVER_SUCCEEDED", never, "call", "never succeeded", "give the boot image or the bounds what the call needs, or search deeper"),
      ...missing("MOVE_NEVER_TAKEN", still, "move", "never happened", "let some domain map a page with that right"),
      // Without some of the calls little comes about that a guard would refuse; where not one step was taken, the lines above say it.
      ...(narrowed || motionless || unseen.length === 0 ? [] : [{
        code: "GUARD_NEVER_FAILED", severity, message: `never the first to fail, so that nothing shows that it is there: ${listed(unseen, mostNames)} (${place})`, location: null,
        fix: "give the boot image or the bounds what the guard refuses, or search deeper",
      }]),
    ];
  });
};
