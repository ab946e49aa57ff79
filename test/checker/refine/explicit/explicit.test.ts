/**
 * The other direction of the argument about saturating caches: where real ones, finite, with a choice at each fill and eviction, are explored one by one, nothing fails that does not
 * fail on the saturating machine, and nothing fails there alone.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundlePatched } from "../../../regress/bundle.ts";
import { patchNamed } from "../../../regress/catalogue.ts";
import type { Edit } from "../../../regress/patch.ts";
import type { Verdicts } from "./verdicts.ts";

const policy = join(import.meta.dirname, "policy.json");
/** Two entries at once: no property looks at more than two translations, and a walk that is under way is one. */
const CAPACITY = 2;
const DEPTH = 1;

let folder = "";
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "refmon-explicit-")); });
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const judged = async (name: string, edits: readonly Edit[]): Promise<Verdicts> => {
  const program = join(folder, `${name}.mjs`);
  await bundlePatched("test/checker/refine/explicit/verdicts.ts", edits, program);
  const { stdout, stderr } = spawnSync(process.execPath, [program, policy, String(DEPTH), String(CAPACITY)], { encoding: "utf8" });
  if (stdout === "") throw new Error(`${name}: no verdicts\n${stderr}`);
  return JSON.parse(stdout) as Verdicts;
};

/** What forgets to forget, and what that breaks on this policy in one step. Here nothing that is written can be executed, since a device writes it: P7 asks for nothing, and what is left over is a right. */
const stale = [
  ["p2-flush-on-the-local-cpu-only", "P2"], ["p7-protect-without-flush", "P11"], ["p11-flush-before-the-clear", "P11"], ["p11-unmap-without-flush", "P11"], ["p12-table-removed-under-a-walk", "P12"],
  ["p16-completion-not-awaited", "P16"], ["p16-drain-before-the-clear", "P16"], ["p19-root-in-use-reclaimed", "P19"],
] as const;

describe("real caches, explored with every fill and every eviction,", () => {
  it("show nothing of the monitor as it is, and are filled inside calls while it runs", { timeout: 240_000 }, async () => {
    const { saturating, explicit } = await judged("unpatched", []);
    expect([saturating, explicit.violated]).toEqual([[], []]);
    expect(explicit.states).toBeGreaterThan(10 * explicit.uncached);
    expect(explicit.filledInside).toBeGreaterThan(500);
  });

  it.each(stale)("%s breaks the same properties as on saturating ones", { timeout: 120_000 }, async (name, property) => {
    const { saturating, explicit } = await judged(name, patchNamed(name).edits);
    expect(saturating).toContain(property);
    expect(explicit.violated).toEqual(saturating);
  });
});
