/** An error of the person at the keyboard: exit code 2 and what to do about it. Thrown by commands, printed in one place. */
import { describeProblem, type Problem } from "../checker/policy/problem.ts";

/** So many problems of one input are shown; the rest is counted. */
const most = 8;

export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines[0] ?? "usage error");
    this.lines = lines;
  }
}

/** What is wrong with an input file. */
export const inputError = (source: string, problems: readonly Problem[]): UsageError => new UsageError([
  ...problems.slice(0, most).flatMap((problem) => describeProblem(source, problem)),
  ...(problems.length > most ? [`and ${problems.length - most} more`] : []),
]);

/** What is wrong with an option or an argument. */
export const optionError = (option: string, sentence: string, more: { readonly expected?: string; readonly found?: string; readonly fix?: string }): UsageError =>
  new UsageError(describeProblem(option, { code: "BAD_OPTION", pointer: "", sentence, ...more }));

/** What is wrong with a value that an option does not take, by the kind that it should be of. */
export const refusal = (kind: "integer" | "budget" | "other", written: string, otherwise: string): string => {
  const isNumber = /^-?[0-9]+(?:\.[0-9]+)?$/.test(written);
  if (kind === "integer" && !isNumber) return "this is not a number";
  return kind === "budget" && isNumber ? "the unit is missing" : otherwise;
};

/** A filter that selects nothing would look like a pass. */
export const matchedNothing = (option: string, found: string, what: string, known: readonly string[], fix: string): UsageError =>
  new UsageError(describeProblem(option, { code: "MATCHED_NOTHING", pointer: "", sentence: `no ${what} is called \`${found}\``, expected: `one of ${known.join(", ")}`, fix }));
