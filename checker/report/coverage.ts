/** What the searches of a run exercised, and what they did not: a run that never made a call says nothing about it. */
import type { Policy } from "../../spec/policy.ts";
import type { Coverage, Diagnostic, Where } from "./model.ts";
import type { Ran } from "./verdict.ts";

const sharing: readonly string[] = ["grant", "accept", "relinquish", "revoke"];

/** Whether a policy leaves the call a chance to succeed; without a share rule, for example, nothing is ever granted. */
const isPossible = (policy: Policy, call: string): boolean => {
  if (call === "create") return (policy.create ?? []).length > 0;
  if (sharing.includes(call)) return (policy.share ?? []).length > 0;
  if (["destroy", "release", "reclaim"].includes(call)) return (policy.create ?? []).length > 0 || policy.boot.domains.length > 1;
  if (["seal", "donate"].includes(call)) return (policy.create ?? []).length > 0 || policy.boot.domains.some(({ phase }) => phase === "building");
  return true;
};

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
      .map((one) => ({ ...one, possible: isPossible(policy, one.id) })),
    guards: [...summed(all(({ guards }) => guards), ["failedFirst"], (one, key) => one[key])],
    moves: [...summed(all(({ moves }) => moves), ["taken", "takenOnMonitor"], (one, key) =>
      (key === "takenOnMonitor" ? (one.where === "monitor" ? one.taken : 0) : one.taken))],
    properties: [...summed(all(({ properties }) => properties), ["antecedent"], (one, key) => one[key])],
  };
};

/** What hardware does without being asked. Stated here once more: a specification that lost one of them would not miss it by itself. */
const hardware: readonly string[] = ["load", "store", "fetch"];

/** What never happened. Only a run that ended by itself can say so. */
export const vacuity = (coverage: Coverage, severity: "error" | "warning"): readonly Diagnostic[] => {
  const calls = coverage.calls.filter(({ succeeded, possible }) => succeeded === 0 && possible).map(({ id }) => id);
  const moves = [...new Set([...hardware, ...coverage.moves.map(({ id }) => id)])].filter((id) => !coverage.moves.some((move) => move.id === id && move.taken > 0));
  const missing = (code: string, ids: readonly string[], never: string, fix: string): readonly Diagnostic[] =>
    (ids.length === 0 ? [] : [{ code, severity, message: `${never}, so that nothing is known of what it would do: ${ids.join(", ")}`, location: null, fix }]);
  return [
    ...missing("CALL_NEVER_SUCCEEDED", calls, "never succeeded", "give the boot image or the bounds what the call needs, or search deeper"),
    ...missing("MOVE_NEVER_TAKEN", moves, "never happened", "let some domain map a page with that right"),
  ];
};
