/** What first levels say of all of them, for searches whose whole is known: `levels.json` has the sizes of their levels, by policy and what was changed of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectedLevels, rangeOf } from "../../checker/explore/forecast.ts";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { bytesNeeded } from "../../checker/explore/store.ts";
import { readPolicy, type Override } from "../../checker/policy/read.ts";
import { systemsOf } from "../../spec/system.ts";
import { root } from "../cli/refmon.ts";

interface Known { readonly policy: string; readonly overrides: Override; readonly system: number; readonly levels: readonly number[] }
const known = JSON.parse(readFileSync(join(import.meta.dirname, "levels.json"), "utf8")) as readonly Known[];

const sum = (levels: readonly number[]): number => levels.reduce((total, states) => total + states, 0);

/** The levels up to the one with which a share of the states is found. */
const upTo = (levels: readonly number[], share: number): readonly number[] => levels.slice(0, 1 + levels.findIndex((_, i) => sum(levels.slice(0, i + 1)) >= share * sum(levels)));
const middleOf = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Infinity;

describe("the levels to come", () => {
  it.each(known.filter(({ levels }) => sum(levels) < 10_000).slice(0, 4))("are of searches as they are: $policy $overrides", async ({ policy, overrides, system, levels }) => {
    const read = readPolicy(readFileSync(join(root, policy), "utf8"), overrides), found = read.ok ? systemsOf(read.policy)[system] : undefined;
    expect(found === undefined ? [] : (await search(found, { ...unlimited, name: "test", properties: [] })).levels.map(({ states }) => states)).toEqual(levels);
  }, 60_000);

  it.each([[0.03, 3], [0.1, 2], [0.3, 1.4], [0.5, 1.2]])("where a share of %d is found, are off by a factor of less than %d in half of the searches", (share, factor) => {
    expect(middleOf(known.map(({ levels }) => Math.abs(Math.log(sum(expectedLevels(upTo(levels, share))) / sum(levels)))))).toBeLessThan(Math.log(factor));
  });

  it.each([[1, 1.3], [1.3, 2], [2, 8], [8, Infinity]])("go %d to %d times beyond what is found, and lie in the range in nine of ten cases", (least, most) => {
    const within = known.flatMap(({ levels }) => levels.slice(0, -1).flatMap((_, i) => {
      const seen = levels.slice(0, i + 1), found = sum(seen), estimated = sum(expectedLevels(seen));
      if (i < 5 || found < 2000 || estimated <= found * least || estimated > found * most) return [];
      const { low, high } = rangeOf(found, estimated);
      return [low <= sum(levels) && sum(levels) <= high];
    }));
    expect(within.length).toBeGreaterThan(50);
    expect(within.filter((inside) => inside).length / within.length).toBeGreaterThanOrEqual(0.9);
  });

  it("begin with those that are given, and are those where these are too few to go by", () => {
    expect(expectedLevels([1, 3, 8, 20]).slice(0, 4)).toEqual([1, 3, 8, 20]);
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
