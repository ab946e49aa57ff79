/** `refmon simulate`: random walks of a policy, or of a larger system of its kind, far beyond what a search exhausts. */
import type { Command } from "commander";
import { callsOf, propertiesOf } from "../checker/check.ts";
import { readPolicy } from "../checker/policy/read.ts";
import type { ExitCode } from "../checker/report/exit-code.ts";
import { humanSimulation } from "../checker/report/human-simulation.ts";
import { counted, plural, type Paint } from "../checker/report/layout.ts";
import { exitCodeOfSimulation, simulateReport, type SimulateReport } from "../checker/report/simulation.ts";
import { inflate, type Inflation } from "../checker/simulate/inflate.ts";
import type { SimulateProgress } from "../checker/simulate/simulate.ts";
import { limits, Platform } from "../spec/policy.ts";
import { simulationOf } from "./again.ts";
import { parseBudget } from "./budget.ts";
import { configured, type Configured, type Flags } from "./configuration.ts";
import { counterexamplesOf } from "./counterexamples.ts";
import { writeWhole } from "./files.ts";
import { untilInterrupted } from "./interruption.ts";
import { destinations, repeated, selected, type Destination } from "./options.ts";
import { paintFor, print } from "./output.ts";
import { loadPolicy, type PolicyFile } from "./policy-file.ts";
import { progressOn } from "./progress.ts";
import { defaults, largestSeed } from "./settings.ts";
import { sourcePlaces } from "./sources.ts";
import { inputError, optionError } from "./usage-error.ts";
import { version } from "./version.ts";

const writers: ReadonlyMap<string, (report: SimulateReport, paint: Paint) => string> = new Map([
  ["human", (report: SimulateReport, paint: Paint) => `${humanSimulation(report, paint).join("\n")}\n`],
  ["json", (report: SimulateReport) => `${JSON.stringify(report, null, 2)}\n`],
]);

/** @throws UsageError unless exactly one policy is named. */
const policyOf = ({ values, placeOf }: Configured): string => {
  const [first, ...others] = values.policy ?? [];
  if (first === undefined || others.length > 0) throw optionError(first === undefined ? "policy" : placeOf("policy"), first === undefined ? "no policy is named" : "one policy at a time is walked", { expected: "a policy file", fix: "name it behind `refmon simulate`" });
  return first;
};

/**
 * The policy, and what is made of it.
 * @throws UsageError if the sizes that are asked for do not go with it.
 */
const inflated = (file: PolicyFile, { values: { domains, frames, pages, vcpus, geometry } }: Configured): Inflation => {
  const grown = inflate(file.policy, {
    ...(domains === undefined ? {} : { domains }), ...(frames === undefined ? {} : { frames }), ...(pages === undefined ? {} : { pages }), ...(vcpus === undefined ? {} : { vcpus }),
    ...(geometry === undefined ? {} : { geometry }),
  });
  if (!grown.ok) throw inputError(file.path, [grown.problem]);
  const read = readPolicy(JSON.stringify(grown.inflation.policy), {});
  // Its lines are those of no file.
  if (!read.ok) throw inputError(`${file.path}, enlarged`, read.problems.map(({ line: _line, column: _column, ...problem }) => problem));
  return { ...grown.inflation, policy: read.policy };
};

const progressLine = (name: string, { walks, steps, distinct, shrunk }: SimulateProgress): string =>
  (shrunk === null ? `${name}: walk ${counted(walks)}, ${plural(steps, "step")}, ${plural(distinct, "distinct state")}` : `${name}: shrinking, ${plural(shrunk, "step")} left`);

const simulated = async (file: PolicyFile, settings: Configured, signal: AbortSignal): Promise<SimulateReport> => {
  const { values, placeOf } = settings, inflation = inflated(file, settings);
  // fast-check is large, and no other command needs it.
  const { judgedInWalks, simulate } = await import("../checker/simulate/simulate.ts");
  const ids = [...new Set(judgedInWalks(inflation.policy).map(({ id }) => id))], all = propertiesOf(inflation.policy);
  const beyond = values.property?.find((named) => all.some(({ id }) => id === named) && !ids.includes(named));
  if (beyond !== undefined) throw optionError(placeOf("property"), `${beyond} is about all that could happen, and a walk is one thing that does`, { found: beyond, fix: "`refmon check` judges it" });
  const properties = selected(placeOf("property"), "property", values.property, ids), calls = selected(placeOf("call"), "call", values.call, callsOf(inflation.policy));
  const seed = values.seed === "random" ? Math.floor(Math.random() * (largestSeed + 1)) : values.seed;
  const progress = progressOn(process.stderr, () => performance.now()), began = performance.now();
  const walked = await simulate(inflation.policy, {
    walks: values.walks, length: values.length, seed, properties, calls, budget: parseBudget(values.budget ?? [], placeOf("budget")), signal,
    memory: () => process.memoryUsage.rss(), clock: () => performance.now(), onProgress: (at) => { progress.say(() => progressLine(inflation.policy.name, at)); },
  });
  progress.end();
  const places = sourcePlaces(), found = walked.finding === null ? [] : [walked.finding.found];
  const [counterexample = null] = [...counterexamplesOf({ ...file, policy: inflation.policy }, found, places, values.traces === false ? null : values.traces).values()].map((one) => one.counterexample);
  return simulateReport({
    version, policy: { name: file.policy.name, path: file.path, sha256: file.sha256 }, lineOf: file.lineOf, places, inflation, seed, asked: values.walks, length: values.length, properties, calls,
    simulated: walked, counterexample, vacuity: values.vacuity, seconds: values.timing ? (performance.now() - began) / 1000 : null, command: simulationOf(file.path, settings, seed),
  });
};

/** @throws UsageError if a file cannot be written. */
const write = async (report: SimulateReport, to: readonly Destination[]): Promise<void> => {
  for (const { reporter, file } of to) {
    const text = writers.get(reporter)?.(report, paintFor(file === null ? process.stdout : {})) ?? "";
    const failed = file === null ? null : writeWhole(file, text);
    if (failed !== null) throw optionError("--reporter", `${file ?? ""} cannot be written: ${failed}`, { fix: "name a file in a directory that may be written" });
    if (file === null) await print(text);
  }
};

interface Own { readonly config?: string; readonly reporter?: readonly string[] }

/** Adds the command; `finish` takes its exit code. */
export const addSimulate = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("simulate")
    .summary("random walks far beyond the bounds; what breaks is shrunk to a short trace")
    .description("Walks from the boot image by random calls and moves, on the monitor on the machine and the specification beside it, and judges every property and claim after each step.\nWith sizes, a larger system of the same kind is walked: added domains are siblings of those that the policy has, in turn; added frames are the root domain's.")
    .argument("[policy]", "a policy file (JSON)")
    .option("--config <file>", "settings, instead of refmon.config.json")
    .option("--platform <name>", `${Object.keys(Platform.keys).join(" or ")} (the policy's own unless given)`)
    .option("--walks <count>", `walks (1 to 1000000; ${defaults.walks} unless given)`)
    .option("--length <steps>", `steps of each, at most (1 to 100000; ${defaults.length} unless given)`)
    .option("--seed <number|random>", `where the randomness starts (0 to ${largestSeed}; ${defaults.seed} unless given): the same seed takes the same walks`)
    .option("--domains <count>", `domains (up to ${limits.domains}; the policy's own unless given)`)
    .option("--frames <count>", `frames (up to ${limits.frames}; those of the policy and of its tables unless given)`)
    .option("--pages <count>", `pages of each domain (1 to ${limits.pages}; the policy's own unless given)`)
    .option("--vcpus <count>", `vCPUs (1 to ${limits.vcpus}; the policy's own unless given)`)
    .option("--geometry <levels x bits>", "of page tables, 2x1 to 4x9 (the policy's own unless given)")
    .option("--property <id>", "judge this property or claim only (P11, C:name); repeatable", repeated)
    .option("--call <name>", "make no call but this one; repeatable", repeated)
    .option("--budget <amount>", "stop after 60s, shared by walking and shrinking, at 5Mstates of all walks together, or at 2GiB of the process; repeatable", repeated)
    .option("--vacuity <error|warn>", "what to make of properties, calls and moves that no walk reached (warn unless given)")
    .option("--reporter <name[=file]>", `${[...writers.keys()].join(", ")}: to stdout or to a file; repeatable (human unless given)`, repeated)
    .option("--timing", "say how many seconds it took (the default)")
    .option("--no-timing", "leave out seconds, so that the same seed gives the same bytes")
    .option("--traces <directory>", "where the trace of what was found is written (.refmon unless given)")
    .option("--no-traces", "write no trace")
    .action(async (named: string | undefined, { config, reporter, ...given }: Omit<Flags, "reporter"> & Own) => {
      const settings = configured({ ...given, ...(named === undefined ? {} : { policy: [named] }) }, config, process.env);
      const to = destinations(reporter ?? ["human"], "--reporter", [...writers.keys()]), { platform } = settings.values, file = loadPolicy(policyOf(settings), platform === undefined ? {} : { platform });
      await untilInterrupted(async (signal) => {
        const report = await simulated(file, settings, signal);
        await write(report, to);
        finish(exitCodeOfSimulation(report));
      });
    });
};
