/** With `--vacuity error` the monitor is driven to what its search has missed, and what it does wrong there is found. */
import { readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CheckReport } from "../../checker/report/model.ts";
import { decode } from "../../checker/policy/decode.ts";
import type { Json } from "../../checker/policy/json.ts";
import { bundlePatched } from "../regress/bundle.ts";
import { refmon, root, testFolder } from "./refmon.ts";

/** To release a slot takes five steps from this boot image. */
const shallow = ["check", "policies/fast-channel.json", "--depth", "1", "--no-timing"];

it("says along how many runs, what was reached there, and the same for any number of workers", { timeout: 120_000 }, () => {
  const [one, two] = ["1", "2"].map((workers) => refmon([...shallow, "--no-traces", "--vacuity", "error", "--workers", workers, "--reporter", "json"]));
  expect([one?.status, two?.stdout]).toEqual([0, one?.stdout]);
  const report = decode(CheckReport, JSON.parse(one?.stdout ?? "") as Json);
  if (!report.ok) throw new Error(JSON.stringify(report.problems));
  const { searches, properties, coverage, diagnostics } = report.value, driven = searches.find(({ from }) => from === "driven");
  expect(driven?.runs).toBeGreaterThan(10);
  expect(driven).toMatchObject({ name: "fast-channel", where: "monitor", closed: false, exact: true, levels: 6, state: "complete" });
  expect(diagnostics).toEqual([]);
  expect(coverage.calls.filter(({ possible, succeededOnMonitor }) => possible && succeededOnMonitor === 0)).toEqual([]);
  const on = (id: string): unknown => properties.find((property) => property.id === id)?.judgements.filter(({ where }) => where === "monitor").map(({ from, verdict }) => [from, verdict]);
  expect(on("P25")).toEqual([["boot", "vacuous"], ["driven", "holds-bounded"]]);
  expect(on("P23")).toEqual([["boot", "holds-bounded"]]);
});

it("finds a mistake in a call that no search of that depth makes, and says that its trace was driven to", { timeout: 120_000 }, async () => {
  const folder = testFolder(), program = join(folder, "refmon.mjs"), traces = join(folder, "traces");
  await bundlePatched("cli/main.ts", [{ file: "monitor/calls/release.ts", find: "  setParent(m, domain, NONE); // spec: release.effect\n", replace: "" }], program);
  const run = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string } => spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: "utf8" });
  expect(run(...shallow, "--no-traces").status).toBe(0);
  const { status, stdout } = run(...shallow, "--vacuity", "error", "--traces", traces);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^ {2}monitor .* {2}driven along \d+ runs of up to 5 steps$/m);
  expect(stdout).toMatch(/^violated {2}P25 teardown {3}CE-[0-9a-f]+ {3}5 steps, driven {3}on the monitor, where the specification holds$/m);
  expect(stdout).toContain("\n  again: refmon check policies/fast-channel.json --depth 1 --vacuity error\n");
  const written = readdirSync(traces).filter((name) => name.endsWith(".json"));
  expect(written.length).toBeGreaterThan(0);
  for (const name of written) expect(run("replay", join(traces, name), "--expect", "violation").status).toBe(0);
});
