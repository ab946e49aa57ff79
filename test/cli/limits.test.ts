/** How large an input may be: looked at before anything is read. */
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configured } from "../../cli/configuration.ts";
import { loadPolicy } from "../../cli/policy-file.ts";
import { loadTrace } from "../../cli/trace-file.ts";
import { UsageError } from "../../cli/usage-error.ts";
import { traces } from "../fuzz/bases.ts";
import { refmon, root, testFolder } from "./refmon.ts";

const MiB = 1024 * 1024;
const refusal = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown.lines.join("\n");
    throw thrown;
  }
  return "accepted";
};

/** A sound file of exactly so many bytes: blanks stand before its end. */
const padded = (text: string, bytes: number): string => `${text.trimEnd().slice(0, -1)}${" ".repeat(bytes - Buffer.byteLength(text.trimEnd()))}}`;

const policy = readFileSync(join(root, "policies/untrusted-library.json"), "utf8");

describe.each([
  { what: "a policy", most: MiB, text: policy, read: (path: string) => loadPolicy(path, {}) },
  { what: "a trace", most: 16 * MiB, text: traces[0] ?? "", read: loadTrace },
  { what: "a configuration", most: 16 * MiB, text: '{ "depth": 2 }', read: (path: string) => configured({}, path, {}) },
])("$what of at most $most bytes", ({ most, text, read }) => {
  it("is read, and of one more it is not", { timeout: 60_000 }, () => {
    const path = join(testFolder(), "input.json");
    writeFileSync(path, padded(text, most));
    expect(refusal(() => read(path))).toBe("accepted");
    writeFileSync(path, padded(text, most + 1));
    expect(refusal(() => read(path))).toMatch(new RegExp(`^error\\[TOO_LARGE\\] ${path}: the file is too large\\n {2}expected  at most ${most / MiB} MiB\\n {2}found     ${most / MiB}\\.0 MiB$`));
  });
  it("is refused by the size that the file system tells, however large that is", () => {
    const path = join(testFolder(), "input.json");
    closeSync(openSync(path, "w"));
    truncateSync(path, 2 ** 40);
    expect(refusal(() => read(path))).toContain("found     1048576 MiB");
  });
});

it("a policy from a pipe is read up to its limit, and no further", { timeout: 60_000 }, () => {
  expect(refmon(["size", "-"], { input: padded(policy, MiB) })).toMatchObject({ status: 0 });
  expect(refmon(["size", "-"], { input: padded(policy, 3 * MiB) })).toMatchObject({ status: 2, stdout: "", stderr: "error[TOO_LARGE] -: the file is too large\n  expected  at most 1 MiB\n  found     more than that\n" });
});

it.each([["[", "]"], ['{ "a": ', "}"]])("64 levels of %s are read, and 65 are not", (open, close) => {
  const path = join(testFolder(), "input.json"), nested = (levels: number): string => {
    writeFileSync(path, `{ "depth": ${open.repeat(levels - 1)}1${close.repeat(levels - 1)} }`);
    return refusal(() => configured({}, path, {}));
  };
  expect(nested(64)).toContain("error[WRONG_TYPE]");
  expect(nested(65)).toContain("values are nested more than 64 deep");
});
