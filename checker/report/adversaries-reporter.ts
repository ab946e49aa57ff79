/** What turns matrices of properties and adversaries into text, by the name that the command line uses. */
import { adversariesLines } from "./adversaries-human.ts";
import { adversariesMarkdown } from "./adversaries-markdown.ts";
import type { AdversariesReport } from "./adversaries-model.ts";
import type { Paint } from "./layout.ts";

export type AdversariesReporter = (reports: readonly AdversariesReport[], paint: Paint) => string;

export const adversariesReporters: ReadonlyMap<string, AdversariesReporter> = new Map<string, AdversariesReporter>([
  ["human", (reports, paint) => `${reports.map((report) => adversariesLines(report, paint).join("\n")).join("\n\n")}\n`],
  // One policy gives one report; several give a list of them.
  ["json", (reports) => `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`],
  ["markdown", (reports) => adversariesMarkdown(reports)],
]);
