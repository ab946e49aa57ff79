/** The monitor where a child schedules, creates a grandchild and shares with the root domain: what the shipped policies never execute. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPolicy } from "../../../checker/policy/read.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { isOffered } from "../../../spec/offered.ts";
import { systemsOf } from "../../../spec/system.ts";

const read = readPolicy(readFileSync(join(import.meta.dirname, "family.json"), "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { policy } = read, [system] = systemsOf(policy);

it("agrees with its specification to depth 2", async () => {
  const found = await machineSearch(policy, system, { ...unlimited, name: "machine", depth: 2 });
  expect(found).toMatchObject({ state: "complete", depth: 2, violations: [] });
  // A slot can be released two steps after its domain is destroyed; everything else is possible at once, or after one step.
  expect(found.coverage.calls.filter(({ id, succeeded }) => succeeded === 0 && isOffered(policy, id)).map(({ id }) => id)).toEqual(["release"]);
});
