/** A search that keeps fingerprints comes to the end that one comes to which keeps whole states, and says that it need not have. */
import { describe, expect, it } from "vitest";
import { compile } from "../../checker/compile/compile.ts";
import { omissionAmong } from "../../checker/compile/storage.ts";
import { threads } from "../../checker/explore/node/threads.ts";
import { unlimited, type SearchOptions, type SearchResult } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import type { System } from "../../spec/lang/system.ts";
import { shipped } from "./shipped.ts";
import { toy } from "./toy.ts";

const run = (system: System, options: Partial<SearchOptions>): Promise<SearchResult> => search(system, { ...unlimited, name: "test", ...options });

describe("fingerprints", () => {
  it.each([
    ["a toy with violations", toy(2, 4, 4, true), { allViolations: true, depth: 5 }], ["the shipped policy", shipped(), { depth: 5 }],
    ["the shipped policy without symmetry", shipped(), { depth: 4, symmetry: false }], ["leaky.json with its violations", shipped("policies/examples/leaky.json"), { allViolations: true, depth: 6 }],
  ] as const)("find in %s what whole states find, with any number of workers", async (_, system, options) => {
    const { exact, ...whole } = await run(system, options);
    expect(exact).toBe(true);
    for (const workers of [1, 2, 4]) {
      const { exact: told, omission, ...kept } = await run(system, { ...options, fingerprints: true, muster: threads(workers, 0) });
      expect(JSON.stringify(kept)).toBe(JSON.stringify(whole));
      expect([told, omission]).toEqual([false, omissionAmong(whole.statesDistinct)]);
    }
  }, 120_000);

  it("go on while the memory grows, in one thread and in two", async () => {
    const options = { depth: 11, symmetry: false, properties: [] }, { digest, statesDistinct } = await run(shipped(), options);
    for (const workers of [1, 2]) expect(await run(shipped(), { ...options, fingerprints: true, muster: threads(workers, 2048) })).toMatchObject({ digest, statesDistinct });
  }, 120_000);

  it("are not kept of states that are no longer", async () => {
    const small = toy(1, 1, 1, false);
    expect(compile(small).packing.words).toBeLessThan(3);
    expect(await run(small, { fingerprints: true })).toEqual(await run(small, {}));
  });

  it("leave a state out as probably as two of them are equal", () => {
    expect([omissionAmong(1), omissionAmong(2), omissionAmong(2 ** 20)]).toEqual([0, 2 ** -64, ((2 ** 20 * (2 ** 20 - 1)) / 2) * 2 ** -64]);
  });

  it("are no place to go on from", async () => {
    await expect(run(shipped(), { fingerprints: true, keeper: { load: () => null, save: () => undefined } })).rejects.toThrow(RangeError);
  });
});
