/** The exit code that the report of `diff` asks for: CLI.md, "Exit codes". */
import type { DiffReport } from "./diff-model.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";

/** A claim, or any other property, that is violated now and was not before. */
export const newlyViolated = ({ properties }: DiffReport): readonly string[] => properties.flatMap(({ id, old, new: now }) => (now === "violated" && old !== "violated" ? [id] : []));

/** What became possible and nobody has accepted. */
export const unaccepted = ({ differences }: DiffReport): DiffReport["differences"] => differences.filter(({ direction, accepted }) => direction === "gained" && accepted === null);

/** `asked` is `--exit-code`: without it a difference is told and is no finding. Nor is a widening that somebody has accepted. */
export const diffExitCode = (report: DiffReport, asked: boolean): ExitCode => {
  const { verdict, closed, run } = report;
  if (run === "interrupted") return exitCodes.interrupted;
  if (asked && (unaccepted(report).length > 0 || newlyViolated(report).length > 0)) return exitCodes.finding;
  // What was not searched could have widened it.
  return !closed && (verdict === "equal" || verdict === "narrower") ? exitCodes.inconclusive : exitCodes.ok;
};
