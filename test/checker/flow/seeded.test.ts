/** Leaks of the monitor, one at a time, each found through the command line by the property of two runs that is there for it, after as few steps as can be. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPatched } from "../../seeded/check-patched.ts";
import { readPatch } from "../../seeded/patch.ts";

const patches = join(import.meta.dirname, "patches"), root = join(import.meta.dirname, "..", "..", "..");
/** One leak goes against the policy's edges, so it is sought where there are few. */
const policies: Readonly<Record<string, string>> = { P23: join(root, "policies", "untrusted-library.json") };
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refmon-flow-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("seeded leaks", () => {
  it.each(readdirSync(patches).sort())("%s is found", { timeout: 120_000 }, async (file) => {
    const patch = readPatch(join(patches, file)), policy = policies[patch.property] ?? join(import.meta.dirname, "leaks.json");
    const { status, report } = await checkPatched(folder, file, patch, policy, "--depth", "3", "--budget", "1000states", "--property", patch.property);
    expect(status).toBe(1);
    const property = report.properties.find(({ id }) => id === patch.property), found = property?.counterexample;
    expect(property?.verdict).toBe("violated");
    expect(found?.steps).toHaveLength(patch.depth);
    expect(found?.leak?.cells).not.toEqual([]);
    // Who changes what another sees shows it in one run.
    expect(found?.leak?.twin === null).toBe(patch.property === "P23");
  });
});
