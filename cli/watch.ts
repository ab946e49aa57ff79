/** `check --watch`: checks a policy again whenever its file is saved, and shows what that did to the verdicts. */
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { largestPolicy } from "../checker/policy/read.ts";
import type { CheckReport } from "../checker/report/model.ts";
import type { Results } from "../checker/report/results.ts";
import { verdictChanges } from "../checker/report/verdict-changes.ts";
import type { Trace } from "../checker/trace/trace.ts";
import { checkPolicies, loadFor } from "./check-policies.ts";
import type { Configured } from "./configuration.ts";
import { readText } from "./files.ts";
import type { Destination } from "./options.ts";
import { paintFor, print } from "./output.ts";
import { writeReports } from "./report-files.ts";
import { UsageError } from "./usage-error.ts";

/** An editor that truncates before it writes is done within this many milliseconds. */
const settled = 50;

/** Content of a file, or why there is none. */
const contentOf = (path: string): string => {
  const file = readText(path, largestPolicy);
  return file.ok ? file.sha256 : file.problem.sentence;
};

/** Resolves when a file has another content than it was seen with, or the signal is raised. Folders are watched, because many editors save by renaming. */
const saved = (seen: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const paths = [...seen.keys()];
  const done = new AbortController();
  const end = (): void => {
    done.abort();
    resolve();
  };
  const look = (): void => {
    if (paths.some((path) => contentOf(path) !== seen.get(path))) end();
  };
  signal.addEventListener("abort", end, { once: true });
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    watch(folder, { signal: done.signal }, (_, name) => {
      if (name === null || paths.some((path) => basename(path) === name)) look();
    });
  }
  // What was saved before the watching began.
  look();
  if (signal.aborted) end();
});

/** The latest report of each policy, by its path, and the traces of counterexamples, by their ids. */
interface Latest { readonly reports: ReadonlyMap<string, CheckReport>; readonly traces: ReadonlyMap<string, Trace> }

const resultsOf = (paths: readonly string[], { reports, traces }: Latest, { values }: Configured): Results =>
  ({ reports: paths.flatMap((path) => reports.get(path) ?? []), unchanged: [], traces, requireClosed: values.requireClosed });

/** Checks files and says what is new; a mistake in a file is shown, and its earlier verdicts stand until it is mended. */
const round = async (paths: readonly string[], { reports, traces }: Latest, settings: Configured, signal: AbortSignal): Promise<Latest & { readonly lines: readonly string[] }> => {
  const lines: string[] = [], now = new Map(reports), found = new Map(traces);
  for (const path of paths) {
    if (signal.aborted) break;
    lines.push(`saved  ${path}`);
    try {
      const results = await checkPolicies([loadFor(path, settings)], settings, {}, signal), [report] = results.reports;
      if (report === undefined) continue;
      lines.push(...verdictChanges(reports.get(path) ?? { ...report, properties: [] }, report, paintFor(process.stdout)), "");
      now.set(path, report);
      for (const [id, trace] of results.traces) found.set(id, trace);
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown;
      lines.push(...thrown.lines, "");
    }
  }
  return { reports: now, traces: found, lines };
};

/** Watches until the signal is raised; `first` are the results of the files as they were `seen`. Reports that go to files are written anew after each round. */
export const watchPolicies = async (first: Results, seen: ReadonlyMap<string, string>, settings: Configured, to: readonly Destination[], signal: AbortSignal): Promise<void> => {
  const paths = [...seen.keys()];
  let latest: Latest = { reports: new Map(first.reports.map((report) => [report.inputs.policy.path, report])), traces: first.traces };
  let known = seen;
  while (!signal.aborted) {
    process.stderr.write(`refmon: watching ${paths.join(", ")}; Ctrl-C ends\n`);
    await saved(known, signal);
    for (let again = true; again && !signal.aborted;) {
      await sleep(settled);
      const now = seenNow(paths), late = new AbortController(), over = new AbortController();
      // A save while a search runs ends it: nobody waits for the verdicts of what is gone.
      const next = saved(now, AbortSignal.any([signal, over.signal])).then(() => {
        late.abort();
      });
      const { lines, ...after } = await round(paths.filter((path) => now.get(path) !== known.get(path)), latest, settings, AbortSignal.any([signal, late.signal]));
      again = late.signal.aborted;
      over.abort();
      await next;
      if (again) continue;
      known = now;
      latest = after;
      if (lines.length > 0) await print(`${lines.join("\n")}\n`);
      await writeReports(resultsOf(paths, latest, settings), to.filter(({ file }) => file !== null));
    }
  }
};

/** What is seen of the files now. */
export const seenNow = (paths: readonly string[]): ReadonlyMap<string, string> => new Map(paths.map((path) => [path, contentOf(path)]));
