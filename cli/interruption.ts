/** Ctrl-C: the first signal asks the work to end with what it has, the second one ends the process. */
import { exitCodes } from "../checker/report/exit-code.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

/** Runs `work` with a signal that SIGINT and SIGTERM raise. One that comes when the work is done finds nothing to end: the report is written, and its exit code holds. */
export const untilInterrupted = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  await work(controller.signal);
};
