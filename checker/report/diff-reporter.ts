/** What turns the report of `diff` into text, by the name that the command line uses. */
import { diffLines } from "./diff-human.ts";
import { diffMarkdown } from "./diff-markdown.ts";
import type { DiffReport } from "./diff-model.ts";
import type { Paint } from "./layout.ts";

export type DiffReporter = (report: DiffReport, paint: Paint) => string;

export const diffReporters: ReadonlyMap<string, DiffReporter> = new Map<string, DiffReporter>([
  ["human", (report, paint) => `${diffLines(report, paint).join("\n")}\n`],
  ["markdown", diffMarkdown],
  ["json", (report) => `${JSON.stringify(report, null, 2)}\n`],
]);
