/** The reporters whose output is read line by line: jsonl, github and markdown. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decode } from "../../../checker/policy/decode.ts";
import { findingsOf } from "../../../checker/report/findings.ts";
import { github } from "../../../checker/report/github.ts";
import { CheckLine, jsonl } from "../../../checker/report/jsonl.ts";
import { markdown } from "../../../checker/report/markdown.ts";
import type { CheckReport } from "../../../checker/report/model.ts";
import type { Results } from "../../../checker/report/results.ts";
import { sample, variationsOf } from "./sample.ts";

let results: Results;
beforeAll(() => {
  results = sample();
});

const linesOf = (text: string): readonly string[] => text.split("\n").slice(0, -1);

describe("jsonl", () => {
  const read = (text: string): readonly CheckLine[] => linesOf(text).map((line) => {
    const decoded = decode(CheckLine, JSON.parse(line) as never);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    return decoded.value;
  });
  /** The reports that the lines are of. */
  const together = (lines: readonly CheckLine[]): readonly CheckReport[] => lines.reduce<readonly CheckReport[]>((reports, line) => {
    const last = reports.at(-1), before = reports.slice(0, -1);
    if (line.event === "unchanged") return reports;
    if (line.event === "begin") {
      const { tool, inputs, bounds, command } = line;
      return [...reports, { schema: "refmon.check/1", tool, inputs, bounds, command, searches: [], properties: [], diagnostics: [] } as never];
    }
    if (last === undefined) throw new Error("a line before the first policy");
    switch (line.event) {
      case "search": return [...before, { ...last, searches: [...last.searches, line.search] }];
      case "coverage": return [...before, { ...last, coverage: line.coverage }];
      case "property": return [...before, { ...last, properties: [...last.properties, line.property] }];
      case "diagnostic": return [...before, { ...last, diagnostics: [...last.diagnostics, line.diagnostic] }];
      case "end": return [...before, { ...last, run: line.run }];
    }
  }, []);
  it("loses nothing: its lines together are the reports", () => {
    fc.assert(fc.property(variationsOf(results), (varied) => {
      expect(together(read(jsonl(varied)))).toEqual(varied.reports);
    }), { seed: 7, numRuns: 60 });
  });
  it("ends each policy with its exit code", () => {
    expect(read(jsonl(results)).flatMap((line) => (line.event === "end" ? [[line.policy, line.exitCode]] : [])))
      .toEqual([["policies/examples/leaky.json", 1], ["policies/untrusted-library.json", 3]]);
  });
});

describe("github", () => {
  const unescaped = (text: string): string => text.replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
  it("has one command a line and one for each finding, which the runner reads as it was meant", () => {
    fc.assert(fc.property(variationsOf(results), (varied) => {
      const findings = varied.reports.flatMap((report) => findingsOf(report, varied)), lines = linesOf(github(varied));
      expect(lines.length).toBe(findings.length + varied.unchanged.length);
      for (const [i, { at, title, message }] of findings.entries()) {
        const [, properties = "", said = ""] = /^::(?:error|warning|notice) ([^:]*)::([^\r]*)$/.exec(lines[i] ?? "") ?? [];
        expect(properties.split(",").map((one) => unescaped(one.slice(one.indexOf("=") + 1)))).toEqual([at.path, String(at.line), title]);
        expect(unescaped(said).startsWith(message)).toBe(true);
      }
    }), { seed: 7, numRuns: 200 });
  });
});

describe("markdown", () => {
  it("says the verdict first and folds the rest", () => {
    const text = markdown(results);
    expect(text).toMatch(/^<!-- refmon check -->\n## refmon check\n\n### leaky: violated: C:library-learns-no-secret[^]*\| C:library-learns-no-secret \| \*\*violated\*\* \|[^]*### untrusted-library: inconclusive/);
    expect(text).toMatch(/<summary>CE-0a33a2: C:library-learns-no-secret, 4 steps<\/summary>\n\n```text\nviolated/);
  });
  it("stays below what a comment may hold, with every fold closed and no markup from names", () => {
    fc.assert(fc.property(variationsOf(results), (varied) => {
      const many = { ...varied, reports: varied.reports.flatMap((report) => [report, report, report, report]) }, text = markdown(many);
      const outside = text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, "");
      expect(text.split("\n<details>").length).toBe(text.split("\n</details>").length);
      expect(outside.replace(/^<!-- refmon check -->$|<\/?(?:details|summary)>/gm, "")).not.toContain("<");
      expect(text.length).toBeLessThan(65_536);
    }), { seed: 7, numRuns: 100 });
  });
  it("says how many counterexamples it has no room for", () => {
    const [report] = results.reports, wide = { ...results, reports: Array.from({ length: 20 }, () => report ?? ({} as CheckReport)) };
    expect(markdown(wide)).toMatch(/\d+ more counterexamples do not fit here/);
  });
});
