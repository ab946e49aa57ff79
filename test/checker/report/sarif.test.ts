import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Results } from "../../../checker/report/results.ts";
import { sarif } from "../../../checker/report/sarif.ts";
import { sample, variationsOf } from "./sample.ts";

/** The published schema is of draft 4; of what changed since, it uses `id` alone. One of its patterns is none for the `u` flag. */
const { id: _id, $schema: _draft, ...schema } = JSON.parse(readFileSync(join(import.meta.dirname, "vendor/sarif-2.1.0-rtm.5.json"), "utf8")) as { readonly [keyword: string]: unknown };
const ajv = new Ajv({
  strict: false, allErrors: true, unicodeRegExp: false,
  formats: { uri: (text: string) => URL.canParse(text), "uri-reference": (text: string) => /^[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*$/.test(text), "date-time": true },
});
const validate = ajv.compile(schema);
const problems = (log: unknown): unknown => (validate(log) ? [] : validate.errors);

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly automationDetails: { readonly id: string };
    readonly invocations: readonly { readonly executionSuccessful: boolean; readonly exitCode: number }[];
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number; readonly partialFingerprints: { readonly [key: string]: string } }[];
  }[];
}
const read = (text: string): Log => JSON.parse(text) as Log;

let results: Results, log: Log;
beforeAll(() => {
  results = sample();
  log = read(sarif(results));
});

describe("the published schema", () => {
  it("accepts the report", () => expect(problems(log)).toEqual([]));
  it("accepts a run without policies", () => expect(problems(read(sarif({ ...results, reports: [] })))).toEqual([]));
  it("accepts any other report", () => {
    fc.assert(fc.property(variationsOf(results), (varied) => {
      expect(problems(read(sarif(varied)))).toEqual([]);
    }), { seed: 7, numRuns: 60 });
  });
  it.each([
    ["another version", { ...read("{}"), version: "2.0.0", runs: [] }],
    ["a result without a message", { version: "2.1.0", runs: [{ tool: { driver: { name: "refmon" } }, results: [{ ruleId: "P1" }] }] }],
    ["a line 0", { version: "2.1.0", runs: [{ tool: { driver: { name: "refmon" } }, results: [{ message: { text: "" }, locations: [{ physicalLocation: { region: { startLine: 0 } } }] }] }] }],
  ])("refuses %s", (_, wrong) => expect(problems(wrong)).not.toEqual([]));
});

it("has one run for each policy, which code scanning tells apart", () => {
  expect(log.runs.map(({ automationDetails }) => automationDetails.id)).toEqual(["refmon/policies/examples/leaky.json/", "refmon/policies/untrusted-library.json/"]);
});

it("says of a run that was cut that it was not successful", () => {
  expect(log.runs.map(({ invocations }) => invocations)).toEqual([
    [expect.objectContaining({ exitCode: 1, executionSuccessful: true })], [expect.objectContaining({ exitCode: 3, executionSuccessful: false })],
  ]);
});

it("points from every result to its rule, and gives it a fingerprint that does not depend on the line", () => {
  for (const { tool, results: all } of log.runs) for (const { ruleId, ruleIndex } of all) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(log.runs[0]?.results[0]?.partialFingerprints).toEqual({ "refmon/v1": "CE-0a33a2" });
});

it("names what a claim does not count, at its rule and at what it finds", () => {
  const except = { names: ["buffer"], sentence: "does not count what the share rule buffer allows" };
  const excepting = read(sarif({ ...results, reports: results.reports.slice(0, 1).map((report) => ({ ...report, properties: report.properties.map((property) => (property.verdict === "violated" ? { ...property, except } : property)) })) }));
  expect(problems(excepting)).toEqual([]);
  const [{ tool: { driver: { rules } }, results: found } = { tool: { driver: { rules: [] } }, results: [] }] = excepting.runs;
  expect(rules.filter((rule) => "properties" in rule)).toEqual([expect.objectContaining({
    id: "C:library-learns-no-secret", properties: { except: ["buffer"] }, fullDescription: { text: "What app keeps secret never reaches lib. It does not count what the share rule buffer allows." },
  })]);
  expect(found[0]).toMatchObject({ ruleId: "C:library-learns-no-secret", properties: { except: ["buffer"] } });
});

it("is the same, byte for byte, and its keys are sorted", () => {
  expect(sarif(results)).toBe(sarif(structuredClone(results)));
  expect(Object.keys(log)).toEqual(Object.keys(log).toSorted());
});
