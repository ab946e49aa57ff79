/** Walks through the command line, as a user takes them: of the monitor as it is, and of one with a bug that lies deeper than the search of its policy goes. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode } from "../../../checker/policy/decode.ts";
import { SimulateReport } from "../../../checker/report/simulation.ts";
import { bundle, refmon, root, testFolder, type Ended } from "../../cli/refmon.ts";
import { bundlePatched } from "../../regress/bundle.ts";
import { readPatch } from "../../regress/patch.ts";

const policy = join(root, "policies/untrusted-library.json");
const patch = readPatch(join(import.meta.dirname, "map-unauthorised-while-building.txt"));
let folder = "", patched = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "refmon-simulate-"));
  patched = join(folder, "patched.mjs");
  await bundlePatched("cli/main.ts", patch.edits, patched);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = (program: string, args: readonly string[], cwd: string): Ended => spawnSync(process.execPath, [program, ...args], { cwd, encoding: "utf8", env: { PATH: process.env["PATH"] }, maxBuffer: 1 << 26 });

const reportOf = (text: string): SimulateReport => {
  const report = decode(SimulateReport, JSON.parse(text) as never);
  if (!report.ok) throw new Error(JSON.stringify(report.problems));
  return report.value;
};

describe("a bug deeper than the search of the policy goes", () => {
  const calls = ["destroy", "reclaim", "release", "create", "donate", "table_add", "map"].flatMap((call) => ["--call", call]);

  it(`takes ${patch.depth} steps at least, by the search of the calls that it needs`, { timeout: 120_000 }, () => {
    const search = ["check", policy, "--property", "P20", ...calls, "--budget", "1000states", "--no-traces", "--reporter", "json"];
    const depthOf = (depth: number): unknown => {
      const { properties } = JSON.parse(run(patched, [...search, "--depth", String(depth)], folder).stdout) as { readonly properties: readonly { readonly counterexample?: { readonly steps: readonly unknown[] } }[] };
      return properties[0]?.counterexample?.steps.length;
    };
    expect([depthOf(patch.depth - 1), depthOf(patch.depth)]).toEqual([undefined, patch.depth]);
  });

  it.each([1])("is found with seed %i, shrunk to as many, and replayed", { timeout: 120_000 }, (seed) => {
    const where = testFolder(), found = run(patched, ["simulate", policy, "--walks", "40", "--seed", String(seed), "--reporter", "json", "--no-timing"], where);
    expect(found.status).toBe(1);
    const { finding, run: { steps, walks }, command } = reportOf(found.stdout);
    expect(finding?.counterexample.steps).toHaveLength(patch.depth);
    expect(finding?.minimal).toBe(true);
    expect([finding?.property, ...finding?.also ?? []]).toContain("P20");
    expect(steps).toBeGreaterThan(patch.depth);
    expect(walks).toBe(finding?.walk);
    // The trace replays on the monitor with the bug, and does not on the one without.
    const [trace = ""] = readdirSync(join(where, ".refmon"));
    expect(trace).toBe(`${finding?.counterexample.id ?? ""}.json`);
    expect(run(patched, ["replay", join(".refmon", trace), "--expect", "violation"], where)).toMatchObject({ status: 0, stdout: expect.stringContaining("confirmed") });
    expect(refmon(["replay", join(".refmon", trace), "--expect", "ok"], { cwd: where }).status).toBe(0);
    // The command of the report gives the report again.
    expect(run(patched, [...command.split(" ").slice(1), "--reporter", "json", "--no-timing"], where).stdout).toBe(found.stdout);
  });
});

describe("a bug that shows where the host moves memory of the monitor, and nowhere else", () => {
  it("is found, shrunk to that move, and replayed; the same seed gives the same bytes", { timeout: 120_000 }, async () => {
    const where = testFolder(), program = join(where, "patched.mjs"), besieged = join(root, "test/regress/policies/snp.json");
    await bundlePatched("cli/main.ts", readPatch(join(root, "test/regress/patches/p14-rmp-begins-a-frame-later.txt")).edits, program);
    const walk = (): Ended => run(program, ["simulate", besieged, "--walks", "40", "--length", "30", "--seed", "2", "--reporter", "json", "--no-timing"], where);
    const found = walk(), { finding } = reportOf(found.stdout);
    expect(found.status).toBe(1);
    expect(finding).toMatchObject({ property: "P14", minimal: true, counterexample: { steps: [{ by: "host", title: expect.stringMatching(/^(remap monitor:0|RMP of system frame 0) /) }] } });
    expect(finding?.after).toBeGreaterThan(1);
    expect(run(program, ["replay", finding?.counterexample.id ?? "", "--expect", "violation"], where).status).toBe(0);
    expect(refmon(["replay", finding?.counterexample.id ?? "", "--expect", "ok"], { cwd: where }).status).toBe(0);
    expect(walk().stdout).toBe(found.stdout);
  });
});

describe("the monitor as it is", () => {
  it("breaks nothing on the real geometry with more domains than the policy has, and the same seed gives the same bytes", { timeout: 120_000 }, () => {
    const args = ["simulate", policy, "--geometry", "4x9", "--domains", "3", "--frames", "16", "--pages", "3", "--walks", "2", "--length", "60", "--no-timing", "--reporter", "json", "--no-traces"];
    const one = refmon([...args, "--seed", "11"]), report = reportOf(one.stdout);
    expect(report.finding).toBeNull();
    expect(report.run).toMatchObject({ state: "complete", seed: 11, walks: 2, steps: 120 });
    expect(report.run.states).toBeGreaterThan(20);
    expect(report.added.domains).toEqual([{ name: "lib.1", like: "lib" }]);
    expect(report.added.frames.map(({ name }) => name)).toEqual(["app.L2.0", "app.L3.0", "lib.L2.0", "lib.L3.0", "spare.1", "spare.2", "spare.3", "spare.4", "spare.5", "spare.6"].slice(0, report.added.frames.length));
    expect(one.status).toBe(0);
    expect(refmon([...args, "--seed", "11"]).stdout).toBe(one.stdout);
  });
  it("walks elsewhere with another seed", () => {
    const distinct = [1, 2].map((seed) => reportOf(refmon(["simulate", policy, "--walks", "1", "--no-timing", "--reporter", "json", "--seed", String(seed)]).stdout).coverage);
    expect(distinct[0]).not.toEqual(distinct[1]);
  });

  it("ends soon on a signal, with exit code 130 and a valid partial report", async () => {
    const child = spawn(process.execPath, [bundle, "simulate", policy, "--walks", "100000", "--reporter", "json"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
    const ended = new Promise<number | null>((resolve) => { child.on("close", resolve); });
    setTimeout(() => { child.kill("SIGINT"); }, 3000);
    expect(await ended).toBe(130);
    const report = reportOf(stdout);
    expect(report.run).toMatchObject({ state: "interrupted", asked: 100_000 });
    expect(report.run.steps).toBeGreaterThan(0);
    expect(new Set(report.properties.map(({ verdict }) => verdict))).toEqual(new Set(["inconclusive"]));
  });
});
