/** A handful of the seeded bugs, as `npm run regress` judges all of them; and that it does not let pass what is not as a patch says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./bundle.ts";
import { applyEdit, readPatch } from "./patch.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refmon-patched-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regress = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync(process.execPath, ["--import", "./build/strip-types.mjs", join(import.meta.dirname, "main.ts"), ...args], { cwd: root, encoding: "utf8" });

it("bugs are found, by the properties that are there for them", { timeout: 240_000 }, () => {
  const { status, stdout, stderr } = regress("p2-withdraw-without-shootdown", "p11-unmap-without-flush", "p12-table-removed-under-a-walk", "p17-interrupt-runs-the-scheduler");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^ok {6}p11-unmap-without-flush +P11 after 1/m);
  expect(stdout).toMatch(/^p2-withdraw-without-shootdown +#/m);
  expect(stdout).toMatch(/\n5 passed, 0 failed\n$/);
  expect(status).toBe(0);
});

it("a name of no patch is an error", { timeout: 60_000 }, () => {
  const { status, stderr } = regress("p99");
  expect(stderr).toBe("no patch is called p99\n");
  expect(status).toBe(2);
});

it("a patch is read whole, or not at all", () => {
  const path = join(folder, "patch.txt");
  const text = ["A bug.", "policy seeded", "depth 3", "needs dma", "violates P16 after 2", "first P3 because it is so", "file hw/a.ts", "find", "  one", "  two", "replace", "end", "file hw/b.ts", "find", "x", "replace", "y", "end", ""];
  writeFileSync(path, text.join("\n"));
  expect(readPatch(path)).toEqual({
    bug: "A bug.", policy: "seeded", depth: 3, needs: "dma", property: "P16", steps: 2, first: { property: "P3", because: "it is so" },
    edits: [{ file: "hw/a.ts", find: "  one\n  two", replace: "" }, { file: "hw/b.ts", find: "x", replace: "y" }],
  });
  writeFileSync(path, text.slice(0, -2).join("\n"));
  expect(() => readPatch(path)).toThrow("is no patch");
});

it("an edit applies to what stands there once", () => {
  const source = readFileSync(join(root, "monitor", "access.ts"), "utf8");
  expect(() => applyEdit(source, { file: "monitor/access.ts", find: "no such text", replace: "" })).toThrow("0 times");
  expect(() => applyEdit(source, { file: "monitor/access.ts", find: "access(", replace: "" })).toThrow("times");
});
