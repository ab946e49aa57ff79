/** Several threads search the machine as one does: the same states, violations, coverage and comparisons, to the byte. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../../checker/compile/compile.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { declassified } from "../../../checker/flow/declassified.ts";
import { createFlowMap } from "../../../checker/flow/map.ts";
import { readAction, writeAction } from "../../../checker/refine/action-words.ts";
import type { Action } from "../../../checker/refine/action.ts";
import { machineThreads } from "../../../checker/refine/node/threads.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { noSecrets, secretOfDomain } from "../../../checker/refine/secrets.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";
import { bundlePatched } from "../../regress/bundle.ts";
import { readPatch, type Edit } from "../../regress/patch.ts";
import { seeded } from "../../regress/seeded-policy.ts";
import { policyIn } from "../flow/conflicts.ts";

const built = pathToFileURL("dist/refmon.js");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refmon-threads-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Both searches of a policy that share a map, by so many threads from the first level on; 0 is none. */
const found = async (policy: Policy, depth: number, workers: number, program: URL, declassifications = declassified) => {
  const compiled = compile(systemsOf(policy)[0]), map = createFlowMap(policy, compiled, declassifications, () => true), threads = machineThreads(Math.max(1, workers), 0, workers === 0 ? null : program);
  try {
    const search = (secrets: number, properties: readonly string[] | null) => machineSearch(policy, compiled.system, {
      ...unlimited, name: "machine", depth, properties, allViolations: true, watch: map.watch(secrets), surveyors: threads.muster,
    }, compiled);
    return { results: [await search(noSecrets, null), await search(secretOfDomain(0), [])] as const, judged: map.judged };
  } finally {
    await threads.end();
  }
};

const patched = async (name: string, edits: readonly Edit[]): Promise<URL> => {
  const path = join(folder, `${name}.mjs`);
  await bundlePatched("cli/main.ts", edits, path);
  return pathToFileURL(path);
};

describe("threads that search the machine", () => {
  it("say what one says, and compare what one compares", { timeout: 300_000 }, async () => {
    const policy = policyIn("policies", "untrusted-library.json");
    const one = await found(policy, 2, 0, built, []);
    expect(one).toMatchObject({ results: [{ state: "complete", violations: [{ place: "M" }] }, { state: "complete" }] });
    for (const workers of [2, 4]) expect(await found(policy, 2, workers, built, []), `${workers} threads`).toEqual(one);
  });

  it("find a bug where it is in their own program, and no other", { timeout: 300_000 }, async () => {
    const bug = readPatch("test/regress/patches/p1-map-without-ownership.txt"), program = await patched("bug", bug.edits);
    // The thread of the search has the monitor without the bug.
    const violationsOf = async (workers: number) => {
      const threads = machineThreads(Math.max(1, workers), 0, workers === 0 ? null : program);
      const { violations } = await machineSearch(seeded, systemsOf(seeded)[0], { ...unlimited, name: "machine", depth: bug.steps, properties: [bug.property], surveyors: threads.muster });
      await threads.end();
      return violations;
    };
    const violation = (await violationsOf(2)).find(({ property }) => property === bug.property);
    expect(violation?.actions).toHaveLength(bug.steps);
    expect(await violationsOf(0)).toEqual([]);
  });

  it("end the search with what they throw", { timeout: 120_000 }, async () => {
    const program = await patched("broken", [{ file: "checker/refine/node/serve.ts", find: "const account = surveyor.survey(memory, order.chunk);", replace: 'throw new Error("a thread broke");' }]);
    await expect(found(seeded, 1, 2, program)).rejects.toThrow("a thread broke");
  });

  it("are not started for small levels, nor for one worker", { timeout: 120_000 }, async () => {
    const nowhere = pathToFileURL(join(folder, "nowhere.mjs")), [system] = systemsOf(seeded);
    for (const threads of [machineThreads(2, 1000, nowhere), machineThreads(1, 0, nowhere)]) {
      expect(await machineSearch(seeded, system, { ...unlimited, name: "machine", depth: 1, surveyors: threads.muster })).toMatchObject({ state: "complete", depth: 1 });
    }
    const threads = machineThreads(2, 0, nowhere);
    await expect(machineSearch(seeded, system, { ...unlimited, name: "machine", depth: 1, surveyors: threads.muster })).rejects.toThrow("nowhere.mjs");
    await threads.end();
  });

  it("stop when they are told to, with what they have", { timeout: 120_000 }, async () => {
    const threads = machineThreads(2, 0, built), [system] = systemsOf(seeded), stop = new AbortController();
    const result = await machineSearch(seeded, system, { ...unlimited, name: "machine", depth: 9, surveyors: threads.muster, signal: stop.signal, onProgress: () => { stop.abort(); } });
    await threads.end();
    expect(result).toMatchObject({ state: "interrupted", closed: false });
    expect(result.frontier).toBeGreaterThan(0);
  });
});

it("writes every kind of action as numbers, and reads it again", () => {
  const actions: readonly Action[] = [
    { kind: "call", vcpu: 1, number: 0xffffffff, arguments: [1, 0xffffffff, 0x80000000, 4], delivery: null }, { kind: "call", vcpu: 0, number: 3, arguments: [0, 0, 0, 0], delivery: 0 },
    { kind: "move", vcpu: 1, move: "fetch", page: 2, frame: 17 }, { kind: "interrupt", vcpu: 1 }, { kind: "dma", device: 1, move: "dma_write", page: 1, frame: 9 },
    { kind: "host", move: "host_write", frame: 8 }, { kind: "remap", frame: 3, to: -1 }, { kind: "rmp", system: 4, guest: -1 },
  ];
  const words = new Int32Array(64);
  for (const action of [...actions, null]) {
    writeAction(action, words, 16);
    expect(readAction(words, 16)).toEqual(action);
  }
});
