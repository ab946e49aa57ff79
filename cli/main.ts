/** The command line: parses, runs one command, and turns what went wrong into an exit code (CLI.md). A thread that searches the machine starts here, too. */
import { parentPort, workerData } from "node:worker_threads";
import { Command, CommanderError } from "commander";
import { surveying } from "../checker/refine/node/order.ts";
import { serveSurveys } from "../checker/refine/node/serve.ts";
import { abiProblem } from "../checker/refine/ambiguous-calls.ts";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { addCheck } from "./check.ts";
import { addDiff } from "./diff.ts";
import { addDoctor } from "./doctor.ts";
import { addExplain } from "./explain.ts";
import { addExport } from "./export.ts";
import { internalError } from "./internal-error.ts";
import { addReplay } from "./replay.ts";
import { addSchema } from "./schema.ts";
import { addSimulate } from "./simulate.ts";
import { addSize } from "./size.ts";
import { inputError, UsageError } from "./usage-error.ts";
import { version } from "./version.ts";

const exitHelp = `
Exit codes: 0 ok, 1 finding, 2 usage or input error, 3 inconclusive, 4 vacuous (with --vacuity error), 70 internal error or failed self-check, 130 interrupted.`;

const finish = (code: ExitCode): void => {
  process.exitCode = code;
};

const program = new Command("refmon")
  .description("A reference monitor for isolated domains, its specification, and the exhaustive checker that compares the two.")
  .version(version)
  .helpCommand(false)
  .addHelpText("after", exitHelp)
  .exitOverride()
  // Whatever a command does with the calls of such a monitor would be about one or the other.
  .hook("preAction", () => {
    if (abiProblem !== null) throw inputError("monitor/abi.ts", [abiProblem]);
  });
addCheck(program, finish);
addDiff(program, finish);
addReplay(program, finish);
addExplain(program, finish);
addExport(program, finish);
addSimulate(program, finish);
addSize(program, finish);
addDoctor(program, finish);
addSchema(program, finish);

const run = async (): Promise<void> => {
  try {
    await program.parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      finish(thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
    } else if (thrown instanceof UsageError) {
      process.stderr.write(`${thrown.lines.join("\n")}\n`);
      finish(exitCodes.usage);
    } else {
      process.stderr.write(`${internalError(thrown)}\n`);
      finish(exitCodes.internal);
    }
  }
};

if (parentPort !== null && workerData === surveying) serveSurveys(parentPort);
else await run();
