/** The scripts of this repository end with exit code 2 where they are asked for what there is not: a run that measured nothing never looks like a pass. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { root } from "../cli/refmon.ts";

describe("scripts", () => {
  it.each([
    ["bench/main.ts", ["--round", "1"], "Unknown option '--round'"], ["bench/main.ts", ["--rounds", "0"], "--rounds: expected 1 to 99, found 0"], ["bench/main.ts", ["--model", "x"], "--model: expected pages or pair, found x"],
    ["bench/main.ts", ["--json", "no/such/folder/rows.json"], "--json: ENOENT"],
    ["test/fuzz/main.ts", ["--runs", "many"], "--runs: expected 1 to 1000000000, found many"], ["test/regress/main.ts", ["--workers", "0"], "--workers: expected 1 to 9, found 0"],
    ["test/regress/main.ts", ["no such patch"], "no patch is called no such patch"], ["test/ratchet/main.ts", [], "nothing was compared"],
  ] as const)("refuse: %s %j", (script, args, message) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "./build/strip-types.mjs", script, ...args], { cwd: root, encoding: "utf8" });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});
