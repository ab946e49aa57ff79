/** The matrix of properties and adversaries as a comment on a pull request, or the summary of a step (GitHub Flavored Markdown). */
import { adversariesConclusion, breaksText, cellsOf, idleSentences } from "./adversaries-human.ts";
import type { AdversariesReport, MatrixRow } from "./adversaries-model.ts";
import { nameOf } from "./findings.ts";
import { plural } from "./layout.ts";
import { fenced, folded, inline } from "./markdown.ts";

/** By this line a later run finds the comment of an earlier one, and writes over it. */
const adversariesMark = "<!-- refmon adversaries -->";

const table = (report: AdversariesReport, rows: readonly MatrixRow[]): readonly string[] => [
  `| property | ${report.scenarios.map(({ name }) => inline(name)).join(" | ")} | broken by |`, `|---|${report.scenarios.map(() => "---|").join("")}---|`,
  ...rows.map((row) => `| ${inline(nameOf(row))} | ${cellsOf(report, row).map((cell) => (cell === "holds" || cell === "-" ? cell : `**${cell}**`)).join(" | ")} | ${breaksText(row.broken)} |`),
];

const section = (report: AdversariesReport): readonly string[] => {
  const { inputs, properties, counterexamples, diagnostics, command } = report;
  const odd = properties.filter(({ cells }) => cells.some(({ verdict }) => !verdict.startsWith("holds")));
  return [
    `### ${inline(inputs.policy.name)}: ${inline(adversariesConclusion(report).text)}`, "",
    ...(odd.length === 0 ? [] : [...table(report, odd), ""]),
    ...counterexamples.map(({ id, property, steps, scenarios, sentence }) => `- ${inline(id)}: ${inline(property)}, ${plural(steps, "step")}, with ${scenarios.join(", ")}. ${inline(sentence)}`),
    ...idleSentences(report).map((line) => `- ${inline(line)}`), ...diagnostics.map(({ severity, code, message }) => `- ${severity} ${code}. ${inline(message)}`), "",
    ...folded(`all ${properties.length} properties of ${inputs.policy.path}`, [...table(report, properties), "", ...fenced([command])]),
  ];
};

export const adversariesMarkdown = (reports: readonly AdversariesReport[]): string => `${[adversariesMark, "## refmon check --adversaries each", "", ...reports.flatMap(section)].join("\n").trimEnd()}\n`;
