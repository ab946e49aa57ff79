/** Domains that never run, and the claims that say nothing because of them. */
import { claimId } from "../spec/claims.ts";
import type { Policy } from "../spec/policy.ts";
import { runningProperties } from "../spec/running.ts";
import type { Ran } from "./report/verdict.ts";

type Result = Ran["result"];

const measuring = (result: Result, properties: Result["coverage"]["properties"]): Result => ({ ...result, coverage: { ...result.coverage, properties } });

/** Domains that no vCPU ever ran in a search of the specification; `null` if it did not look, or is not exhausted. */
export const idleIn = (policy: Policy, { closed, coverage: { properties } }: Result): readonly string[] | null => {
  const running = runningProperties(policy), reached = running.map((one) => properties.find(({ id }) => id === one.id)?.antecedent);
  return !closed || reached.includes(undefined) ? null : policy.domains.filter((_, i) => reached[i] === 0);
};

/** What a search says of the properties that somebody asked for. */
export const withoutRunning = (policy: Policy, result: Result): Result => {
  const running = runningProperties(policy).map(({ id }) => id);
  return measuring(result, result.coverage.properties.filter(({ id }) => !running.includes(id)));
};

/** Who never runs cannot break a claim, in the specification or on the monitor: one that has no other subject was reached by nothing. */
export const withoutIdle = (policy: Policy, idle: readonly string[], ran: readonly Ran[]): readonly Ran[] => {
  const empty = (policy.claims ?? []).filter(({ subject }) => idle.includes(subject)).map(claimId);
  return ran.map((one) => (one.from !== "boot" && one.from !== "driven" ? one
    : { ...one, result: measuring(one.result, one.result.coverage.properties.map((measured) => (empty.includes(measured.id) ? { ...measured, antecedent: 0 } : measured))) }));
};
