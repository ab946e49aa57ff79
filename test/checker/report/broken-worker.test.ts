/** A worker that throws ends the run: the report is valid, says so, and exits 70. */
import { isRight } from "fp-ts/lib/Either.js";
import { expect, it } from "vitest";
import { check } from "../../../checker/check.ts";
import type { Muster } from "../../../checker/explore/crew.ts";
import { aloneOnMachine } from "../../../checker/refine/crew.ts";
import { threads } from "../../../checker/explore/node/threads.ts";
import { unnamed } from "../../../checker/profiles.ts";
import { buildReport } from "../../../checker/report/build.ts";
import { exitCodeOf } from "../../../checker/report/exit-code.ts";
import { humanReport } from "../../../checker/report/human.ts";
import { CheckReport } from "../../../checker/report/model.ts";
import { paintFor } from "../../../cli/output.ts";
import { loadPolicy } from "../../../cli/policy-file.ts";
import { sourcePlaces } from "../../../cli/sources.ts";

const broken: Muster = ({ kernel: program, swift }, kernel) =>
  threads(2, 0)({ kernel: { ...program, source: program.source.replace("function work(", 'function work() { throw new Error("a worker broke"); }\nfunction unused(') }, swift }, kernel);

it("is reported", async () => {
  const file = loadPolicy("policies/untrusted-library.json", {}), { policy } = file;
  const checked = await check(policy, {
    profile: unnamed, properties: null, calls: null, where: null, symmetry: true, fingerprints: false, violationEnds: "run", budget: { milliseconds: Infinity, states: Infinity, bytes: Infinity }, signal: new AbortController().signal,
    memory: () => 0, clock: () => performance.now(), onProgress: () => undefined, muster: broken, surveyors: aloneOnMachine, keeperOf: () => null, driven: false,
  });
  expect(checked).toMatchObject({ cut: "error", failure: { message: "a worker broke" }, ran: [], found: [] });
  const report = buildReport({
    version: "0", policy, policyPath: file.path, policySha256: file.sha256, lineOf: file.lineOf, places: sourcePlaces(), workers: 2, vacuity: "warn", timing: false, command: "",
    bounds: {
      platform: policy.platform, geometry: policy.geometry, domains: 2, frames: 6, pages: 2, vcpus: 2, machineDepth: policy.bounds.machineDepth, symmetry: true, profile: null, from: ["boot"], properties: null, calls: null,
    },
    ...checked, counterexamples: new Map(),
  });
  expect(isRight(CheckReport.decode(report))).toBe(true);
  expect(exitCodeOf(report, false)).toBe(70);
  expect(new Set(report.properties.map(({ verdict }) => verdict))).toEqual(new Set(["inconclusive"]));
  expect(humanReport(report, paintFor({})).at(-1)).toBe("internal error; nothing that this run says can be trusted");
});
