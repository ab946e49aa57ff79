/** The exit code that the report of `diff` asks for: CLI.md, "Exit codes". */
import type { DiffReport } from "./diff-model.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";

/** A claim, or any other property, that is violated now and was not before. */
export const newlyViolated = ({ properties }: DiffReport): readonly string[] => properties.flatMap(({ id, old, new: now }) => (now === "violated" && old !== "violated" ? [id] : []));

/** `asked` is `--exit-code`: without it a difference is told and is no finding. */
export const diffExitCode = (report: DiffReport, asked: boolean): ExitCode => {
  const { verdict, closed, run } = report;
  if (run === "interrupted") return exitCodes.interrupted;
  if (asked && (verdict === "wider" || verdict === "incomparable" || newlyViolated(report).length > 0)) return exitCodes.finding;
  // What was not searched could have widened it.
  return !closed && (verdict === "equal" || verdict === "narrower") ? exitCodes.inconclusive : exitCodes.ok;
};
