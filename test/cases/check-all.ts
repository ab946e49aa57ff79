/**
 * Checks every case study and its bad twin on both platforms, and compares the two: `npm run cases`, or those that are named: `npm run cases -- NAME…`. One line each: how many states the specification and the monitor have, closed or how deep, and
 * seconds on the clock. Exit 0 if every study holds with a closed specification and everything reached that it speaks of, on the monitor too, every twin breaks its claim and nothing else with a short trace, and is wider by its one line; 1 otherwise.
 * A run that gives no report is told like any other that is wrong, and the others go on. With `--reports DIR` the reports of the studies are left there.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refuse, scriptOptions } from "../../build/script-options.ts";
import { didYouMean } from "../../checker/policy/nearest.ts";
import { DiffReport } from "../../checker/report/diff-model.ts";
import { CheckReport } from "../../checker/report/model.ts";
import { sortedJson } from "../../checker/report/sorted-json.ts";
import { root } from "../cli/refmon.ts";
import { reportOf } from "./run.ts";
import { longestTrace, narrowed, platforms, policyPath, studies, twinPath } from "./studies.ts";

const { values: { reports }, positionals: named } = scriptOptions("npm run cases -- [--reports DIR] [NAME…]", { allowPositionals: true, options: { reports: { type: "string" } } });
const unknown = named.find((name) => !(name in studies));
if (unknown !== undefined) refuse(`no case study is called ${unknown}; ${didYouMean(unknown, Object.keys(studies))}`);
const chosen = Object.entries(studies).filter(([name]) => named.length === 0 || named.includes(name));
if (reports !== undefined) mkdirSync(reports, { recursive: true });

interface Job { readonly name: string; readonly path: string; readonly platform: string; /** The claim that must be violated, if one must. */ readonly breaks: string | null }
interface Outcome { readonly line: string; readonly good: boolean }

const jobs: readonly Job[] = chosen.flatMap(([name, claim]) => platforms.flatMap((platform) => [
  { name, path: policyPath(name), platform, breaks: null }, { name, path: twinPath(name), platform, breaks: `C:${claim}` },
]));

const shortcomings = ({ breaks }: Job, { run, searches, properties, diagnostics }: CheckReport): readonly string[] => {
  const violated = properties.filter(({ verdict }) => verdict === "violated"), specification = searches.filter(({ where }) => where === "specification");
  if (run.state !== "complete") return [`ended early: ${run.state}`];
  if (breaks === null) {
    return [
      ...(violated.length === 0 ? [] : [`violated: ${violated.map(({ id }) => id).join(", ")}`]),
      ...(specification.every(({ closed }) => closed) ? [] : ["the specification is not closed"]),
      // With these it would exit 4.
      ...diagnostics.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code}: ${message}`),
    ];
  }
  const [broken] = violated, steps = broken?.counterexample?.steps.length ?? Infinity;
  return [
    ...(violated.length === 1 && broken?.id === breaks ? [] : [`should violate ${breaks} alone, and violates ${violated.map(({ id }) => id).join(", ") || "nothing"}`]),
    ...(steps <= longestTrace ? [] : [`a trace of ${steps} steps`]),
  ];
};

const checked = async (job: Job): Promise<Outcome> => {
  const { name, path, platform } = job, report = await reportOf(CheckReport, "check", path, "--platform", platform, ...narrowed(name, platform), "--all-violations", ...(job.breaks === null ? ["--vacuity", "error"] : []));
  if (reports !== undefined && job.breaks === null) writeFileSync(join(reports, `${name}-${platform}.json`), sortedJson(report, 1));
  const seconds = report.searches.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const states = (where: string): string => report.searches.filter((one) => one.where === where).map(({ statesDistinct }) => statesDistinct.toLocaleString("en-GB")).join(" + ");
  const depth = report.bounds.machineDepth, wrong = shortcomings(job, report);
  const twin = report.properties.find(({ verdict }) => verdict === "violated");
  const verdict = twin === undefined ? "holds" : `refused: ${twin.id} after ${twin.counterexample?.steps.length ?? 0} steps`;
  const searched = `specification ${states("specification")}${report.searches.every((one) => one.where === "monitor" || one.closed) ? ", closed" : ""}; monitor ${states("monitor")}, to depth ${depth}`;
  return { good: wrong.length === 0, line: `${job.path.padEnd(38)} ${job.platform.padEnd(12)} ${verdict.padEnd(58)} ${seconds.toFixed(1).padStart(5)} s   ${searched}${wrong.map((one) => `\n  WRONG: ${one}`).join("")}` };
};

/** What `refmon diff` says of a study and its twin; every witness has been replayed on the monitor, or there would be no report. */
const compared = async (name: string): Promise<Outcome> => {
  const { verdict, closed, run, changes, differences, witnesses } = await reportOf(DiffReport, "diff", policyPath(name), twinPath(name), "--max-witnesses", "1");
  const lines = new Set(changes.map(({ new: { place } }) => place?.line)), [witness] = witnesses, gained = differences.filter(({ direction }) => direction === "gained");
  const wrong = [
    ...(verdict === "wider" && closed && run === "complete" ? [] : ["should be wider, and searched to the end"]),
    ...(lines.size === 1 && !lines.has(undefined) ? [] : [`should differ in one line, and differs in ${[...lines].join(", ") || "none"}`]),
    ...(witness?.allowedBy === "new" ? [] : ["no run shows what became possible"]),
  ];
  const told = `${verdict}: ${gained.length} gained, ${differences.length - gained.length} lost, by line ${[...lines].join(", ")}, shown in ${witness?.steps.length ?? 0} steps`;
  return { good: wrong.length === 0, line: `${twinPath(name).padEnd(38)} beside its study  ${told}${wrong.map((one) => `\n  WRONG: ${one}`).join("")}` };
};

const unlisted = readdirSync(join(root, "policies")).filter((file) => file.endsWith(".json") && !(file.replace(/\.json$/, "") in studies));
for (const file of unlisted) process.stdout.write(`policies/${file} is no case study of test/cases/studies.ts\n`);

/** What comes of a run, whatever does. */
const outcomeOf = async ({ what, run }: { readonly what: string; readonly run: () => Promise<Outcome> }): Promise<Outcome> => {
  try {
    return await run();
  } catch (thrown) {
    return { good: false, line: `${what}\n  WRONG: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
};

// Two at a time, whichever is free takes the next; told in their order.
const lanes = 2, running = new Set<Promise<void>>();
let good = unlisted.length === 0, told = Promise.resolve();
for (const work of [
  ...jobs.map((job) => ({ what: `${job.path} ${job.platform}`, run: () => checked(job) })),
  ...chosen.map(([name]) => ({ what: `${twinPath(name)} beside its study`, run: () => compared(name) })),
]) {
  while (running.size >= lanes) await Promise.race(running);
  const outcome = outcomeOf(work), ended: Promise<void> = outcome.then(() => { running.delete(ended); });
  running.add(ended);
  told = told.then(async () => {
    const { line, good: fine } = await outcome;
    process.stdout.write(`${line}\n`);
    good &&= fine;
  });
}
await told;
process.exitCode = good ? 0 : 1;
