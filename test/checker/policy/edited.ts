/** Good policies with one text replaced, so that each bad input differs in one place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeProblem } from "../../../checker/policy/problem.ts";
import { readPolicy, type Override } from "../../../checker/policy/read.ts";

export const shipped = readFileSync(join(import.meta.dirname, "../../../policies/untrusted-library.json"), "utf8");

/** A policy with gates, a device, a frame that the host sees, and levels. */
export const whole = readFileSync(join(import.meta.dirname, "whole.json"), "utf8");

type Edit = readonly [find: string, replace: string];

const editing = (policy: string) => (...edits: readonly Edit[]): string => edits.reduce((text, [find, replace]) => {
  if (!text.includes(find)) throw new Error(`the policy has no ${find}`);
  return text.replace(find, () => replace);
}, policy);

export const edited = editing(shipped);
export const editedWhole = editing(whole);

/** The messages that a user would see. */
export const messages = (text: string, override: Override = {}): string => {
  const read = readPolicy(text, override);
  return read.ok ? "ok" : read.problems.flatMap((problem) => describeProblem("policy.json", problem)).join("\n");
};
