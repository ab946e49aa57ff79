/** Writes the reports of a run where they were asked for, and tells GitHub Actions where it runs there. */
import { appendFileSync } from "node:fs";
import { github } from "../checker/report/github.ts";
import type { Paint } from "../checker/report/layout.ts";
import { markdown } from "../checker/report/markdown.ts";
import { reporters } from "../checker/report/reporter.ts";
import type { Results } from "../checker/report/results.ts";
import { reasonOf, writeWhole } from "./files.ts";
import type { Destination } from "./options.ts";
import { paintFor, print } from "./output.ts";
import { optionError } from "./usage-error.ts";

/** Adds the report to the summary page of the step. It goes beside the verdict, which a full disk must not change. */
const summarise = (results: Results, file: string): void => {
  try {
    appendFileSync(file, markdown(results));
  } catch (thrown) {
    process.stderr.write(`refmon: the step summary ${file} cannot be written: ${reasonOf(thrown)}\n`);
  }
};

/**
 * Under GitHub Actions annotations are made unasked. They go to stderr, where the runner reads them as well: stdout is the same everywhere, and may be a file.
 */
const announce = (results: Results, to: readonly Destination[]): void => {
  const asked = to.some(({ reporter }) => reporter === "github");
  if (!asked && process.env["GITHUB_ACTIONS"] !== "true") return;
  if (!asked) process.stderr.write(github(results));
  const summary = process.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (summary !== "") summarise(results, summary);
};

/**
 * Puts a report where it was asked for; `text` is told how to paint.
 * @throws UsageError if a file cannot be written.
 */
export const deliver = async ({ file }: Destination, text: (paint: Paint) => string): Promise<void> => {
  if (file === null) {
    await print(text(paintFor(process.stdout)));
    return;
  }
  const failed = writeWhole(file, text(paintFor({})));
  if (failed !== null) throw optionError("--reporter", `${file} cannot be written: ${failed}`, { fix: "name a file in a directory that may be written" });
};

/** @throws UsageError if a file cannot be written. */
export const writeReports = async (results: Results, to: readonly Destination[]): Promise<void> => {
  announce(results, to);
  for (const destination of to) {
    const made = reporters.get(destination.reporter);
    if (made !== undefined) await deliver(destination, (paint) => made(results, paint));
  }
};
