import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { exitCodeOf } from "../../../checker/report/exit-code.ts";
import { findingsOf } from "../../../checker/report/findings.ts";
import type { Results } from "../../../checker/report/results.ts";
import { lineIn, sample, variationsOf } from "./sample.ts";

let results: Results;
beforeAll(() => {
  results = sample();
});

it("have an error among them exactly if the exit code is not 0", () => {
  fc.assert(fc.property(variationsOf(results), (varied) => varied.reports.every((report) =>
    (exitCodeOf(report, varied.requireClosed) !== 0) === findingsOf(report, varied).some(({ severity }) => severity === "error"))), { seed: 7, numRuns: 500 });
});

it("point at the claim in the policy, then at the rule, the formula and the monitor", () => {
  const [finding] = results.reports.flatMap((report) => findingsOf(report, results));
  expect(finding).toMatchObject({ rule: "C:library-learns-no-secret", severity: "error", counterexample: { id: "CE-0a33a2" } });
  const at = [finding?.at, ...(finding?.related.map((one) => one.at) ?? [])].map((one) => [one?.path, lineIn(one?.path ?? "", one?.line ?? 0).trim()]);
  expect(at).toEqual([
    ["policies/examples/leaky.json", expect.stringContaining('"claims"')], ["policies/examples/leaky.json", expect.stringContaining('"share"')],
    ["spec/claims.ts", expect.stringContaining("property(")], ["monitor/calls/map.ts", expect.stringContaining("map.")],
  ]);
});

it("point at the monitor where only the monitor is wrong", () => {
  const wrong = results.reports.map((report) => ({
    ...report, properties: report.properties.map((property) => (property.counterexample === undefined ? property : { ...property, counterexample: { ...property.counterexample, where: "monitor" as const } })),
  }));
  expect(wrong.flatMap((report) => findingsOf(report, results))[0]?.at.path).toBe("monitor/calls/map.ts");
});

it("name what a run out of budget leaves open, and the command that gives it again", () => {
  const [finding] = results.reports.slice(1).flatMap((report) => findingsOf(report, results));
  expect(finding).toMatchObject({ rule: "INCONCLUSIVE", severity: "error", message: expect.stringMatching(/^out of budget; undecided: P1, .* Run it again: refmon check policies\/untrusted-library\.json/) });
});
