/** Results of two short runs, and variations of them: what reporters are tested on. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as t from "io-ts";
import { decode } from "../../../checker/policy/decode.ts";
import { CheckReport, Verdict } from "../../../checker/report/model.ts";
import type { Results } from "../../../checker/report/results.ts";
import { readTrace } from "../../../checker/trace/codec.ts";
import { refmon, root, withFolder } from "../../cli/refmon.ts";

/** A policy with a counterexample, and one that runs out of budget. */
export const sample = (): Results => withFolder((folder) => {
  const { stdout } = refmon(["check", "policies/examples/leaky.json", "policies/untrusted-library.json", "--depth", "1", "--budget", "2kstates", "--no-timing",
    "--reporter", "json", "--traces", folder]);
  const decoded = decode(t.array(CheckReport), JSON.parse(stdout) as never);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const traces = new Map(readdirSync(folder).map((name) => {
    const read = readTrace(readFileSync(join(folder, name), "utf8"));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    return [name.replace(".json", ""), read.trace] as const;
  }));
  return { reports: decoded.value, unchanged: [], traces, requireClosed: false };
});

/** A file of the project as a reporter names it. */
export const lineIn = (path: string, line: number): string => readFileSync(join(root, path), "utf8").split("\n")[line - 1] ?? "";

/** Text that no format may trip over. */
export const hostile = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a,b:c%0A::error::", "]]>&<\"'`", "| a\n|\r\n<!-- -->", "``` `` ````", "\u0000\u0008\ud800"));

/** The same results with other verdicts, ends, diagnostics and names. */
export const variationsOf = ({ reports, traces }: Results): fc.Arbitrary<Results> => fc.record({
  reports: fc.array(fc.constantFrom(...reports).chain((report) => fc.record({
    state: fc.constantFrom("complete", "budget", "interrupted", "error"), closed: fc.boolean(), path: hostile,
    verdicts: fc.array(fc.constantFrom(...Object.keys(Verdict.keys) as Verdict[]), { minLength: report.properties.length, maxLength: report.properties.length }),
    kept: fc.integer({ min: 0, max: report.properties.length }),
    diagnostics: fc.array(fc.record({ code: fc.constant("VACUOUS"), severity: fc.constantFrom("error", "warning", "note"), message: hostile, location: fc.constant(null) }), { maxLength: 2 }),
  }).map(({ state, closed, path, verdicts, kept, diagnostics }): CheckReport => ({
    ...report, inputs: { ...report.inputs, policy: { ...report.inputs.policy, path } }, run: { ...report.run, state, closed }, diagnostics,
    properties: report.properties.slice(0, kept).map((property, i) => ({ ...property, verdict: verdicts[i] ?? "inconclusive" })),
  }))), { maxLength: 3 }),
  unchanged: fc.array(fc.record({ path: hostile, baseline: hostile }), { maxLength: 2 }), traces: fc.constant(traces), requireClosed: fc.boolean(),
});
