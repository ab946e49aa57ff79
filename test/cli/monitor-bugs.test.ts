/** Bugs of the monitor that leave no state to put into a formula, or are there from boot: findings with a counterexample, and no internal error. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundlePatched } from "../regress/bundle.ts";
import { root, testFolder } from "./refmon.ts";

interface Bug { readonly file: string; readonly find: string; readonly replace: string }

/** What the command line prints with a bug bundled in. */
const checkWith = async (bug: Bug, ...args: readonly string[]): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> => {
  const program = join(testFolder(), "refmon.mjs");
  await bundlePatched("cli/main.ts", [bug], program);
  return spawnSync(process.execPath, [program, "check", ...args, "--no-traces", "--no-timing"], { cwd: root, encoding: "utf8" });
};

const seeded = ["test/regress/policies/seeded.json", "--depth", "2", "--budget", "1000states"];

it.each<[what: string, bug: Bug, property: string, sentence: RegExp]>([
  ["a scrub that forgets the first word", { file: "monitor/frames.ts", find: "let word = 0;", replace: "let word = 1;" }, "P4", /the bits mean no state: .* \(physical frame \d+, word \d+\)/],
  ["a reclaimed frame that keeps a level", { file: "monitor/validation.ts", find: "setKind(m, f, KINDS.data)", replace: "setKind(m, f, (KINDS.data | 256) as never)" }, "P9",
    /the bits mean no state: the frame table gives frame \d+ a kind that is none: tag 2, level 1 \(physical frame \d+, word \d+\)/],
])("%s is a finding, with the bits that mean nothing", async (_, bug, property, sentence) => {
  const { status, stdout, stderr } = await checkWith(bug, ...seeded);
  expect(stderr).not.toContain("internal error");
  expect(stdout).toMatch(sentence);
  expect(stdout).toMatch(new RegExp(`^violated: ${property}, (P10, )?R1; `, "m"));
  expect(status).toBe(1);
});

it("a machine that boots into another state than the specification is a finding before the first step", async () => {
  const { status, stdout } = await checkWith({ file: "monitor/tables.ts", find: "A), entryHigh(child, false)", replace: "A), entryHigh(child, true)" }, ...seeded);
  expect(stdout).toMatch(/violated {2}R1 commuting {3}CE-[0-9a-f]{6} {3}0 steps/);
  expect(stdout).toMatch(/^ {2}space\[app\]\[0\] +code r +code rx$/m);
  expect(status).toBe(1);
});

it.each<[what: string, bug: Bug, status: RegExp]>([
  ["gives one root no monitor half", { file: "image/write.ts", find: "if (root >= 0) plant", replace: "if (root >= 0 && d !== 1) plant" }, /violated {2}P5 .* 0 steps/],
  ["leaves a reference uncounted", { file: "image/write.ts", find: "countMapped(m, e, 1);", replace: "countMapped(m, e, 0);" }, /violated {2}P\d+ .* 0 steps/],
  ["writes rules that the policy does not have", { file: "image/write.ts", find: "DOMAIN.creator), creator + 1)", replace: "DOMAIN.creator), 0)" }, /violated {2}P20 .* 1 step,/],
])("an image builder that %s is a finding", async (_, bug, sentence) => {
  const { status, stdout, stderr } = await checkWith(bug, ...seeded);
  expect(stderr).not.toContain("internal error");
  expect(stdout).toMatch(sentence);
  expect(status).toBe(1);
});

it("a monitor that does not go along with a violation of the specification is a finding too, beyond the depth of its search", async () => {
  const { status, stdout } = await checkWith({
    file: "monitor/calls/accept.ts", find: "setGrant(m, frame, caller, GRANTS.accepted, grantedRights(m, frame, caller));", replace: "grantedRights(m, frame, caller); void setGrant;",
  }, "policies/examples/leaky.json", "--property", "C:library-learns-no-secret", "--depth", "0");
  expect(stdout).toMatch(/^violated {2}C:library-learns-no-secret .* on the specification; the monitor goes another way$/m);
  expect(stdout).toMatch(/violated {2}R1 commuting {3}CE-[0-9a-f]{6} {3}2 steps/);
  expect(stdout).toMatch(/^ {2}grant\[secret\]\[lib\] +offered r +accepted r$/m);
  expect(stdout).toContain("violated: C:library-learns-no-secret, R1");
  expect(status).toBe(1);
});

it("two calls with one number are an error that names both, before anything is searched", async () => {
  const { status, stdout, stderr } = await checkWith({ file: "monitor/abi.ts", find: "relinquish: 14", replace: "relinquish: 13" }, ...seeded);
  expect(stderr).toMatch(/^error\[AMBIGUOUS_CALL\] monitor\/abi\.ts#\/CALLS\/relinquish: `accept` and `relinquish` have one number$/m);
  expect([status, stdout]).toEqual([2, ""]);
});
