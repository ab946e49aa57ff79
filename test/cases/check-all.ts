/**
 * Checks every case study and its bad twin on both platforms, and compares the two: `npm run cases`. One line each: how many states the specification and the monitor have, closed or how deep, and
 * seconds on the clock. Exit 0 if every study holds with a closed specification, every twin breaks its claim and nothing else with a short trace, and is wider by its one line; 1 otherwise.
 * With `--reports DIR` the reports of the studies are left there.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DiffReport } from "../../checker/report/diff-model.ts";
import { CheckReport } from "../../checker/report/model.ts";
import { sortedJson } from "../../checker/report/sorted-json.ts";
import { root } from "../cli/refmon.ts";
import { reportOf } from "./run.ts";
import { longestTrace, narrowed, platforms, policyPath, silent, studies, twinPath } from "./studies.ts";

const { values: { reports } } = parseArgs({ options: { reports: { type: "string" } } });
if (reports !== undefined) mkdirSync(reports, { recursive: true });

interface Job { readonly name: string; readonly path: string; readonly platform: string; /** The claim that must be violated, if one must. */ readonly breaks: string | null }
interface Outcome { readonly line: string; readonly good: boolean }

const jobs: readonly Job[] = Object.entries(studies).flatMap(([name, claim]) => platforms.flatMap((platform) => [
  { name, path: policyPath(name), platform, breaks: null }, { name, path: twinPath(name), platform, breaks: `C:${claim}` },
]));

const shortcomings = ({ name, platform, breaks }: Job, { run, searches, properties }: CheckReport): readonly string[] => {
  const violated = properties.filter(({ verdict }) => verdict === "violated"), specification = searches.filter(({ where }) => where === "specification");
  if (run.state !== "complete") return [`ended early: ${run.state}`];
  if (breaks === null) {
    return [
      ...(violated.length === 0 ? [] : [`violated: ${violated.map(({ id }) => id).join(", ")}`]),
      ...(specification.every(({ closed }) => closed) ? [] : ["the specification is not closed"]),
      ...properties.filter(({ verdict, id }) => verdict === "vacuous" && !silent(name, platform).includes(id)).map(({ id }) => `${id} is vacuous`),
    ];
  }
  const [broken] = violated, steps = broken?.counterexample?.steps.length ?? Infinity;
  return [
    ...(violated.length === 1 && broken?.id === breaks ? [] : [`should violate ${breaks} alone, and violates ${violated.map(({ id }) => id).join(", ") || "nothing"}`]),
    ...(steps <= longestTrace ? [] : [`a trace of ${steps} steps`]),
  ];
};

const outcomeOf = async (job: Job): Promise<Outcome> => {
  const { name, path, platform } = job, report = await reportOf(CheckReport, "check", path, "--platform", platform, ...narrowed(name, platform), "--all-violations");
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

// Two at a time, told in their order.
const lanes = 2, outcomes: Promise<Outcome>[] = [];
for (const work of [...jobs.map((job) => () => outcomeOf(job)), ...Object.keys(studies).map((name) => () => compared(name))]) {
  const before = outcomes.at(-lanes) ?? Promise.resolve();
  outcomes.push(before.then(work));
}
let good = unlisted.length === 0;
for (const outcome of outcomes) {
  const { line, good: fine } = await outcome;
  process.stdout.write(`${line}\n`);
  good &&= fine;
}
process.exitCode = good ? 0 : 1;
