/** Every way to search a shipped policy comes to the same digest on every level. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { searchNaively } from "../../checker/explore/naive.ts";
import { checkpointIn, disk } from "../../checker/explore/node/checkpoint.ts";
import { threads } from "../../checker/explore/node/threads.ts";
import type { Level } from "../../checker/explore/level.ts";
import { unlimited, type SearchOptions } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { shipped } from "./shipped.ts";

const policies = ["policies", "policies/examples"].flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => `${folder}/${name}`));
const depth = 2;

describe("oracle, generated code, its translation, threads and checkpoints", () => {
  it.each(policies)("agree on every level of %s", async (policy) => {
    const system = shipped(policy), { levels } = searchNaively(system, { depth, allViolations: true });
    expect(levels.length).toBe(depth + 1);
    const levelsOf = async (options: Partial<SearchOptions>): Promise<readonly Level[]> =>
      (await search(system, { ...unlimited, name: "test", symmetry: false, allViolations: true, depth, ...options })).levels;
    const where = mkdtempSync(join(tmpdir(), "refmon-agreement-"));
    onTestFinished(() => {
      rmSync(where, { recursive: true });
    });
    const keeper = (resume: boolean): SearchOptions["keeper"] => checkpointIn(where, resume, disk, (why) => {
      throw new Error(why);
    });
    // One of these ways runs WebAssembly in threads, another in the search's own.
    for (const workers of [1, 2, 4]) {
      expect(await levelsOf({ muster: threads(workers, 0, workers === 2 ? 0 : Infinity) }), `${workers} workers`).toEqual(levels);
      expect((await levelsOf({ muster: threads(workers, 0), depth: 1, keeper: keeper(false) })).at(-1)).toEqual(levels[1]);
      expect(await levelsOf({ muster: threads(5 - workers, 0, workers === 4 ? 0 : Infinity), keeper: keeper(true) }), `${5 - workers} workers after ${workers}`).toEqual(levels);
    }
  }, 60_000);
});
