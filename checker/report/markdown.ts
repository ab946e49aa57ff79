/** `markdown`: the report as a comment on a pull request, or the summary of a step: verdicts in a table, counterexamples folded (GitHub Flavored Markdown). */
import { findingsOf, nameOf } from "./findings.ts";
import { counterexampleLines, standingOf } from "./human-counterexample.ts";
import { conclusion, judged, placesOf } from "./human.ts";
import { plain } from "./layout.ts";
import type { CheckReport, Judgement, PropertyReport } from "./model.ts";
import type { Results } from "./results.ts";

/** By this line a later run finds the comment of an earlier one, and writes over it. */
export const mark = "<!-- refmon check -->";

/** A comment holds 65,536 characters; the rest is room for what a workflow adds. */
const mostCharacters = 60_000;

/** Text in a cell or a sentence: nothing in it is markup. */
export const inline = (text: string): string => text.replace(/[\r\n]+/g, " ").replace(/[\\`*_~|[\]#@]/g, "\\$&").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A block that no text inside can close. */
export const fenced = (lines: readonly string[]): readonly string[] => {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines.slice(0, lines.findLastIndex((line) => line !== "") + 1), fence];
};

const words = (judgement: Judgement): string => (judgement.verdict.startsWith("holds") ? judged(judgement) : `**${judged(judgement)}**`);

const cell = ({ judgements }: PropertyReport, { where, from }: ReturnType<typeof placesOf>[number]): string => {
  const found = judgements.find((one) => one.where === where && one.from === from);
  return found === undefined ? "" : words(found);
};

const table = (report: CheckReport, properties: readonly PropertyReport[]): readonly string[] => [
  `| property | ${placesOf(report).map(({ title }) => title).join(" | ")} |`, `|---|${placesOf(report).map(() => "---|").join("")}`,
  ...properties.map((property) => `| ${inline(nameOf(property))}${property.except === undefined ? "" : `, ${inline(property.except.sentence)}`} | ${placesOf(report).map((place) => cell(property, place)).join(" | ")} |`),
];

export const folded = (summary: string, lines: readonly string[]): readonly string[] => ["<details>", `<summary>${inline(summary)}</summary>`, "", ...lines, "", "</details>", ""];

const counterexamples = ({ properties }: CheckReport): readonly (readonly string[])[] => properties.flatMap((property) => {
  const found = property.counterexample;
  return found === undefined ? [] : [folded(`${found.id}: ${nameOf(property)}, ${found.steps.length} steps`, fenced(counterexampleLines(property, found, standingOf(property), plain, false)))];
});

const section = (report: CheckReport, results: Results): readonly string[] => {
  const { inputs, properties } = report;
  const findings = findingsOf(report, results).filter(({ counterexample }) => counterexample === null);
  const odd = properties.filter(({ verdict }) => !verdict.startsWith("holds"));
  return [
    `### ${inline(inputs.policy.name)}: ${inline(conclusion(report, plain))}`, "",
    // A reader looks for what does not hold; the whole table is a click away.
    ...(odd.length === 0 ? [] : [...table(report, odd), ""]),
    ...findings.map(({ severity, rule, title, message }) => `- ${severity} ${inline(title === rule ? rule : `${rule}: ${title}`)}. ${inline(message)}`), ...(findings.length === 0 ? [] : [""]),
    ...folded(`all ${properties.length} properties of ${inputs.policy.path}`, [...table(report, properties), "", ...fenced([report.command])]),
  ];
};

/** As many foldable parts as there is room for, and how many there was none for. */
export const withRoom = (text: readonly string[], more: readonly (readonly string[])[], what: string): readonly string[] => {
  let room = mostCharacters - text.join("\n").length;
  const shown = more.filter((lines) => {
    room -= lines.join("\n").length + 1;
    return room >= 0;
  });
  return [...text, ...shown.flat(), ...(shown.length === more.length ? [] : [`${more.length - shown.length} more ${what} do not fit here; the other reports have them.`, ""])];
};

export const markdown = (results: Results): string => {
  const { reports, unchanged } = results;
  const text = [
    mark, "## refmon check", "",
    ...reports.flatMap((report) => section(report, results)),
    ...unchanged.map(({ path, baseline }) => `- not checked: ${inline(path)} is unchanged since ${inline(baseline)}`), ...(unchanged.length === 0 ? [] : [""]),
  ];
  return `${withRoom(text, reports.flatMap(counterexamples), "counterexamples").join("\n").trimEnd()}\n`;
};
