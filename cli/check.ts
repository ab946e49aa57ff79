/** `refmon check`: exhausts the bounded space of policies, and reports. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { exitCodeOf, gravestOf, type ExitCode } from "../checker/report/exit-code.ts";
import { reporters } from "../checker/report/reporter.ts";
import type { Results } from "../checker/report/results.ts";
import { limits } from "../spec/policy.ts";
import { checkPolicies, loadFor, type Checkpointing } from "./check-policies.ts";
import { configured, type Configured, type Flags } from "./configuration.ts";
import { untilInterrupted } from "./interruption.ts";
import { destinations, repeated } from "./options.ts";
import { writeReports } from "./report-files.ts";
import { mostWorkers } from "./settings.ts";
import { optionError } from "./usage-error.ts";

/** @throws UsageError if there is none. */
const policiesOf = ({ values }: Configured): readonly string[] => {
  if (values.policy === undefined) throw optionError("policy", "no policy is named", { expected: "one or more policy files", fix: "name them behind `refmon check`, or as `policy` in refmon.config.json" });
  return values.policy;
};

const checkResume = ({ checkpoint, resume }: Checkpointing): void => {
  if (resume !== true || (checkpoint !== undefined && existsSync(checkpoint))) return;
  throw optionError("--resume", checkpoint === undefined ? "nothing says from where" : `there is no ${checkpoint}`, { fix: "name with --checkpoint the directory that an earlier run kept its searches in" });
};

/** Of several policies the gravest. */
const exitCodeOfAll = ({ reports, requireClosed }: Results): ExitCode => gravestOf(reports.map((report) => exitCodeOf(report, requireClosed)));

/** Adds the command; `finish` takes its exit code. */
export const addCheck = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("check")
    .summary("exhaust the bounded space of a policy: specification, monitor on the machine, claims")
    .description("Searches the specification until nothing new is left, and the monitor on the emulated machine to a depth, and judges every property and claim in both.\nFlags go over REFMON_* variables, and those over refmon.config.json; `refmon doctor` shows which holds.")
    .argument("[policy...]", "policy files (JSON)")
    .option("--config <file>", "settings, instead of refmon.config.json")
    .option("--depth <steps>", `search the monitor to this depth (0 to ${limits.machineDepth}; the policy's own unless given)`)
    .option("--pages <count>", `pages of each domain (1 to ${limits.pages}; the policy's own unless given)`)
    .option("--vcpus <count>", `vCPUs (1 to ${limits.vcpus}; the policy's own unless given)`)
    .option("--property <id>", "judge this property or claim only (P11, C:name); repeatable", repeated)
    .option("--call <name>", "explore no call but this one; repeatable", repeated)
    .option("--symmetry", "count states up to renaming of interchangeable frames and vCPUs (the default)")
    .option("--no-symmetry", "count states as they are")
    .option("--workers <count|auto>", `threads that search the specification (1 to ${mostWorkers}; as many as there are processors unless given); the report does not depend on it`)
    .option("--budget <amount>", "stop the run after 60s, each search at 5Mstates, or the process at 2GiB; repeatable", repeated)
    .option("--checkpoint <directory>", "keep the searches of the specification there after every level")
    .option("--resume", "go on from what --checkpoint kept, with any number of workers")
    .option("--require-closed", "exit 3 unless every search is exhausted")
    .option("--no-require-closed", "do not (the default)")
    .option("--vacuity <error|warn>", "what to make of properties, calls and moves that were never reached (warn unless given)")
    .option("--all-violations", "go on after the first violation until every property is decided")
    .option("--no-all-violations", "do not (the default)")
    .option("--reporter <name[=file]>", `${[...reporters.keys()].join(", ")}: to stdout or to a file; repeatable (human unless given)`, repeated)
    .option("--timing", "say how many seconds and workers it took (the default)")
    .option("--no-timing", "leave out seconds, so that equal runs give equal bytes")
    .option("--traces <directory>", "where traces of counterexamples are written (.refmon unless given)")
    .option("--no-traces", "write no traces")
    .action(async (paths: readonly string[], given: Flags & Checkpointing & { readonly config?: string }) => {
      const settings = configured({ ...given, ...(paths.length === 0 ? {} : { policy: paths }) }, given.config, process.env);
      const to = destinations(settings.values.reporter, settings.placeOf("reporter"));
      checkResume(given);
      // Every file is read before anything is searched: a typo in the last name must not cost the time of the first.
      const files = policiesOf(settings).map((path) => loadFor(path, settings));
      await untilInterrupted(async (signal) => {
        const results = await checkPolicies(files, settings, given, signal);
        await writeReports(results, to);
        finish(exitCodeOfAll(results));
      });
    });
};
