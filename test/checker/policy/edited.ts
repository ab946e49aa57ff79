/** The shipped policy with one text replaced, so that each bad input differs in one place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeProblem } from "../../../checker/policy/problem.ts";
import { readPolicy, type Override } from "../../../checker/policy/read.ts";

export const shipped = readFileSync(join(import.meta.dirname, "../../../policies/untrusted-library.json"), "utf8");

export const edited = (...edits: readonly (readonly [find: string, replace: string])[]): string => edits.reduce((text, [find, replace]) => {
  if (!text.includes(find)) throw new Error(`the policy has no ${find}`);
  return text.replace(find, () => replace);
}, shipped);

/** The messages that a user would see. */
export const messages = (text: string, override: Override = {}): string => {
  const read = readPolicy(text, override);
  return read.ok ? "ok" : read.problems.flatMap((problem) => describeProblem("policy.json", problem)).join("\n");
};
