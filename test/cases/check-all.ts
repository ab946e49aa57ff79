/**
 * Checks every case study and its bad twin on both platforms: `npm run cases`. One line each: how many states the specification and the monitor have, closed or how deep, and seconds on
 * the clock. Exit 0 if every study holds with a closed specification, and every twin breaks its claim and nothing else with a short trace; 1 otherwise.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { decode } from "../../checker/policy/decode.ts";
import { parseJson } from "../../checker/policy/json.ts";
import { CheckReport } from "../../checker/report/model.ts";
import { bundle, root } from "../cli/refmon.ts";
import { longestTrace, narrowed, platforms, policyPath, studies, twinPath } from "./studies.ts";

/** Where no frame is shared with the host no translation has the C-bit clear, unless the monitor errs: P15 is judged, and has nothing to say. */
const maySayNothing = ["P15"];

interface Job { readonly name: string; readonly path: string; readonly platform: string; /** The claim that must be violated, if one must. */ readonly breaks: string | null }
interface Outcome { readonly line: string; readonly good: boolean }

const jobs: readonly Job[] = Object.entries(studies).flatMap(([name, claim]) => platforms.flatMap((platform) => [
  { name, path: policyPath(name), platform, breaks: null }, { name, path: twinPath(name), platform, breaks: `C:${claim}` },
]));

const textOf = ({ name, path, platform }: Job): Promise<string> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, [bundle, "check", path, "--platform", platform, ...narrowed(name), "--all-violations", "--workers", "1", "--no-traces", "--reporter", "json"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => { parts.push(part); });
  child.on("error", reject).on("close", () => { resolve(Buffer.concat(parts).toString("utf8")); });
});

/** @throws Error if what was printed is no report. */
const reportOf = async (job: Job): Promise<CheckReport> => {
  const parsed = parseJson(await textOf(job)), decoded = parsed.ok ? decode(CheckReport, parsed.json.value) : parsed;
  if (!decoded.ok) throw new Error(`${job.path} on ${job.platform} gave no report`);
  return decoded.value;
};

const shortcomings = ({ breaks }: Job, { run, searches, properties }: CheckReport): readonly string[] => {
  const violated = properties.filter(({ verdict }) => verdict === "violated"), specification = searches.filter(({ where }) => where === "specification");
  if (run.state !== "complete") return [`ended early: ${run.state}`];
  if (breaks === null) {
    return [
      ...(violated.length === 0 ? [] : [`violated: ${violated.map(({ id }) => id).join(", ")}`]),
      ...(specification.every(({ closed }) => closed) ? [] : ["the specification is not closed"]),
      ...properties.filter(({ verdict, id }) => verdict === "vacuous" && !maySayNothing.includes(id)).map(({ id }) => `${id} is vacuous`),
    ];
  }
  const [broken] = violated, steps = broken?.counterexample?.steps.length ?? Infinity;
  return [
    ...(violated.length === 1 && broken?.id === breaks ? [] : [`should violate ${breaks} alone, and violates ${violated.map(({ id }) => id).join(", ") || "nothing"}`]),
    ...(steps <= longestTrace ? [] : [`a trace of ${steps} steps`]),
  ];
};

const outcomeOf = async (job: Job): Promise<Outcome> => {
  const report = await reportOf(job), seconds = report.searches.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const states = (where: string): string => report.searches.filter((one) => one.where === where).map(({ statesDistinct }) => statesDistinct.toLocaleString("en-GB")).join(" + ");
  const depth = report.bounds.machineDepth, wrong = shortcomings(job, report);
  const twin = report.properties.find(({ verdict }) => verdict === "violated");
  const verdict = twin === undefined ? "holds" : `refused: ${twin.id} after ${twin.counterexample?.steps.length ?? 0} steps`;
  const searched = `specification ${states("specification")}${report.searches.every((one) => one.where === "monitor" || one.closed) ? ", closed" : ""}; monitor ${states("monitor")}, to depth ${depth}`;
  return { good: wrong.length === 0, line: `${job.path.padEnd(38)} ${job.platform.padEnd(12)} ${verdict.padEnd(58)} ${seconds.toFixed(1).padStart(5)} s   ${searched}${wrong.map((one) => `\n  WRONG: ${one}`).join("")}` };
};

const unlisted = readdirSync(join(root, "policies")).filter((file) => file.endsWith(".json") && !(file.replace(/\.json$/, "") in studies));
for (const file of unlisted) process.stdout.write(`policies/${file} is no case study of test/cases/studies.ts\n`);

// Two at a time, told in their order.
const lanes = 2, outcomes: Promise<Outcome>[] = [];
for (const job of jobs) {
  const before = outcomes.at(-lanes) ?? Promise.resolve();
  outcomes.push(before.then(() => outcomeOf(job)));
}
let good = unlisted.length === 0;
for (const outcome of outcomes) {
  const { line, good: fine } = await outcome;
  process.stdout.write(`${line}\n`);
  good &&= fine;
}
process.exitCode = good ? 0 : 1;
