/** `refmon check --adversaries each`: each policy under all adversaries, none and each alone, and which of them a property needs to break. */
import { arsenalOf, contestsOf } from "../checker/adversaries.ts";
import { buildAdversaries, type Reported } from "../checker/report/adversaries-build.ts";
import type { AdversariesReport } from "../checker/report/adversaries-model.ts";
import { adversariesReporters } from "../checker/report/adversaries-reporter.ts";
import { exitCodeOf, gravestOf, type ExitCode } from "../checker/report/exit-code.ts";
import { commandOf } from "./again.ts";
import { reportOf, searching } from "./check-policies.ts";
import type { Configured } from "./configuration.ts";
import { destinations } from "./options.ts";
import type { PolicyFile } from "./policy-file.ts";
import { deliver } from "./report-files.ts";
import { optionError } from "./usage-error.ts";

interface Matrix { readonly report: AdversariesReport; readonly code: ExitCode }

/** Less is reached with fewer adversaries, so that vacuity is a finding only with all of them. */
const matrixOf = async (file: PolicyFile, settings: Configured, signal: AbortSignal): Promise<Matrix> => {
  const reported = await searching(file, settings, () => null, signal, async (options) => (await contestsOf(file.policy, options)).map(({ scenario, policy, checked }, i): Reported =>
    ({ scenario, report: reportOf({ ...file, policy }, options, checked, settings, i === 0 ? settings.values.vacuity : "warn").report })));
  const [all, ...fewer] = reported;
  if (all === undefined) throw new Error("no scenario was searched");
  return { report: buildAdversaries(file.policy, arsenalOf(file.policy), all, fewer, commandOf(file.path, settings)), code: gravestOf(reported.map(({ report }) => exitCodeOf(report, settings.values.requireClosed))) };
};

/**
 * Writes a matrix for each policy and gives the exit code, the gravest of all scenarios.
 * @throws UsageError if a report cannot be written, or a flag of one check alone is given too.
 */
export const checkAdversaries = async (files: readonly PolicyFile[], settings: Configured, signal: AbortSignal): Promise<ExitCode> => {
  const to = destinations(settings.values.reporter, settings.placeOf("reporter"), [...adversariesReporters.keys()]);
  const matrices: Matrix[] = [];
  for (const file of files) matrices.push(await matrixOf(file, settings, signal));
  for (const destination of to) {
    const made = adversariesReporters.get(destination.reporter);
    if (made !== undefined) await deliver(destination, (paint) => made(matrices.map(({ report }) => report), paint));
  }
  return gravestOf(matrices.map(({ code }) => code));
};

/** @throws UsageError for what is about one check and not about several. */
export const refuseBeside = (settings: Configured, given: readonly string[]): void => {
  const beside = ["changed", "baseline", "watch", "checkpoint", "resume"].find((flag) => given.includes(flag));
  if (beside !== undefined) throw optionError(settings.placeOf("adversaries"), `a matrix of adversaries does not go with --${beside}`, { fix: `leave out --${beside}` });
};
