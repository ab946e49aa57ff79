/** A policy from a file, or a usage error that says everything that is wrong with it. */
import { readPolicy, largestPolicy, type Override } from "../checker/policy/read.ts";
import type { Policy } from "../spec/policy.ts";
import { readText } from "./files.ts";
import { inputError } from "./usage-error.ts";

export interface PolicyFile {
  readonly policy: Policy;
  /** As the user named it. */
  readonly path: string;
  readonly sha256: string;
  readonly lineOf: (pointer: string) => number | undefined;
}

/** @throws UsageError if the file is no policy. */
export const loadPolicy = (path: string, override: Override): PolicyFile => {
  const file = readText(path, largestPolicy);
  if (!file.ok) throw inputError(path, [file.problem]);
  const read = readPolicy(file.text, override);
  if (!read.ok) throw inputError(path, ["/schema", "/steps"].every((key) => read.problems.some(({ code, pointer }) => code === "UNKNOWN_KEY" && pointer === key))
    ? [{ code: "WRONG_TYPE", pointer: "", sentence: "this is a trace, and no policy", expected: "a policy", fix: "run a trace with `refmon replay`, and read it with `refmon explain`" }] : read.problems);
  return { policy: read.policy, path, sha256: file.sha256, lineOf: read.lineOf };
};
