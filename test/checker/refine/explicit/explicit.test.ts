/**
 * The other direction of the argument about saturating caches: where real ones, finite, with a choice at each fill and eviction, are explored one by one, nothing fails that does not
 * fail on the saturating machine, and nothing fails there alone.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundlePatched } from "../../../seeded/bundle.ts";
import { readPatch, type Patch } from "../../../seeded/patch.ts";
import type { Verdicts } from "./verdicts.ts";

const own = join(import.meta.dirname, "patches"), seeded = join(import.meta.dirname, "..", "..", "..", "seeded", "patches");
const policy = join(import.meta.dirname, "policy.json");
/** Two entries at once: no property looks at more than two translations, and a walk that is under way is one. */
const CAPACITY = 2;
const DEPTH = 1;

let folder = "";
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "refmon-explicit-")); });
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const judged = async (name: string, patch: Patch | null): Promise<Verdicts> => {
  const program = join(folder, `${name}.mjs`);
  await bundlePatched("test/checker/refine/explicit/verdicts.ts", patch, program);
  const { stdout, stderr } = spawnSync(process.execPath, [program, policy, String(DEPTH), String(CAPACITY)], { encoding: "utf8" });
  if (stdout === "") throw new Error(`${name}: no verdicts\n${stderr}`);
  return JSON.parse(stdout) as Verdicts;
};

/** What forgets to forget, in the folders of seeded bugs and here; each shows on this policy in one step. */
const stale: readonly (readonly [folder: string, name: string])[] = [
  ...["flush-on-the-local-cpu-only", "protect-without-flush", "unmap-without-flush", "root-in-use-reclaimed"].map((name) => [seeded, name] as const),
  ...readdirSync(own).sort().map((file) => [own, file.replace(/\.txt$/, "")] as const),
];

describe("real caches, explored with every fill and every eviction,", () => {
  it("show nothing of the monitor as it is, and are filled inside calls while it runs", { timeout: 240_000 }, async () => {
    const { saturating, explicit } = await judged("unpatched", null);
    expect([saturating, explicit.violated]).toEqual([[], []]);
    expect(explicit.states).toBeGreaterThan(10 * explicit.uncached);
    expect(explicit.filledInside).toBeGreaterThan(500);
  });

  it.each(stale)("in %s, %s breaks the same properties as on saturating ones", { timeout: 120_000 }, async (from, name) => {
    const patch = readPatch(join(from, `${name}.txt`));
    const { saturating, explicit } = await judged(name, patch);
    expect(saturating).toContain(patch.property);
    expect(explicit.violated).toEqual(saturating);
  });
});
