/** What is wrong with an input, as a value: where, what was found, what was expected, how to mend it. */

export type ProblemCode =
  | "UNREADABLE" | "TOO_LARGE" | "NOT_JSON" | "WRONG_TYPE" | "MISSING_KEY" | "UNKNOWN_KEY" | "DUPLICATE_KEY" | "OUT_OF_BOUNDS"
  | "DUPLICATE_NAME" | "UNKNOWN_NAME" | "MEANINGLESS_RULE" | "LEVELS_BROKEN" | "NOT_WELL_FORMED" | "MATCHED_NOTHING" | "BAD_OPTION" | "BAD_TRACE" | "AMBIGUOUS_CALL";

export interface Problem {
  readonly code: ProblemCode;
  /** JSON pointer (RFC 6901) into the input; "" is the whole of it. */
  readonly pointer: string;
  readonly sentence: string;
  readonly expected?: string;
  readonly found?: string;
  readonly fix?: string;
  /** From 1, where the input is text that was understood so far. */
  readonly line?: number;
  readonly column?: number;
}

/** Lines of the message, the first one the whole story: `error[CODE] file.json#/pointer: sentence`. `source` is the file as the user named it. */
export const describeProblem = (source: string, problem: Problem): readonly string[] => {
  const line = problem.line === undefined ? "" : `:${problem.line}${problem.column === undefined ? "" : `:${problem.column}`}`;
  const pointer = problem.pointer === "" ? "" : `#${problem.pointer}`;
  const detail = (label: string, text: string | undefined): readonly string[] => (text === undefined ? [] : [`  ${label.padEnd(9)} ${text}`]);
  return [
    `error[${problem.code}] ${source}${line}${pointer}: ${problem.sentence}`,
    ...detail("expected", problem.expected),
    ...detail("found", problem.found),
    ...detail("fix", problem.fix),
  ];
};

/** A step of a JSON pointer, escaped as RFC 6901 section 3 says. */
export const pointerTo = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
