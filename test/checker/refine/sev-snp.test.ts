/** The monitor on SEV-SNP, where the host moves memory under it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { unlimited } from "../../../checker/explore/result.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { systemsOf } from "../../../spec/system.ts";

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
