/** A search that is kept and taken up ends as one that ran through; what is damaged is refused. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CheckpointRefused } from "../../checker/explore/keeper.ts";
import { checkpointIn, disk, type Disk } from "../../checker/explore/node/checkpoint.ts";
import { threads } from "../../checker/explore/node/threads.ts";
import { unlimited, type SearchOptions, type SearchResult } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import type { System } from "../../spec/lang/system.ts";
import { shipped } from "./shipped.ts";
import { toy } from "./toy.ts";

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "refmon-checkpoint-"));
  onTestFinished(() => {
    rmSync(made, { recursive: true });
  });
  return made;
};
const silent = (why: string): never => {
  throw new Error(why);
};
const run = (system: System, options: Partial<SearchOptions>): Promise<SearchResult> => search(system, { ...unlimited, name: "test", ...options });
const text = async (result: Promise<SearchResult>): Promise<string> => JSON.stringify(await result);

describe("a search that is taken up", () => {
  it.each([
    ["a toy", toy(2, 2, 2, false), Infinity, {}], ["a toy with violations", toy(2, 2, 2, true), Infinity, { allViolations: true }],
    ["the shipped policy", shipped(), 4, {}], ["the shipped policy without symmetry", shipped(), 3, { symmetry: false }],
  ] as const)("ends like one that ran through, with any number of workers: %s", async (_, system, depth, options) => {
    const through = await text(run(system, { ...options, depth }));
    for (const workers of [1, 2, 4]) for (const stop of [1, 2, 3]) {
      const where = folder();
      await run(system, { ...options, depth: stop, keeper: checkpointIn(where, false, disk, silent) });
      expect(await text(run(system, { ...options, depth, muster: threads(workers, 0), keeper: checkpointIn(where, true, disk, silent) }))).toBe(through);
    }
  }, 120_000);

  it("has nothing left to do where it was finished, and is told all the same", async () => {
    const where = folder(), system = toy(2, 2, 2, true);
    const once = await text(run(system, { keeper: checkpointIn(where, false, disk, silent) }));
    expect(await text(run(system, { keeper: checkpointIn(where, true, disk, silent) }))).toBe(once);
  });

  it("begins anew where nothing was kept, and where it is not told to go on", async () => {
    const where = folder(), system = toy(2, 2, 2, false);
    const through = await text(run(system, {}));
    expect(await text(run(system, { keeper: checkpointIn(where, true, disk, silent) }))).toBe(through);
    expect(await text(run(system, { keeper: checkpointIn(where, false, disk, silent) }))).toBe(through);
  });
});

describe("a checkpoint", () => {
  const kept = async (): Promise<string> => {
    const where = folder();
    await run(toy(2, 2, 2, false), { depth: 3, keeper: checkpointIn(where, false, disk, silent) });
    return where;
  };
  const resumed = (where: string, system = toy(2, 2, 2, false)): Promise<SearchResult> => run(system, { keeper: checkpointIn(where, true, disk, silent) });

  it("is refused wherever it is cut short", async () => {
    const where = await kept();
    for (const name of readdirSync(where)) {
      const path = join(where, name), whole = readFileSync(path);
      for (const length of [0, 1, whole.length >> 1, whole.length - 4]) {
        truncateSync(path, length);
        await expect(resumed(where)).rejects.toThrow(CheckpointRefused);
        await expect(resumed(where)).rejects.toThrow(/cut short|altered/);
        writeFileSync(path, whole);
      }
    }
    await resumed(where);
  });

  it("is refused whatever byte is altered", async () => {
    const where = await kept();
    for (const name of readdirSync(where)) {
      const path = join(where, name), whole = readFileSync(path);
      for (let i = 0; i < 12; i++) {
        const altered = Uint8Array.from(whole), at = Math.floor((i * (whole.length - 2)) / 12);
        altered[at] = (altered[at] ?? 0) ^ 1;
        writeFileSync(path, altered);
        await expect(resumed(where), `${name}, byte ${at}`).rejects.toThrow(CheckpointRefused);
      }
      writeFileSync(path, whole);
    }
  });

  it("is refused when a part is missing, and for another system", async () => {
    const where = await kept();
    await expect(resumed(where, toy(2, 1, 2, false))).rejects.toThrow(/of another search/);
    rmSync(join(where, "level-0002.states"));
    await expect(resumed(where)).rejects.toThrow(/missing/);
    mkdirSync(join(where, "level-0002.states"));
    await expect(resumed(where)).rejects.toThrow(CheckpointRefused);
  });

  it("is refused for what it is where it cannot be read", async () => {
    const where = folder();
    mkdirSync(join(where, "checkpoint.json"));
    await expect(resumed(where)).rejects.toThrow(CheckpointRefused);
    await expect(resumed(where)).rejects.toThrow(/cannot be read \(EISDIR/);
  });

  it.each<[what: string, change: (text: string) => string]>([
    ["names a file elsewhere", (text) => text.replace("level-0002.states", "../level-0002.states")],
    ["has more states than there can be", (text) => text.replace(/"count":\d+/, '"count":9007199254740991')],
    ["has less than none", (text) => text.replace(/"count":\d+/, '"count":-1')],
    ["has a level of more states than it holds", (text) => text.replace(/"states":\d+/, '"states":1000000000')],
  ])("is refused when it %s, whatever hash it carries", async (_, change) => {
    const where = await kept(), path = join(where, "checkpoint.json"), { format, content } = JSON.parse(readFileSync(path, "utf8")) as { readonly format: string; readonly content: object };
    const altered = change(JSON.stringify(content));
    expect(altered).not.toBe(JSON.stringify(content));
    writeFileSync(path, JSON.stringify({ format, sha256: createHash("sha256").update(altered).digest("hex"), content: JSON.parse(altered) as object }));
    await expect(resumed(where)).rejects.toThrow(CheckpointRefused);
  });

  it("that cannot be written, at whichever write, is told once, costs the search nothing and leaves the one before", async () => {
    const system = toy(2, 2, 2, false), through = await text(run(system, {}));
    for (let failing = 0; failing < 8; failing++) {
      const where = folder(), heard: string[] = [];
      let writes = 0;
      const full: Disk = {
        write: (path, bytes) => {
          if (writes++ >= failing) throw new Error("ENOSPC: no space left on device, write");
          disk.write(path, bytes);
        },
      };
      expect(await text(run(system, { keeper: checkpointIn(where, false, full, (why) => heard.push(why)) }))).toBe(through);
      expect(heard).toEqual([expect.stringMatching(/no checkpoint can be written to .* \(ENOSPC: no space left on device, write\); the search goes on without/)]);
      expect(await text(resumed(where))).toBe(through);
    }
  });
});

describe("a budget of memory", () => {
  it("ends a search before it needs more, with what it has", async () => {
    const result = await run(shipped(), { symmetry: false, maxBytes: 8 << 20 });
    expect(result).toMatchObject({ state: "budget", closed: false });
    expect(result.levels.reduce((sum, { states }) => sum + states, 0)).toBe(result.statesDistinct);
    expect(result.frontier).toBeGreaterThan(0);
  });
});
