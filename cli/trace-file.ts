/** A trace from a file, from stdin, or by the id of a counterexample that `check` has written, or of a witness that `diff` has. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readTrace } from "../checker/trace/codec.ts";
import { listed } from "../checker/report/layout.ts";
import type { Trace } from "../checker/trace/trace.ts";
import type { PolicyFile } from "./policy-file.ts";
import { largestTrace, readText } from "./files.ts";
import { inputError } from "./usage-error.ts";

export interface LoadedTrace { readonly trace: Trace; readonly path: string }

const mostIds = 8, mostNames = 24;
const isId = (text: string): boolean => /^(?:CE|W)-[0-9a-f]{6}$/.test(text);

/** Ids of the traces that an earlier run has left. */
const written = (): readonly string[] => (existsSync(".refmon") ? readdirSync(".refmon").map((name) => name.replace(/\.json$/, "")).filter(isId).sort() : []);

/** `CE-0a33a2` is `.refmon/CE-0a33a2.json` where that exists. */
const pathOf = (named: string): string => {
  const path = join(".refmon", `${named}.json`);
  return isId(named) && !existsSync(named) && existsSync(path) ? path : named;
};

/** @throws UsageError if the file is no trace. */
export const loadTrace = (named: string): LoadedTrace => {
  const path = pathOf(named);
  const file = readText(path, largestTrace);
  if (!file.ok) {
    const ids = written();
    throw inputError(path, [!isId(path) ? file.problem : { ...file.problem, ...(ids.length === 0 ? { fix: "there are no traces in .refmon: run refmon check first, or name a file" } : { expected: `one of ${listed(ids, mostIds)}, which are in .refmon, or a file` }) }]);
  }
  const read = readTrace(file.text);
  if (!read.ok) throw inputError(path, read.problems.some(({ code, pointer }) => code === "UNKNOWN_KEY" && pointer === "/refmon")
    ? [{ code: "WRONG_TYPE", pointer: "", sentence: "this is a policy, and no trace", expected: "a trace, or the id of a counterexample", fix: "check the policy with `refmon check`, which writes a trace of what it finds" }] : read.problems);
  return { trace: read.trace, path };
};

/**
 * The same steps under another policy.
 * @throws UsageError if that policy does not have what the steps name.
 */
export const underPolicy = ({ trace, path }: LoadedTrace, { policy, path: other }: PolicyFile): Trace => {
  const read = readTrace(JSON.stringify({ ...trace, policy }));
  if (read.ok) return read.trace;
  throw inputError(path, read.problems.map((problem, i) => (i > 0 ? problem : {
    ...problem, expected: `what ${other} has: the domains ${policy.domains.join(", ")}, the frames ${listed(policy.boot.frames.map(({ name }) => name), mostNames)}`, fix: "name a policy in which the steps mean something, or leave out --policy",
  })));
};
