/** Bugs that show only where a child schedules, creates and grants: each found on the family policy by the property that its patch names. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPatched } from "../check-patched.ts";
import { readPatch } from "../patch.ts";

const patches = join(import.meta.dirname, "patches");
const family = join(import.meta.dirname, "..", "..", "checker", "refine", "family.json");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refmon-more-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("bugs seeded where a child has power", () => {
  it.each(readdirSync(patches).sort())("%s is found", { timeout: 120_000 }, async (file) => {
    const patch = readPatch(join(patches, file));
    const { status, report } = await checkPatched(folder, file, patch, family, "--depth", "2", "--budget", "1000states", "--property", patch.property);
    expect(status).toBe(1);
    const property = report.properties.find(({ id }) => id === patch.property);
    expect(property?.verdict).toBe("violated");
    expect(property?.counterexample?.steps).toHaveLength(patch.depth);
  });
});
