/** What turns the results of a run into text, by the name that the command line uses. */
import { github } from "./github.ts";
import { humanReport } from "./human.ts";
import { itf } from "./itf.ts";
import { jsonl } from "./jsonl.ts";
import { junit } from "./junit.ts";
import { columns, type Paint } from "./layout.ts";
import { markdown } from "./markdown.ts";
import type { Results } from "./results.ts";
import { sarif } from "./sarif.ts";

export type Reporter = (results: Results, paint: Paint) => string;

const human: Reporter = ({ reports, unchanged }, paint) => {
  const unchecked = columns([{ align: "left", paint: paint.unsure }, { align: "left" }, { align: "left", paint: paint.faint }],
    unchanged.map(({ path, baseline }) => ["not checked", path, `unchanged since ${baseline}`]), "");
  const nothing = reports.length === 0 ? ["", paint.unsure("nothing was checked: nothing has changed")] : [];
  return `${[...reports.map((report) => humanReport(report, paint).join("\n")), ...(unchecked.length === 0 ? [] : [[...unchecked, ...nothing].join("\n")])].join("\n\n")}\n`;
};

/** One policy gives one report; several give a list of them, and so does a run that left some of them out. */
const json: Reporter = ({ reports, unchanged }) => `${JSON.stringify(reports.length === 1 && unchanged.length === 0 ? reports[0] : reports, null, 2)}\n`;

export const reporters: ReadonlyMap<string, Reporter> = new Map([
  ["human", human], ["json", json], ["jsonl", jsonl], ["junit", junit], ["sarif", sarif], ["github", github], ["itf", itf], ["markdown", markdown],
]);
