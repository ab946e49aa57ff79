/** What first levels say of all of them: within a factor of two, for systems whose whole is known. */
import { describe, expect, it } from "vitest";
import { expectedLevels } from "../../checker/explore/forecast.ts";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { bytesNeeded } from "../../checker/explore/store.ts";
import { shipped } from "./shipped.ts";

const sum = (levels: readonly number[]): number => levels.reduce((total, states) => total + states, 0);

describe("the levels to come", () => {
  it.each([["untrusted-library up to symmetry", 200_000], ["untrusted-library up to symmetry", 120_000]])("of %s, from %i states on", async (_, seen) => {
    const { levels } = await search(shipped(), { ...unlimited, name: "test", properties: [] }), all = levels.map(({ states }) => states);
    let found = 0;
    const pilot = all.slice(0, all.findIndex((states) => (found += states) > seen));
    const expected = expectedLevels(pilot);
    expect(expected.slice(0, pilot.length)).toEqual(pilot);
    expect(sum(expected) / sum(all)).toBeGreaterThan(0.5);
    expect(sum(expected) / sum(all)).toBeLessThan(2);
  }, 60_000);

  it("end, and are those that are given where these are too few to go by", () => {
    expect(expectedLevels([1, 3])).toEqual([1, 3]);
    expect(expectedLevels([1, 10, 100, 1000, 10_000]).length).toBeLessThanOrEqual(200);
  });
});

describe("bytes needed", () => {
  it("are 24 a state at most, for states of up to 64 bits, whatever their number", () => {
    const storage = { words: 2, key: 2, whole: 0, stride: 3 };
    for (let states = 10_000; states < 1e9; states = Math.ceil(states * 1.37)) expect(bytesNeeded(storage, states, 0) / states).toBeLessThan(24);
  });
});
