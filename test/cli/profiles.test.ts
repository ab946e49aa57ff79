/** How large the searches are, and where they start: by profile, and by what is asked for besides. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readPolicy } from "../../checker/policy/read.ts";
import { depthIn, profiles, withSpareFrames } from "../../checker/profiles.ts";
import type { CheckReport } from "../../checker/report/model.ts";
import { emptied } from "../../spec/emptied.ts";
import type { Policy } from "../../spec/policy.ts";
import { tinied } from "../../spec/tiny.ts";
import { familyPolicy } from "../checker/family.ts";
import { refmon } from "./refmon.ts";

const library = "policies/untrusted-library.json";
const policyIn = (path: string): Policy => {
  const read = readPolicy(readFileSync(path, "utf8"), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};
const reportOf = (...flags: readonly string[]): CheckReport => JSON.parse(refmon(["check", library, "--no-timing", "--no-traces", "--reporter", "json", ...flags]).stdout) as CheckReport;

it.each([["the shipped policy", policyIn(library)], ["a policy with everything", policyIn("test/checker/refine/whole.json")], ["three generations", familyPolicy()]])(
  "makes policies of %s that can be read back, as traces hold them", (_, policy) => {
    for (const made of [emptied(policy), ...Object.values(profiles).flatMap((of) => Object.values(of)).flatMap((profile) => [withSpareFrames(policy, profile), tinied(policy, profile.tiny)])]) {
      expect(readPolicy(JSON.stringify(made), {})).toMatchObject({ ok: true, policy: made });
    }
  });

it("searches from the empty machine and from every state, and says so", () => {
  const flags = ["--profile", "quick", "--from", "empty", "--from", "every", "--property", "P1", "--property", "R1"];
  const { bounds, searches, properties, command } = reportOf(...flags);
  expect(bounds).toMatchObject({ profile: "quick", from: ["empty", "every"] });
  expect(command).toBe(`refmon check ${library} ${flags.join(" ")}`);
  expect(searches.map(({ from, bounds: size, closed, levels }) => [from, size, closed, levels])).toEqual([
    ["empty", { geometry: "2x1", domains: 2, frames: 6, pages: 2, vcpus: 2, depth: 3 }, false, 3],
    ["every", { geometry: "2x1", domains: 2, frames: 4, pages: 1, vcpus: 1, depth: 1 }, true, 1],
  ]);
  expect(properties.map(({ id, judgements }) => [id, judgements.map(({ from, verdict }) => [from, verdict])])).toEqual(
    ["P1", "R1"].map((id) => [id, [["empty", "holds-bounded"], ["every", "holds-closed"]]]));
  const [table = "", ...rest] = refmon(["check", library, "--no-timing", "--no-traces", ...flags]).stdout.split("\n").filter((line) => line.startsWith("  P1 ") || line.startsWith("holds"));
  expect([table, ...rest]).toMatchInlineSnapshot(`
    [
      "  P1        walk-isolation  holds, to depth 3 (frontier 943)  holds, one step",
      "holds: 2 properties, from the empty machine to depth 3, one step from each of 312 well-formed states",
    ]
  `);
}, 120_000);

it("goes deeper at night, with one more frame", () => {
  const { bounds, searches } = reportOf("--profile", "deep", "--from", "boot", "--property", "P6", "--budget", "10states");
  expect(bounds).toMatchObject({ frames: 7, machineDepth: 8, profile: "deep", from: ["boot"] });
  expect(searches.map(({ from, bounds: { depth } }) => [from, depth])).toEqual([["boot", null], ["boot", 8]]);
  expect(reportOf("--profile", "deep", "--from", "boot", "--property", "P6", "--budget", "10states", "--depth", "3").bounds.machineDepth).toBe(3);
}, 120_000);

it("goes less deep where the host is hostile, and never less than three levels where the policy goes as far", () => {
  expect(reportOf("--profile", "deep", "--platform", "sev-snp", "--from", "boot", "--property", "P6", "--budget", "10states").bounds).toMatchObject({ frames: 6, machineDepth: 5 });
  expect(reportOf("--platform", "sev-snp", "--property", "P6", "--budget", "10states").bounds.machineDepth).toBe(6);
  const { quick } = profiles["sev-snp"];
  expect([8, 6, 4, 3, 2].map((own) => depthIn(own, quick))).toEqual([6, 4, 3, 3, 2]);
}, 120_000);

it("does not let searches of secrets speak for the main one", () => {
  const { stdout } = refmon(["check", library, "--no-timing", "--no-traces", "--depth", "2", "--property", "P21", "--property", "P23"]);
  expect(stdout).toMatch(/^holds: 2 properties, monitor to depth 2, with secrets to depth 1$/m);
}, 120_000);

it("refuses what is no start and no profile", () => {
  expect(refmon(["check", library, "--from", "nowhere"])).toMatchObject({ status: 2 });
  expect(refmon(["check", library, "--profile", "slow"]).stderr).toContain("error[BAD_OPTION] --profile");
});
