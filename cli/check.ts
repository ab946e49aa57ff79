/** `refmon check`: exhausts the bounded space of policies, and reports. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { callsOf, check, propertiesOf, type Checked } from "../checker/check.ts";
import { limits } from "../spec/policy.ts";
import { CheckpointRefused, type Keeper } from "../checker/explore/keeper.ts";
import { checkpointIn, disk } from "../checker/explore/node/checkpoint.ts";
import { threads, worthWaking } from "../checker/explore/node/threads.ts";
import { buildReport } from "../checker/report/build.ts";
import { exitCodeOf, gravestOf, type ExitCode } from "../checker/report/exit-code.ts";
import type { CheckReport } from "../checker/report/model.ts";
import { reporters } from "../checker/report/reporter.ts";
import type { Trace } from "../checker/trace/trace.ts";
import { parseBudget, unlimited, type Budget } from "./budget.ts";
import { counterexamplesOf } from "./counterexamples.ts";
import { internalError } from "./internal-error.ts";
import { untilInterrupted } from "./interruption.ts";
import { destinations, integerOption, repeated, selected } from "./options.ts";
import { loadPolicy, type PolicyFile } from "./policy-file.ts";
import { progressOn } from "./progress.ts";
import { writeReports } from "./report-files.ts";
import { sourcePlaces } from "./sources.ts";
import { optionError } from "./usage-error.ts";
import { version } from "./version.ts";

interface Flags {
  readonly depth?: number;
  readonly pages?: number;
  readonly vcpus?: number;
  readonly property?: readonly string[];
  readonly call?: readonly string[];
  readonly symmetry: boolean;
  readonly workers?: number;
  readonly checkpoint?: string;
  readonly resume?: true;
  readonly budget?: Budget;
  readonly requireClosed?: true;
  readonly vacuity: "error" | "warn";
  readonly allViolations?: true;
  readonly reporter: readonly string[];
  readonly timing: boolean;
  readonly traces: string | false;
}

/** A word as a shell reads it back. */
const quoted = (word: string): string => (/^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The command that gives a report again: what decides verdicts, and not where they are printed. */
const commandOf = (path: string, flags: Flags, written: readonly string[]): string => ["refmon", "check", quoted(path),
  ...(flags.depth === undefined ? [] : ["--depth", String(flags.depth)]),
  ...(flags.pages === undefined ? [] : ["--pages", String(flags.pages)]),
  ...(flags.vcpus === undefined ? [] : ["--vcpus", String(flags.vcpus)]),
  ...(flags.property ?? []).flatMap((id) => ["--property", quoted(id)]),
  ...(flags.call ?? []).flatMap((name) => ["--call", name]),
  ...(flags.symmetry ? [] : ["--no-symmetry"]),
  ...written.flatMap((budget) => ["--budget", budget]),
  ...(flags.allViolations === true ? ["--all-violations"] : []),
].join(" ");

const vacuityOption = (written: string): "error" | "warn" => {
  if (written === "error" || written === "warn") return written;
  throw optionError("--vacuity", "out of bounds", { expected: "error or warn", found: written });
};

const mostWorkers = 64;

const workersOption = (written: string): number => (written === "auto" ? availableParallelism() : integerOption("--workers", 1, mostWorkers)(written));

/** Where searches are kept: a folder for each policy, and in it one for each search. */
const keeping = ({ policy }: PolicyFile, { checkpoint, resume }: Flags): ((search: number) => Keeper | null) => (search) => (checkpoint === undefined ? null
  : checkpointIn(join(checkpoint, policy.name.replace(/[^A-Za-z0-9_-]/g, "_"), `search-${search}`), resume === true, disk, (why) => process.stderr.write(`refmon: ${why}\n`)));

interface CheckedPolicy { readonly report: CheckReport; /** By the id of a counterexample. */ readonly traces: readonly (readonly [string, Trace])[] }

const checkOne = async (file: PolicyFile, flags: Flags, budgets: readonly string[], signal: AbortSignal): Promise<CheckedPolicy> => {
  const { policy } = file;
  const properties = selected("--property", "property", flags.property, [...new Set(propertiesOf(policy).map(({ id }) => id))]);
  const calls = selected("--call", "call", flags.call, callsOf(policy));
  const workers = flags.workers ?? availableParallelism();
  const progress = progressOn(process.stderr, () => performance.now());
  const checked: Checked = await check(policy, {
    properties, calls, symmetry: flags.symmetry, allViolations: flags.allViolations === true, budget: flags.budget ?? unlimited, signal,
    memory: () => process.memoryUsage.rss(), clock: () => performance.now(), onProgress: (search, at) => progress.show(`${policy.name}, ${search}`, at), muster: threads(workers, worthWaking), keeperOf: keeping(file, flags),
  });
  progress.end();
  if (checked.cut === "error") process.stderr.write(`${internalError(checked.failure)}\n`);
  const places = sourcePlaces(), found = counterexamplesOf(file, checked.found, places, flags.traces === false ? null : flags.traces);
  const report = buildReport({
    version, policy, policyPath: file.path, policySha256: file.sha256, lineOf: file.lineOf, places,
    bounds: {
      geometry: policy.geometry, domains: policy.domains.length, frames: policy.boot.frames.length, pages: policy.bounds.pages, vcpus: policy.bounds.vcpus,
      machineDepth: policy.bounds.machineDepth, symmetry: flags.symmetry, properties: properties === null ? null : [...properties], calls: calls === null ? null : [...calls],
    },
    ...checked, counterexamples: new Map([...found].map(([property, { counterexample }]) => [property, counterexample])),
    vacuity: flags.vacuity, timing: flags.timing, workers, command: commandOf(file.path, flags, budgets),
  });
  return { report, traces: [...found.values()].map(({ counterexample, trace }) => [counterexample.id, trace] as const) };
};

/** Adds the command; `finish` takes its exit code. */
export const addCheck = (program: Command, finish: (code: ExitCode) => void): void => {
  const budgets: string[] = [];
  program.command("check")
    .summary("exhaust the bounded space of a policy: specification, monitor on the machine, claims")
    .description("Searches the specification until nothing new is left, and the monitor on the emulated machine to a depth, and judges every property and claim in both.")
    .argument("<policy...>", "policy files (JSON)")
    .option("--depth <steps>", `search the monitor to this depth (0 to ${limits.machineDepth}; the policy's own unless given)`, integerOption("--depth", 0, limits.machineDepth))
    .option("--pages <count>", `pages of each domain (1 to ${limits.pages}; the policy's own unless given)`, integerOption("--pages", 1, limits.pages))
    .option("--vcpus <count>", `vCPUs (1 to ${limits.vcpus}; the policy's own unless given)`, integerOption("--vcpus", 1, limits.vcpus))
    .option("--property <id>", "judge this property or claim only (P11, C:name); repeatable", repeated)
    .option("--call <name>", "explore no call but this one; repeatable", repeated)
    .option("--no-symmetry", "count states as they are, not up to renaming of interchangeable frames and vCPUs")
    .option("--workers <count|auto>", `threads that search the specification (1 to ${mostWorkers}; as many as there are processors unless given); the report does not depend on it`, workersOption)
    .option("--budget <amount>", "stop the run after 60s, each search at 5Mstates, or the process at 2GiB; repeatable", (written: string, so: Budget | undefined) => {
      budgets.push(written);
      return parseBudget(written, so ?? unlimited);
    })
    .option("--checkpoint <directory>", "keep the searches of the specification there after every level")
    .option("--resume", "go on from what --checkpoint kept, with any number of workers")
    .option("--require-closed", "exit 3 unless every search is exhausted")
    .option("--vacuity <error|warn>", "what to make of properties, calls and moves that were never reached", vacuityOption, "warn" as const)
    .option("--all-violations", "go on after the first violation until every property is decided")
    .option("--reporter <name[=file]>", `${[...reporters.keys()].join(", ")}: to stdout or to a file; repeatable`, repeated)
    .option("--no-timing", "leave out seconds, so that equal runs give equal bytes")
    .option("--traces <directory>", "where traces of counterexamples are written", ".refmon")
    .option("--no-traces", "write no traces")
    .action(async (paths: readonly string[], given: Omit<Flags, "reporter"> & { readonly reporter?: readonly string[] }) => {
      const flags: Flags = { ...given, reporter: given.reporter ?? ["human"] };
      const to = destinations(flags.reporter);
      if (flags.resume === true && (flags.checkpoint === undefined || !existsSync(flags.checkpoint))) {
        throw optionError("--resume", flags.checkpoint === undefined ? "nothing says from where" : `there is no ${flags.checkpoint}`, { fix: "name with --checkpoint the directory that an earlier run kept its searches in" });
      }
      const override = {
        ...(flags.pages === undefined ? {} : { pages: flags.pages }), ...(flags.vcpus === undefined ? {} : { vcpus: flags.vcpus }),
        ...(flags.depth === undefined ? {} : { machineDepth: flags.depth }),
      };
      // Every file is read before anything is searched: a typo in the last name must not cost the time of the first.
      const files = paths.map((path) => loadPolicy(path, override));
      const checked: CheckedPolicy[] = [];
      await untilInterrupted(async (signal) => {
        for (const file of files) {
          checked.push(await checkOne(file, flags, budgets, signal).catch((thrown: unknown) => {
            throw thrown instanceof CheckpointRefused ? optionError("--resume", thrown.message, { fix: "run without --resume to search from the beginning" }) : thrown;
          }));
        }
      });
      const requireClosed = flags.requireClosed === true, reports = checked.map(({ report }) => report);
      await writeReports({ reports, unchanged: [], traces: new Map(checked.flatMap(({ traces }) => traces)), requireClosed }, to);
      finish(gravestOf(reports.map((report) => exitCodeOf(report, requireClosed))));
    });
};
