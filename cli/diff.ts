/** `refmon diff`: what a change of a policy makes possible, and what it takes away. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { diff } from "../checker/diff/diff.ts";
import type { Sides } from "../checker/diff/universe.ts";
import type { Witness } from "../checker/diff/witness.ts";
import { large } from "../checker/explore/crew.ts";
import { threads } from "../checker/explore/node/threads.ts";
import { decode } from "../checker/policy/decode.ts";
import { parseJson } from "../checker/policy/json.ts";
import { readPolicy, largestPolicy } from "../checker/policy/read.ts";
import { AcceptFile } from "../checker/report/accept.ts";
import { buildDiff } from "../checker/report/diff-build.ts";
import { diffExitCode } from "../checker/report/diff-exit-code.ts";
import { diffReporters } from "../checker/report/diff-reporter.ts";
import type { ExitCode } from "../checker/report/exit-code.ts";
import { writeTrace } from "../checker/trace/codec.ts";
import { parseBudget } from "./budget.ts";
import { configured, type Flags } from "./configuration.ts";
import { idOf } from "./counterexamples.ts";
import { readText, sha256, writeWhole } from "./files.ts";
import { fileAt } from "./git.ts";
import { untilInterrupted } from "./interruption.ts";
import { destinations, integerOption, repeated } from "./options.ts";
import { loadPolicy, type PolicyFile } from "./policy-file.ts";
import { progressOn } from "./progress.ts";
import { deliver } from "./report-files.ts";
import { mostWorkers } from "./settings.ts";
import { sourcePlaces } from "./sources.ts";
import { inputError, optionError } from "./usage-error.ts";
import { version } from "./version.ts";

interface Own {
  readonly exitCode?: true;
  readonly maxWitnesses: number;
  readonly base?: string;
  readonly accept?: string;
  readonly reporter?: readonly string[];
  readonly config?: string;
}

/** Of each search, where nobody says otherwise: as many as take about a minute. */
const usualBudget = "5Mstates";
const usualWitnesses = 3, mostWitnesses = 100;

/** @throws UsageError for anything but `git:REF`, and for what `fileAt` does. */
const atBase = (base: string, path: string): PolicyFile => {
  const reference = /^git:(.*)$/.exec(base)?.[1];
  if (reference === undefined) throw optionError("--base", "this is no base", { expected: "git:REF, for example git:main", found: base });
  const bytes = fileAt(reference, path, largestPolicy), name = `${reference}:${path}`;
  if (bytes === null) throw inputError(name, [{ code: "TOO_LARGE", pointer: "", sentence: "the file is too large", expected: "at most 1 MiB" }]);
  const read = readPolicy(new TextDecoder().decode(bytes), {});
  if (!read.ok) throw inputError(name, read.problems);
  return { policy: read.policy, path: name, sha256: sha256(bytes), lineOf: read.lineOf };
};

/** @throws UsageError if there are not as many files as are needed, or one of them is no policy. */
const bothOf = (named: readonly string[], base: string | undefined): Sides<PolicyFile> => {
  const [first, second] = named, wanted = base === undefined ? 2 : 1;
  if (first === undefined || named.length !== wanted) {
    throw optionError("diff", base === undefined ? "two policies are compared" : "with --base one policy is named", { expected: base === undefined ? "OLD and NEW" : "NEW", found: named.length === 0 ? "nothing" : named.join(" ") });
  }
  const [, commit] = /^(git:[^:]+):./.exec(first) ?? [];
  if (base === undefined && commit !== undefined) throw optionError("diff", "a file of a commit is named by --base", { expected: "OLD and NEW, or --base and NEW", found: first, fix: `refmon diff --base ${commit} NEW` });
  return base === undefined ? { old: loadPolicy(first, {}), new: loadPolicy(second ?? "", {}) } : { old: atBase(base, first), new: loadPolicy(first, {}) };
};

/** @throws UsageError where page tables have another shape: then no run of one is a run of the other. */
const checkComparable = ({ old, new: now }: Sides<PolicyFile>): void => {
  if (old.policy.geometry === now.policy.geometry) return;
  const line = now.lineOf("/geometry");
  throw inputError(now.path, [{
    code: "OUT_OF_BOUNDS", pointer: "/geometry", sentence: "policies of different geometry cannot be compared: their page tables have no runs in common", ...(line === undefined ? {} : { line }),
    expected: `${old.policy.geometry}, as in ${old.path}`, found: now.policy.geometry, fix: "give both the same geometry first, and compare the two steps",
  }]);
};

/** @throws UsageError if the file is not one of accepted widenings. */
const acceptedIn = (path: string | undefined): AcceptFile | null => {
  if (path === undefined) return null;
  const file = readText(path, largestPolicy);
  if (!file.ok) throw inputError(path, [file.problem]);
  const parsed = parseJson(file.text);
  if (!parsed.ok) throw inputError(path, [parsed.problem]);
  const decoded = decode(AcceptFile, parsed.json.value);
  if (decoded.ok) return decoded.value;
  throw inputError(path, decoded.problems.map((problem) => {
    const line = parsed.json.lineOf(problem.pointer);
    return line === undefined ? problem : { ...problem, line };
  }));
};

/** The command that gives the report again. */
const commandOf = (named: readonly string[], { base, accept, maxWitnesses }: Own, budget: readonly string[]): string => [
  "refmon diff", ...named, ...(base === undefined ? [] : ["--base", base]), ...(accept === undefined ? [] : ["--accept", accept]), ...(maxWitnesses === usualWitnesses ? [] : ["--max-witnesses", String(maxWitnesses)]),
  ...budget.flatMap((one) => ["--budget", one]),
].join(" ");

/** Adds the command; `finish` takes its exit code. */
export const addDiff = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("diff")
    .summary("what a change of a policy makes possible, with a shortest witness each")
    .description("Searches both policies in lockstep, and each for what can come about in it. Rules that differ in text and not in effect are equal.\nOf REFMON_* variables and refmon.config.json it reads budget, workers and traces; flags go over both.")
    .argument("[policies...]", "OLD and NEW; with --base NEW alone")
    .option("--config <file>", "settings, instead of refmon.config.json")
    .option("--exit-code", "exit 1 if NEW allows what OLD does not and nobody has accepted, or violates a property that OLD did not")
    .option("--max-witnesses <count>", `witnesses that are made and replayed (0 to ${mostWitnesses}; ${usualWitnesses} unless given)`, integerOption("--max-witnesses", 0, mostWitnesses), usualWitnesses)
    .option("--base <git:REF>", "compare with the same file at a commit, for example git:main")
    .option("--accept <file>", "widenings that somebody has accepted, with a reason each; an entry expires with the first change of either policy")
    .option("--budget <amount>", `stop the run after 60s, shared by its searches in their order, each search at ${usualBudget}, or the process at 2GiB; repeatable (${usualBudget} unless given)`, repeated)
    .option("--workers <count|auto>", `threads that search (1 to ${mostWorkers}; as many as there are processors unless given); the report does not depend on it`)
    .option("--reporter <name[=file]>", `${[...diffReporters.keys()].join(", ")}: to stdout or to a file; repeatable (human unless given)`, repeated)
    .option("--traces <directory>", "where traces of witnesses are written (.refmon unless given)")
    .option("--no-traces", "write no traces")
    .action(async (named: readonly string[], flags: Own & Pick<Flags, "budget" | "workers" | "traces">) => {
      const { exitCode, maxWitnesses, base, accept, reporter, config, ...given } = flags;
      const { values: { budget: written = [], workers, traces }, placeOf } = configured(given, config, process.env);
      const to = destinations(reporter ?? ["human"], "--reporter", [...diffReporters.keys()]), budget = parseBudget([usualBudget, ...written], placeOf("budget"));
      const files = bothOf(named, base), accepted = acceptedIn(accept);
      checkComparable(files);
      await untilInterrupted(async (signal) => {
        const progress = progressOn(process.stderr, () => performance.now()), memory = new AbortController(), began = performance.now();
        const found = await diff({ old: files.old.policy, new: files.new.policy }, {
          mostWitnesses: maxWitnesses,
          search: {
            symmetry: true, fingerprints: false, maxStates: budget.states, maxMilliseconds: budget.milliseconds, moreTime: null, maxBytes: budget.bytes, signal: AbortSignal.any([signal, memory.signal]),
            muster: threads(workers === "auto" ? availableParallelism() : workers, large), clock: () => performance.now(), keeper: null, meter: null,
            onProgress: (at) => {
              progress.show("diff", at);
              if (process.memoryUsage.rss() > budget.bytes || performance.now() - began > budget.milliseconds) memory.abort();
            },
          },
        });
        progress.end();
        const traced = (witness: Witness): { readonly id: string; readonly file: string | null } => {
          const id = idOf(witness.trace), file = traces === false ? null : join(traces, `${id}.json`);
          const failed = file === null ? null : writeWhole(file, writeTrace(witness.trace));
          if (failed !== null) throw optionError(placeOf("traces"), `${file ?? ""} cannot be written: ${failed}`, { fix: "name another directory, or use --no-traces" });
          return { id, file };
        };
        const report = buildDiff({ version, sides: files, places: sourcePlaces(), ...found, traced, accepted, interrupted: signal.aborted, command: commandOf(named, flags, written) });
        for (const destination of to) {
          const made = diffReporters.get(destination.reporter);
          if (made !== undefined) await deliver(destination, (paint) => made(report, paint));
        }
        finish(diffExitCode(report, exitCode === true));
      });
    });
};
