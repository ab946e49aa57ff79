/** Bugs of the monitor, found one step from every well-formed state of a tiny policy: that the state is reached is shown by a run, or the property stays open. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkPatched, type Outcome } from "../regress/check-patched.ts";
import { root } from "../regress/bundle.ts";
import { readPatch } from "../regress/patch.ts";
import { seededPolicyPath } from "../regress/seeded-policy.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refmon-every-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fromEvery = async (name: string, property: string): Promise<Outcome> =>
  checkPatched(folder, name, readPatch(join(root, "test", "regress", "patches", `${name}.txt`)).edits, seededPolicyPath, "--from", "every", "--property", property);

it("a run from the empty machine shows that the state is reached", { timeout: 180_000 }, async () => {
  const { status, report } = await fromEvery("p7-protect-without-flush", "P11");
  expect([status, report.diagnostics]).toEqual([1, []]);
  expect(report.properties[0]?.counterexample?.steps.map(({ title }) => title.replace(/\(.*/, ""))).toEqual(["table_add", "map", "protect"]);
});

it("where no run of the tiny policy leads to the state the property is left open", { timeout: 180_000 }, async () => {
  // Without preemption the one vCPU stays with the receiver, who has mapped the frame.
  const { status, report } = await fromEvery("p1-revoke-leaves-the-mapping", "P1");
  expect([status, report.properties[0]?.verdict]).toEqual([3, "inconclusive"]);
  // Nor do its states show every guard.
  expect(report.diagnostics).toEqual([expect.objectContaining({ code: "INVARIANT_MISSING", message: expect.stringMatching(/^P1 fails after revoke\(\S+, lib\) from a well-formed state that no run leads to: phase\[lib\] is sealed/) as unknown }), expect.objectContaining({ code: "GUARD_NEVER_FAILED" })]);
});
