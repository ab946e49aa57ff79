/** From the text of a policy file to a policy, or to everything that is wrong with it. */
import { Policy, type Platform } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import { illFormed } from "../../spec/well-formed.ts";
import { decode } from "./decode.ts";
import { largeProblems } from "./large.ts";
import { parseJson, type Json, type JsonText } from "./json.ts";
import { duplicateProblems, nameProblems, sizeProblems } from "./names.ts";
import type { Problem } from "./problem.ts";
import { levelProblems } from "./levels.ts";
import { ruleProblems } from "./rules.ts";

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy; lineOf(pointer: string): number | undefined }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Bytes. Checked before reading. */
export const largestPolicy = 1024 * 1024;

/** A change of the policy's own platform and bounds from the command line. */
export interface Override { readonly platform?: Platform; readonly pages?: number; readonly vcpus?: number; readonly machineDepth?: number }

/** What was asked for; further vCPUs run what the first one runs. */
const overridden = (policy: Policy, { platform, pages, vcpus, machineDepth }: Override): Policy => {
  const running = vcpus === undefined ? policy.boot.running
    : Array.from({ length: vcpus }, (_, v) => policy.boot.running[v] ?? policy.boot.running[0] ?? policy.scheduler);
  return {
    ...policy, platform: platform ?? policy.platform,
    bounds: { ...policy.bounds, pages: pages ?? policy.bounds.pages, vcpus: vcpus ?? policy.bounds.vcpus, machineDepth: machineDepth ?? policy.bounds.machineDepth },
    boot: { ...policy.boot, running },
  };
};

const valueAt = (json: Json, pointer: string): Json => pointer.split("/").slice(1)
  .reduce<Json>((value, step) => (typeof value === "object" && value !== null ? (value as { readonly [key: string]: Json })[step] ?? null : null), json);

/** A parent that is missing is no wrong value that could be shown. */
const orphanAt = ({ domains: [root], boot: { domains } }: Policy, condition: string, pointer: string): { readonly name: string; readonly root: string } | null => {
  const domain = condition === "parents-tree" ? domains.find((_, i) => pointer === `/boot/domains/${i}`) : undefined;
  return domain === undefined || domain.parent !== undefined || root === undefined ? null : { name: domain.name, root };
};

/** What mends it, where the mistake is more likely in the rules than in the image. */
const mending = ({ boot: { frames, grants }, scheduler }: Policy, condition: string, pointer: string): string | null => {
  if (condition === "scheduler-calls-no-gate") return `leave \`${scheduler}\` out of \`from\`, or name another scheduler`;
  const grant = condition === "grants-owned" ? grants.find((_, i) => pointer === `/boot/grants/${i}`) : undefined;
  const owner = frames.find(({ name }) => name === grant?.frame)?.owner;
  return grant === undefined || owner === undefined || owner === grant.to ? null : `remove the grant, or let a share rule allow it: from \`${owner}\` to \`${grant.to}\` with \`${grant.access}\``;
};

const bootProblems = (policy: Policy, json: Json): readonly Problem[] => illFormed(policy, systemsOf(policy)[0]).map((broken) => ({ ...broken, orphan: orphanAt(policy, broken.condition, broken.pointer), fix: mending(policy, broken.condition, broken.pointer) })).map(({ condition, sentence, pointer, orphan, fix }) => ({
  code: "NOT_WELL_FORMED", pointer, sentence: `${pointer.startsWith("/boot") ? "the boot image" : "the policy"} is not well formed (${condition})${orphan === null ? "" : `: ${orphan.name} has no parent`}`, expected: sentence,
  ...(fix === null ? {} : { fix }), ...(orphan === null ? {} : { fix: `add "parent": "${orphan.root}"` }),
  ...(valueAt(json, pointer) === null ? {} : { found: JSON.stringify(valueAt(json, pointer)).slice(0, 120) }),
}));

const withLines = (json: JsonText, problems: readonly Problem[]): readonly Problem[] => problems.map((problem) => {
  const line = problem.line ?? json.lineOf(problem.pointer);
  return line === undefined ? problem : { ...problem, line };
});

/**
 * Reads a policy. The checks build on each other: the first of syntax, types, duplicates, names, rules, levels, sizes, large pages and boot image that finds something ends the reading, so that no
 * message is the echo of another.
 */
export const readPolicy = (text: string, override: Override): PolicyResult => {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const { json } = parsed;
  const decoded = decode(Policy, json.value);
  if (!decoded.ok) return { ok: false, problems: withLines(json, decoded.problems) };
  const policy = overridden(decoded.value, override);
  for (const check of [duplicateProblems, nameProblems, ruleProblems, levelProblems, sizeProblems, largeProblems, bootProblems]) {
    const problems = check(policy, json.value);
    if (problems.length > 0) return { ok: false, problems: withLines(json, problems) };
  }
  return { ok: true, policy, lineOf: json.lineOf };
};
