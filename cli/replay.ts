/** `refmon replay`: a trace once more, on the oracle, the generated code and the monitor side by side. */
import type { Command } from "commander";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { replayLines } from "../checker/report/human-replay.ts";
import { recordTrace } from "../checker/trace/record.ts";
import { replayTrace } from "../checker/trace/replay.ts";
import { paintFor, print } from "./output.ts";
import { loadPolicy } from "./policy-file.ts";
import { loadTrace, underPolicy } from "./trace-file.ts";
import { optionError } from "./usage-error.ts";

const expectation = (written: string): "violation" | "ok" => {
  if (written === "violation" || written === "ok") return written;
  throw optionError("--expect", "there is no such outcome", { expected: "violation or ok", found: written });
};

/** Adds the command; `finish` takes its exit code. */
export const addReplay = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("replay")
    .summary("run a trace once more on oracle, generated code and monitor; they must agree")
    .description("Exits 1 if the trace shows a violation and 0 if it does not; with --expect, 0 if the outcome is the expected one.")
    .argument("<trace>", "a trace file, the id of a counterexample in .refmon, or - for stdin")
    .option("--expect <violation|ok>", "the outcome that is a success", expectation)
    .option("--policy <file>", "run the steps under this policy instead of the one that the trace carries")
    .action(async (named: string, { expect, policy }: { readonly expect?: "violation" | "ok"; readonly policy?: string }) => {
      const loaded = loadTrace(named), trace = policy === undefined ? loaded.trace : underPolicy(loaded, loadPolicy(policy, {}));
      const verdict = replayTrace(trace);
      const violated = verdict.confirmed === true || verdict.findings.length > 0;
      await print(`${replayLines(trace, recordTrace(trace), verdict, violated, paintFor(process.stdout)).join("\n")}\n`);
      // Where the trace is not about the monitor, the three must agree whatever else is true; under another policy steps may stop meaning what they did.
      if (!verdict.agree && policy === undefined) finish(exitCodes.internal);
      else finish(violated === (expect === "violation") ? exitCodes.ok : exitCodes.finding);
    });
};
