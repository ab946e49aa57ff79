/** `refmon explain`: one counterexample, down to page-table bits. */
import { relative } from "node:path";
import type { Command } from "commander";
import { propertiesOf } from "../checker/check.ts";
import { examineTrace } from "../checker/examine.ts";
import { testFile } from "../checker/report/as-test.ts";
import { counterexampleOf } from "../checker/report/counterexample.ts";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { counterexampleLines, stepLines } from "../checker/report/human-counterexample.ts";
import { policyPlaces } from "../checker/report/policy-places.ts";
import { idOf } from "./counterexamples.ts";
import { integerOption } from "./options.ts";
import { paintFor, print } from "./output.ts";
import { loadPolicy } from "./policy-file.ts";
import { sourcePlaces } from "./sources.ts";
import { loadTrace, underPolicy } from "./trace-file.ts";
import { optionError } from "./usage-error.ts";

interface Flags { readonly step?: number; readonly full?: true; readonly asTest?: true; readonly policy?: string }

/** Adds the command; `finish` takes its exit code. */
export const addExplain = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("explain")
    .summary("one counterexample, down to page-table bits")
    .argument("<trace>", "a trace file, the id of a counterexample in .refmon, or - for stdin")
    .option("--step <number>", "one step alone, with everything that it changed", integerOption("--step", 1, 1_000_000))
    .option("--full", "every change and every entry of every step")
    .option("--as-test", "a vitest file that fails while the steps lead to the violation")
    .option("--policy <file>", "the policy to explain the steps under, and to test")
    .action(async (named: string, flags: Flags) => {
      const loaded = loadTrace(named), file = flags.policy === undefined ? null : loadPolicy(flags.policy, {});
      // Also of a test that is written: one that cannot run the steps would tell of no violation.
      const trace = file === null ? loaded.trace : underPolicy(loaded, file), id = idOf(loaded.trace);
      if (flags.asTest === true) {
        await print(testFile(loaded.trace, { id, program: relative(process.cwd(), process.argv[1] ?? ""), policyFile: file?.path ?? null }));
        finish(exitCodes.ok);
        return;
      }
      const { expected } = trace;
      if (flags.step !== undefined && flags.step > trace.steps.length) {
        throw optionError("--step", "the trace is shorter", { expected: `1 to ${trace.steps.length}`, found: String(flags.step) });
      }
      const examined = examineTrace(trace), where = expected?.place === "M" ? "monitor" as const : "specification" as const;
      const found = counterexampleOf({
        ...examined, id, where, property: expected?.property ?? "", file: null, replay: null,
        policy: file === null ? [] : policyPlaces(file.policy, file.path, file.lineOf, expected?.property ?? "", trace.steps),
      }, sourcePlaces());
      const stated = propertiesOf(trace.policy).find(({ id: known }) => known === expected?.property);
      const broken = { id: expected?.property ?? "", title: stated?.title ?? "", sentence: stated?.sentence ?? "" };
      const paint = paintFor(process.stdout);
      const lines = flags.step === undefined ? counterexampleLines(broken, found, examined.verdict.confirmed === true ? "confirmed" : "refuted", paint, flags.full === true) : stepLines(found, flags.step, paint);
      await print(`${lines.join("\n").trimEnd()}\n`);
      finish(exitCodes.ok);
    });
};
