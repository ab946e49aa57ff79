/** The policy on which seeded bugs are found: small, and with every call and move in reach. */
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { readPolicy } from "../../checker/policy/read.ts";
import type { Policy } from "../../spec/policy.ts";

export const seededPolicyPath = join(import.meta.dirname, "policies", "seeded.json");

const read = readPolicy(readFileSync(seededPolicyPath, "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));

export const seeded: Policy = read.policy;
