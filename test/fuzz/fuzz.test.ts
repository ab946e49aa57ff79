/** A part of `npm run fuzz`, from another seed. */
import { describe, expect, it } from "vitest";
import { testFolder } from "../cli/refmon.ts";
import { fuzz } from "./fuzz.ts";
import { fuzzSpawned } from "./spawned.ts";

const seed = 20_261_128;

describe(`bad input (seed ${seed})`, () => {
  it("is refused or gives a verdict, and crashes nothing", { timeout: 300_000 }, async () => {
    const all = await fuzz(testFolder(), seed, 1200, 3);
    expect(all.map(({ target }) => target)).toEqual(["policy", "trace", "configuration", "checkpoint"]);
    // What only refuses tests half of it.
    for (const { refused, accepted } of all) expect([refused > 0, accepted > 0]).toEqual([true, true]);
  });
  it("ends the command in an exit code of the table, with words, and leaves no half of a file", { timeout: 300_000 }, () => {
    const codes = fuzzSpawned(testFolder(), seed, 12);
    expect([...codes.values()].reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(codes.get(2)).toBeGreaterThan(0);
  });
});
