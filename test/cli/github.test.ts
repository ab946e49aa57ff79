import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { refmon, testFolder } from "./refmon.ts";

const leaky = ["check", "policies/examples/leaky.json", "--property", "C:library-learns-no-secret", "--depth", "0", "--no-timing", "--no-traces"];

it("is told about violations under GitHub Actions, unasked, beside a report that stays the same", () => {
  const summary = join(testFolder(), "summary.md");
  writeFileSync(summary, "An earlier step.\n");
  const elsewhere = refmon(leaky), there = refmon(leaky, { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary } });
  expect([there.status, there.stdout]).toEqual([1, elsewhere.stdout]);
  expect(elsewhere.stderr).toBe("");
  expect(there.stderr).toMatch(/^::error file=policies\/examples\/leaky\.json,line=11,title=.*\n::notice file=policies\/examples\/leaky\.json,line=1,title=NOT_SEARCHED::.*\n$/);
  expect(readFileSync(summary, "utf8")).toMatch(/^An earlier step\.\n<!-- refmon check -->\n## refmon check\n/);
});

it("is told once where it was asked for", () => {
  const { stdout, stderr } = refmon([...leaky, "--reporter", "github"], { env: { GITHUB_ACTIONS: "true" } });
  expect([stdout.match(/^::\w+/gm), stderr]).toEqual([["::error", "::notice"], ""]);
});

it("gives the verdict also where the summary cannot be written", () => {
  const { status, stderr } = refmon(leaky, { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: testFolder() } });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^refmon: the step summary .* cannot be written: this is a directory$/m);
});
