import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf } from "../../../checker/report/exit-code.ts";
import { junit } from "../../../checker/report/junit.ts";
import type { Results } from "../../../checker/report/results.ts";
import { sample, variationsOf } from "./sample.ts";
import { readXml, type Element } from "./xml.ts";

let results: Results, root: Element;
beforeAll(() => {
  results = sample();
  root = readXml(junit(results));
});

const count = ({ children }: Element, tag: string): number => children.filter((test) => test.children.some(({ name }) => name === tag)).length;

it("has a suite for each policy and a test for each property", () => {
  expect(root.children.map(({ name, attributes }) => [name, attributes["name"], attributes["file"]])).toEqual([
    ["testsuite", "leaky", "policies/examples/leaky.json"], ["testsuite", "untrusted-library", "policies/untrusted-library.json"],
  ]);
  expect(root.children[0]?.children.length).toBe(results.reports[0]?.properties.length);
});

it("has the counterexample in the failure, and the place of the claim", () => {
  const test = root.children[0]?.children.find(({ attributes }) => attributes["name"] === "C:library-learns-no-secret");
  expect(test?.attributes).toMatchObject({ file: "policies/examples/leaky.json", line: "11" });
  expect(test?.children[0]?.text).toMatch(/CE-0a33a2[^]*\n {2}4 {2}load page 1 -> secret/);
});

it("never shows what is undecided or vacuous as passed", () => {
  const [, suite] = root.children;
  expect(suite?.attributes).toMatchObject({ errors: "1", failures: "0" });
  expect(count(suite ?? root, "skipped")).toBe(results.reports[1]?.properties.filter(({ verdict }) => verdict === "inconclusive" || verdict === "vacuous").length);
});

it("passes what one place alone says nothing of, and names the place", () => {
  const [report] = results.reports, [property] = report?.properties ?? [];
  if (report === undefined || property === undefined) throw new Error("no property");
  const place = { from: "boot", searched: "wholly", frontier: null, antecedent: 0 } as const;
  const half = { ...property, verdict: "holds-closed", judgements: [{ ...place, where: "specification", verdict: "holds-closed", depth: null }, { ...place, where: "monitor", verdict: "vacuous", depth: 4 }] } as const;
  const suite = readXml(junit({ ...results, reports: [{ ...report, properties: [{ ...half, judgements: [...half.judgements] }] }] })).children[0] ?? root;
  expect(count(suite, "skipped")).toBe(0);
  expect(suite.children[0]?.children[0]?.text).toContain("monitor: vacuous, to depth 4 (what it speaks of never happened there, so that this place says nothing)");
});

describe("any other report", () => {
  it("is well-formed, counts what it has, and fails exactly where the exit code is not 0", () => {
    fc.assert(fc.property(variationsOf(results), (varied) => {
      const { children, attributes } = readXml(junit(varied));
      expect(children.length).toBe(varied.reports.length + varied.unchanged.length);
      for (const suite of children) {
        expect(suite.attributes).toMatchObject({ tests: String(suite.children.length), failures: String(count(suite, "failure")), errors: String(count(suite, "error")), skipped: String(count(suite, "skipped")) });
      }
      for (const [i, report] of varied.reports.entries()) {
        const { failures, errors } = children[i]?.attributes ?? {};
        expect(`${failures} ${errors}` !== "0 0").toBe(exitCodeOf(report, varied.requireClosed) !== 0);
      }
      expect(attributes["tests"]).toBe(String(children.reduce((sum, suite) => sum + suite.children.length, 0)));
    }), { seed: 7, numRuns: 200 });
  });
});
