/** What holds: on the shipped policy, and on policies that have everything, a family, and hardly an edge. */
import { expect, it } from "vitest";
import { declassified } from "../../../checker/flow/declassified.ts";
import type { Policy } from "../../../spec/policy.ts";
import { conflictsOf, policyIn, type Depths } from "./conflicts.ts";

const cases: readonly (readonly [string, Depths])[] = [
  ["policies/untrusted-library.json", { structure: 3, secrets: 2 }],
  ["test/checker/refine/whole.json", { structure: 2, secrets: 1 }],
  ["test/checker/refine/family.json", { structure: 2, secrets: 1 }],
  ["test/regress/policies/leaks.json", { structure: 2, secrets: 1 }],
  ["test/checker/flow/strangers.json", { structure: 2, secrets: 2 }],
];

it.each(cases)("holds on %s", { timeout: 240_000 }, async (path, depths) => {
  const { found, judged } = await conflictsOf(policyIn(path), depths, declassified);
  expect(found.map(({ property, leak }) => ({ property, leak }))).toEqual([]);
  expect(Object.values(judged).every((count) => count > 0)).toBe(true);
});

/** On SEV-SNP, where the host may move memory once: a device and a host that reach it, domains that do not, a page that is taken back with another's memory behind it, and a grant that ends. */
const moving: readonly (readonly [string, Depths])[] = [
  ["test/checker/refine/tiny.json", { structure: 2, secrets: 1 }],
  ["test/regress/policies/port.json", { structure: 2, secrets: 1 }],
  ["test/regress/policies/snp.json", { structure: 3, secrets: 1 }],
  ["policies/fast-channel.json", { structure: 2, secrets: 1 }],
];

it.each(moving)("holds on %s across what the host does to memory", { timeout: 240_000 }, async (path, depths) => {
  const policy: Policy = { ...policyIn(path), platform: "sev-snp", adversary: { hostMoves: 1 } };
  const { found, judged } = await conflictsOf(policy, depths, declassified);
  expect(found.map(({ property, leak }) => ({ property, leak }))).toEqual([]);
  const { judged: still } = await conflictsOf({ ...policy, adversary: { hostMoves: 0 } }, { structure: 1, secrets: 0 }, declassified);
  const { judged: once } = await conflictsOf(policy, { structure: 1, secrets: 0 }, declassified);
  expect(Object.values(judged).every((count) => count > 0)).toBe(true);
  // What the host does is a step like others, in one of the two.
  expect((once["P23"] ?? 0) + (once["P24"] ?? 0)).toBeGreaterThan((still["P23"] ?? 0) + (still["P24"] ?? 0));
});

/** Where an entry is needed, and the property that says so without it. */
const needed: Readonly<Record<string, readonly [string, number, string]>> = {
  "answer-to-a-grant": ["policies/untrusted-library.json", 1, "P23"],
  "slot-in-use": ["test/checker/flow/strangers.json", 1, "P23"],
  estate: ["test/checker/flow/strangers.json", 1, "P23"],
  "end-of-a-grant": ["test/checker/flow/strangers.json", 1, "P23"],
  "change-of-driver": ["test/checker/flow/strangers.json", 1, "P23"],
  "shared-frame-reclaimed": ["test/checker/flow/strangers.json", 2, "P23"],
  "memory-of-the-host": ["test/regress/policies/snp.json", 1, "P23"],
  aborted: ["test/checker/flow/strangers.json", 3, "P23"],
};

it.each(declassified.map(({ id }) => id))("is not to be had without declassifying %s", { timeout: 120_000 }, async (id) => {
  const [path, depth, property] = needed[id] ?? ["", 0, ""];
  const { found } = await conflictsOf(policyIn(path), { structure: depth, secrets: 0 }, declassified.filter((entry) => entry.id !== id));
  expect(found.map((one) => one.property)).toContain(property);
  expect(Math.min(...found.map(({ actions }) => actions.length))).toBe(depth);
});
