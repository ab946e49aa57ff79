/** The exit code that a report asks for: CLI.md, "Exit codes". A run that measured nothing never looks like a pass. */
import { match } from "ts-pattern";
import type { CheckReport } from "./model.ts";

export const exitCodes = { ok: 0, finding: 1, usage: 2, inconclusive: 3, vacuous: 4, internal: 70, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Of one report; vacuity counts where its diagnostics are errors. */
export const exitCodeOf = ({ run, properties, diagnostics }: CheckReport, requireClosed: boolean): ExitCode => {
  const undecided = run.state === "budget" || properties.length === 0 || properties.some(({ verdict }) => verdict === "inconclusive") || (requireClosed && !run.closed);
  // The first row that fits decides.
  return match({
    state: run.state, violated: properties.some(({ verdict }) => verdict === "violated"), vacuous: diagnostics.some(({ severity }) => severity === "error"), undecided,
  }).returnType<ExitCode>()
    .with({ state: "error" }, () => exitCodes.internal)
    .with({ state: "interrupted" }, () => exitCodes.interrupted)
    .with({ violated: true }, () => exitCodes.finding)
    .with({ vacuous: true }, () => exitCodes.vacuous)
    .with({ undecided: true }, () => exitCodes.inconclusive)
    .otherwise(() => exitCodes.ok);
};

const gravest: readonly ExitCode[] = [70, 130, 1, 4, 3, 2, 0];

/** Of several reports of one run, the gravest. */
export const gravestOf = (codes: readonly ExitCode[]): ExitCode => gravest.find((code) => codes.includes(code)) ?? exitCodes.usage;
