/** The search itself: the same every time, stopped where asked, complete where it says so. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../../checker/policy/read.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { systemsOf } from "../../../spec/system.ts";

const read = readPolicy(readFileSync("policies/untrusted-library.json", "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { policy } = read, [system] = systemsOf(policy);

const run = (options: Partial<typeof unlimited>) => machineSearch(policy, system, { ...unlimited, name: "machine", depth: 2, ...options });

describe("the machine search", () => {
  it("gives the same answer twice, levels and digests included", { timeout: 120_000 }, async () => {
    const first = await run({}), second = await run({});
    expect(first.violations).toEqual([]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ state: "complete", closed: false, depth: 2, exact: true });
    expect(first.levels.map(({ depth }) => depth)).toEqual([0, 1, 2]);
    expect(first.levels.reduce((sum, { states }) => sum + states, 0)).toBe(first.statesDistinct);
    expect(first.frontier).toBe(first.levels[2]?.states);
  });

  it("closes where nothing can be done", async () => {
    const still = { ...system, transitions: system.transitions.filter(({ name }) => name === "switch") };
    const found = await machineSearch(policy, still, { ...unlimited, name: "machine" });
    expect(found).toMatchObject({ state: "complete", closed: true, frontier: 0, violations: [] });
    expect(found.coverage.calls.map(({ id }) => id)).toEqual(["switch"]);
  });

  it("stops at a level when it has seen enough states, and at once when it is told to", { timeout: 120_000 }, async () => {
    expect(await run({ maxStates: 5, depth: 9 })).toMatchObject({ state: "budget", depth: 1, closed: false });
    const stop = new AbortController();
    stop.abort();
    expect(await run({ signal: stop.signal, depth: 9 })).toMatchObject({ state: "interrupted", closed: false });
    expect(await run({ maxMilliseconds: 0, depth: 9 })).toMatchObject({ state: "budget", closed: false });
  });
});
