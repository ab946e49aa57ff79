/** What turns reports into text, by the name that the command line uses. */
import { humanReport } from "./human.ts";
import type { Paint } from "./layout.ts";
import type { CheckReport } from "./model.ts";

/** The text of the reports of one run, one for each policy. */
export type Reporter = (reports: readonly CheckReport[], paint: Paint) => string;

const human: Reporter = (reports, paint) => `${reports.map((report) => humanReport(report, paint).join("\n")).join("\n\n")}\n`;

/** One policy gives one report; several give a list of them. */
const json: Reporter = (reports) => `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`;

export const reporters: ReadonlyMap<string, Reporter> = new Map([["human", human], ["json", json]]);
