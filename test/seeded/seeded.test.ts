/**
 * Ten bugs of the monitor, one at a time, each found through the command line by the property that is there for it, after as few steps as can be; and
 * the monitor as it is, on the same policy and further, without one.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPatched, type Outcome } from "./check-patched.ts";
import { readPatch, type Patch } from "./patch.ts";
import { seededPolicyPath } from "./policy.ts";

const patches = join(import.meta.dirname, "patches");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refmon-seeded-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The specification is not what is patched: its search is cut short. */
const check = async (name: string, patch: Patch | null, ...flags: readonly string[]): Promise<Outcome> => checkPatched(folder, name, patch, seededPolicyPath, ...flags);

const names = readdirSync(patches).map((file) => file.replace(/\.txt$/, "")).sort();

describe("seeded bugs", () => {
  it("are ten", () => {
    expect(names).toHaveLength(10);
  });

  it.each(names)("%s is found", async (name) => {
    const patch = readPatch(join(patches, `${name}.txt`));
    const { status, report } = await check(name, patch, "--depth", "3", "--budget", "1000states", "--property", patch.property);
    expect(status).toBe(1);
    const property = report.properties.find(({ id }) => id === patch.property);
    expect(property?.verdict).toBe("violated");
    expect(property?.counterexample?.steps).toHaveLength(patch.depth);
  });

  it("are not in the monitor, which does everything that it can in the same search", { timeout: 180_000 }, async () => {
    const { report } = await check("unpatched", null, "--depth", "4", "--budget", "10000states");
    expect(report.properties.filter(({ verdict }) => verdict === "violated")).toEqual([]);
    expect(report.searches.find(({ where }) => where === "monitor")).toMatchObject({ state: "complete", levels: 4 });
    expect(report.coverage.calls.filter(({ possible, succeededOnMonitor }) => possible && succeededOnMonitor === 0)).toEqual([]);
    expect(report.coverage.moves.filter(({ takenOnMonitor }) => takenOnMonitor === 0)).toEqual([]);
  });
});
