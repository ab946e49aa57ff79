/** The monitor on SEV-SNP, where the host moves memory under it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { unlimited } from "../../../checker/explore/result.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { systemsOf } from "../../../spec/system.ts";
import { checkPatched } from "../../regress/check-patched.ts";

const read = readPolicy(JSON.stringify({ ...JSON.parse(readFileSync(join(import.meta.dirname, "tiny.json"), "utf8")) as object, platform: "sev-snp" }), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { policy } = read;

it("breaks nothing to depth 3, whatever the host remaps and reassigns once on the way", { timeout: 120_000 }, async () => {
  const once = { ...policy, adversary: { hostMoves: 1 } };
  const found = await machineSearch(once, systemsOf(once)[0], { ...unlimited, name: "sev-snp", depth: 3 });
  expect(found).toMatchObject({ state: "complete", depth: 3, violations: [] });
  const done = found.coverage.calls.filter(({ succeeded }) => succeeded > 0).map(({ id }) => id);
  expect(done).toEqual(expect.arrayContaining(["validate", "invalidate", "create", "map"]));
});

it("has fewer states where the host leaves memory alone", { timeout: 120_000 }, async () => {
  const still = { ...policy, adversary: { remap: false, rmp: false } };
  const found = await machineSearch(still, systemsOf(still)[0], { ...unlimited, name: "still", depth: 2 });
  const moving = await machineSearch(policy, systemsOf(policy)[0], { ...unlimited, name: "moving", depth: 2 });
  expect(found.violations).toEqual([]);
  expect(found.statesDistinct).toBeLessThan(moving.statesDistinct);
});

it("lets a device reach, through a frame that the host has moved, what is the host's anyway", { timeout: 120_000 }, async () => {
  const driven = readPolicy(readFileSync("policies/driver-domain.json", "utf8"), { platform: "sev-snp" });
  if (!driven.ok) throw new Error(JSON.stringify(driven.problems));
  const found = await machineSearch(driven.policy, systemsOf(driven.policy)[0], { ...unlimited, name: "driven", depth: 2 });
  expect(found.violations).toEqual([]);
  expect(found.coverage.moves.filter(({ id, taken }) => id.startsWith("dma") && taken > 0)).toHaveLength(2);
});

it("must not end by itself where the host has moved nothing", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "refmon-snp-")), path = join(folder, "policy.json");
  writeFileSync(path, JSON.stringify(policy));
  // The answer of PVALIDATE is taken the wrong way round.
  const edit = { file: "monitor/validation.ts", find: 'if (pvalidate(m, f, validated) !== "ok")', replace: 'if (pvalidate(m, f, validated) === "ok")' };
  const { report } = await checkPatched(folder, "ends", [edit], path, "--depth", "1", "--budget", "1000states", "--property", "P20");
  rmSync(folder, { recursive: true, force: true });
  const found = report.properties.find(({ id }) => id === "P20");
  expect(found?.verdict).toBe("violated");
  expect(found?.counterexample?.differences).toEqual([{ cell: "code", machine: "none: the monitor ends", specification: "OK" }]);
});
