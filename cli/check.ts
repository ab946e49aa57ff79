/** `refmon check`: exhausts the bounded space of policies, and reports. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { exitCodeOf, exitCodes, gravestOf, type ExitCode } from "../checker/report/exit-code.ts";
import { reporters } from "../checker/report/reporter.ts";
import type { Results } from "../checker/report/results.ts";
import { limits, Platform } from "../spec/policy.ts";
import { checkAdversaries, refuseBeside } from "./adversaries.ts";
import { checkPolicies, loadFor, type Checkpointing } from "./check-policies.ts";
import { selectChanged, usualBaseline } from "./changed.ts";
import { configured, type Configured, type Flags } from "./configuration.ts";
import { untilInterrupted } from "./interruption.ts";
import { destinations, repeated, type Destination } from "./options.ts";
import { writeReports } from "./report-files.ts";
import { mostWorkers } from "./settings.ts";
import { optionError } from "./usage-error.ts";
import { seenNow, watchPolicies } from "./watch.ts";

/** @throws UsageError if there is none. */
const policiesOf = ({ values }: Configured): readonly string[] => {
  if (values.policy === undefined) throw optionError("policy", "no policy is named", { expected: "one or more policy files", fix: "name them behind `refmon check`, or as `policy` in refmon.config.json" });
  return values.policy;
};

const checkResume = ({ checkpoint, resume }: Checkpointing): void => {
  if (resume !== true || (checkpoint !== undefined && existsSync(checkpoint))) return;
  throw optionError("--resume", checkpoint === undefined ? "nothing says from where" : `there is no ${checkpoint}`, { fix: "name with --checkpoint the directory that an earlier run kept its searches in" });
};

const checkFingerprint = ({ values, placeOf }: Configured, { checkpoint }: Checkpointing): void => {
  if (!values.fingerprint || checkpoint === undefined) return;
  throw optionError(placeOf("fingerprint"), "a checkpoint needs whole states, and fingerprints are not", { fix: "leave out --fingerprint or --checkpoint" });
};

/** Of several policies the gravest. One that was not checked again held when it was. */
const exitCodeOfAll = ({ reports, unchanged, requireClosed }: Results): ExitCode =>
  gravestOf([...reports.map((report) => exitCodeOf(report, requireClosed)), ...unchanged.map(() => exitCodes.ok)]);

interface Manner { readonly changed?: true; readonly baseline?: string; readonly watch?: true }

/** What cannot be asked for together. */
const checkManner = ({ changed, baseline, watch }: Manner, { checkpoint }: Checkpointing, paths: readonly string[], to: readonly Destination[]): void => {
  if (watch !== true) return;
  if (paths.includes("-")) throw optionError("--watch", "stdin is never saved again", { found: "-", fix: "name a file" });
  const beside = changed === true ? "--changed" : baseline !== undefined ? "--baseline" : checkpoint !== undefined ? "--checkpoint" : null;
  if (beside !== null) throw optionError("--watch", `it does not go with ${beside}`, { fix: `leave out ${beside}` });
  const printed = to.find(({ reporter, file }) => file === null && reporter !== "human");
  if (printed !== undefined) throw optionError("--watch", "what is printed while watching is for a reader", { found: printed.reporter, fix: `write it to a file: --reporter ${printed.reporter}=FILE` });
};

/** Adds the command; `finish` takes its exit code. */
export const addCheck = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("check")
    .summary("exhaust the bounded space of a policy: specification, monitor on the machine, claims")
    .description("Searches the specification until nothing new is left, and the monitor on the emulated machine to a depth, and judges every property and claim in both.\nFlags go over REFMON_* variables, and those over refmon.config.json; `refmon doctor` shows which holds.")
    .argument("[policy...]", "policy files (JSON)")
    .option("--config <file>", "settings, instead of refmon.config.json")
    .option("--platform <name>", `${Object.keys(Platform.keys).join(" or ")} (the policy's own unless given)`)
    .option("--profile <quick|deep>", "sizes of the searches: quick for every push, deep for the night; both search from everywhere, and on sev-snp less deep than the policy says (without one: the policy's own depth, the boot image alone)")
    .option("--from <boot|empty|every>", "search from the boot image, from the empty machine, or one step from every well-formed state of a tiny version of the policy; repeatable", repeated)
    .option("--adversaries <policy|each>", "each: check with all adversaries, with none, and with each alone, and show a matrix of properties and adversaries (policy, the default: as the policy says); reporters human, json and markdown, and depth 3 at most where neither --depth nor --profile is given")
    .option("--depth <steps>", `search the monitor to this depth (0 to ${limits.machineDepth}; the policy's own unless given)`)
    .option("--pages <count>", `pages of each domain (1 to ${limits.pages}; the policy's own unless given)`)
    .option("--vcpus <count>", `vCPUs (1 to ${limits.vcpus}; the policy's own unless given)`)
    .option("--property <id>", "judge this property or claim only (P11, C:name); repeatable", repeated)
    .option("--call <name>", "explore no call but this one; repeatable", repeated)
    .option("--symmetry", "count states up to renaming of interchangeable frames and vCPUs (the default)")
    .option("--no-symmetry", "count states as they are")
    .option("--fingerprint", "keep states of the specification as 64-bit fingerprints where these are shorter: less memory, and the report says how probable it is that a state was left out")
    .option("--no-fingerprint", "keep them whole (the default)")
    .option("--workers <count|auto>", `threads that search the specification (1 to ${mostWorkers}; as many as there are processors unless given); the report does not depend on it`)
    .option("--budget <amount>", "stop the run after 60s, shared by its searches, each search at 5Mstates, or the process at 2GiB; repeatable", repeated)
    .option("--checkpoint <directory>", "keep the searches of the specification there after every level")
    .option("--resume", "go on from what --checkpoint kept, with any number of workers")
    .option("--require-closed", "exit 3 unless every search is exhausted")
    .option("--no-require-closed", "do not (the default)")
    .option("--vacuity <error|warn>", "what to make of properties, calls and moves that were never reached; with error the monitor is driven beyond its depth to reach them (warn unless given)")
    .option("--all-violations", "go on after the first violation until every property is decided; without it, what is still to be searched is left out")
    .option("--no-all-violations", "do not (the default)")
    .option("--reporter <name[=file]>", `${[...reporters.keys()].join(", ")}: to stdout or to a file; repeatable (human unless given)`, repeated)
    .option("--timing", "say how many seconds and workers it took (the default)")
    .option("--no-timing", "leave out seconds, so that equal runs give equal bytes")
    .option("--traces <directory>", "where traces of counterexamples are written (.refmon unless given)")
    .option("--no-traces", "write no traces")
    .option("--changed", "check only policies that did not hold before, or whose file, specification, monitor or settings have changed since")
    .option("--baseline <file>", `where what held is recorded, and --changed looks it up (${usualBaseline} unless given)`)
    .option("--watch", "check again on save, and show what that did to the verdicts; Ctrl-C ends")
    .action(async (named: readonly string[], given: Flags & Checkpointing & Manner & { readonly config?: string }) => {
      const settings = configured({ ...given, ...(named.length === 0 ? {} : { policy: named }) }, given.config, process.env);
      if (settings.values.adversaries === "each") {
        refuseBeside(settings, Object.keys(given));
        const each = policiesOf(settings).map((path) => loadFor(path, settings));
        await untilInterrupted(async (signal) => {
          finish(await checkAdversaries(each, settings, signal));
        });
        return;
      }
      const to = destinations(settings.values.reporter, settings.placeOf("reporter"), [...reporters.keys()]);
      checkResume(given);
      checkFingerprint(settings, given);
      const paths = policiesOf(settings);
      checkManner(given, given, paths, to);
      // Every file is read before anything is searched: a typo in the last name must not cost the time of the first.
      const seen = seenNow(paths), files = paths.map((path) => loadFor(path, settings));
      const recording = given.changed === true || given.baseline !== undefined;
      const selection = recording ? selectChanged(files, settings, given.baseline ?? usualBaseline, given.changed === true) : { files, unchanged: [], record: () => undefined };
      await untilInterrupted(async (signal) => {
        const results = { ...await checkPolicies(selection.files, settings, given, signal), unchanged: selection.unchanged };
        await writeReports(results, to);
        selection.record(results);
        finish(exitCodeOfAll(results));
        if (given.watch !== true) return;
        await watchPolicies(results, seen, settings, to, signal);
        finish(exitCodes.interrupted);
      });
    });
};
