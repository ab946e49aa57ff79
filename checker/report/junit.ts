/**
 * `junit`: a test suite for each policy and a test for each property, as Jenkins, GitLab and GitHub's test reporters read them. What is not decided is an
 * error, what measured nothing anywhere is skipped: neither is ever a passed test. One that passes names the places that said nothing of it. There is a failure or an error exactly if the exit code is not 0.
 */
import { findingsOf, nameOf, type Finding } from "./findings.ts";
import { counterexampleLines, standingOf } from "./human-counterexample.ts";
import { plain } from "./layout.ts";
import type { CheckReport, Location, PropertyReport } from "./model.ts";
import { originText } from "./origin.ts";
import type { Results } from "./results.ts";

/** XML 1.0 allows few control characters, not even escaped, and no unpaired surrogates. */
const escaped = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
  .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
  .replaceAll("\t", "&#9;").replaceAll("\n", "&#10;").replaceAll("\r", "&#13;");

type Attributes = { readonly [name: string]: string | number };
const attributes = (of: Attributes): string => Object.entries(of).map(([name, value]) => ` ${name}="${escaped(String(value))}"`).join("");
const element = (name: string, of: Attributes, inside: readonly string[]): readonly string[] => (inside.length === 0 ? [`<${name}${attributes(of)}/>`]
  : [`<${name}${attributes(of)}>`, ...inside.map((line) => `  ${line}`), `</${name}>`]);
/** One line: character data is not to be indented. Line ends stay line ends there. */
const leaf = (name: string, of: Attributes, text: string): string => `<${name}${attributes(of)}>${escaped(text).replaceAll("&#10;", "\n")}</${name}>`;

interface Case { readonly name: string; readonly at: Location; readonly outcome: "passed" | "failure" | "error" | "skipped"; readonly inside: readonly string[] }

const passed = (report: CheckReport, { judgements, except }: PropertyReport): string => [
  ...judgements.map(({ where, from, verdict, depth }) => `${where}${originText[from]}: ${verdict}${depth === null ? "" : `, to depth ${depth}`}${verdict === "vacuous" ? " (what it speaks of never happened there, so that this place says nothing)" : ""}`),
  ...(except === undefined ? [] : [`${except.sentence} (except)`]),
].join("\n") || report.inputs.policy.path;

const caseOf = (report: CheckReport, property: PropertyReport, found: Finding | undefined): Case => {
  const name = nameOf(property), at = found?.at ?? property.location ?? { path: report.inputs.policy.path, line: 1 };
  const { verdict, counterexample } = property;
  switch (verdict) {
    case "violated": {
      const text = counterexample === undefined ? property.sentence : counterexampleLines(property, counterexample, standingOf(property), plain, false).join("\n");
      return { name, at, outcome: "failure", inside: [leaf("failure", { type: "violated", message: found?.message ?? property.sentence }, text.trimEnd())] };
    }
    case "inconclusive": return { name, at, outcome: "skipped", inside: element("skipped", { message: property.judgements.every(({ searched }) => searched === "not") ? "not searched by this run" : "inconclusive: not decided by this run" }, []) };
    case "vacuous": return { name, at, outcome: "skipped", inside: element("skipped", { message: "vacuous: what it speaks of never happened" }, []) };
    case "holds-bounded": case "holds-closed": return { name, at, outcome: "passed", inside: [leaf("system-out", {}, passed(report, property))] };
  }
};

/** What is wrong with the run as a whole, one test each. */
const runCase = ({ rule, title, message, at }: Finding): Case =>
  ({ name: rule, at, outcome: "error", inside: [leaf("error", { type: rule, message: title }, message)] });

const casesOf = (report: CheckReport, results: Results): readonly Case[] => {
  const findings = findingsOf(report, results);
  return [
    ...report.properties.map((property) => caseOf(report, property, findings.find(({ rule, counterexample }) => rule === property.id && counterexample !== null))),
    ...findings.filter(({ rule, severity }) => severity === "error" && !report.properties.some(({ id }) => id === rule)).map(runCase),
  ];
};

const totals = (cases: readonly Case[]): Attributes => {
  const count = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: count("failure"), errors: count("error"), skipped: count("skipped") };
};

interface Suite { readonly name: string; readonly path: string; readonly seconds: number | undefined; readonly cases: readonly Case[] }

const suiteLines = ({ name, path, seconds, cases }: Suite): readonly string[] =>
  element("testsuite", { name, file: path, ...totals(cases), ...(seconds === undefined ? {} : { time: seconds.toFixed(3) }) },
    cases.flatMap((one) => element("testcase", { name: one.name, classname: name, file: one.at.path, line: one.at.line }, one.inside)));

export const junit = (results: Results): string => {
  const suites: readonly Suite[] = [
    ...results.reports.map((report) => ({ name: report.inputs.policy.name, path: report.inputs.policy.path, seconds: report.run.seconds, cases: casesOf(report, results) })),
    ...results.unchanged.map(({ path, baseline }): Suite => ({
      name: path, path, seconds: undefined,
      cases: [{ name: "unchanged", at: { path, line: 1 }, outcome: "skipped", inside: element("skipped", { message: `not checked: unchanged since ${baseline}` }, []) }],
    })),
  ];
  return `${['<?xml version="1.0" encoding="UTF-8"?>', ...element("testsuites", { name: "refmon", ...totals(suites.flatMap(({ cases }) => cases)) }, suites.flatMap(suiteLines))].join("\n")}\n`;
};
