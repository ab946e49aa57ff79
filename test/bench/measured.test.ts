/** What rounds of runs come to, and that figures of runs that differ are refused. */
import { describe, expect, it } from "vitest";
import { median, ratioOf, rowOf, type Measured, type Row } from "../../bench/measured.ts";
import { searchModel } from "../../bench/refmon.ts";

const run = (milliseconds: number, more: Partial<Measured> = {}): Measured => ({ states: 100, transitions: 1000, complete: true, milliseconds, cpuMilliseconds: milliseconds, building: 3, touching: 5, bytes: 2000, ...more });

describe("rounds", () => {
  it("come to the middle", () => {
    expect([median([]), median([3]), median([9, 1, 3]), median([4, 1, 2, 9])]).toEqual([0, 3, 3, 3]);
  });
  it("come to a row, in which touching is no part of the rates", () => {
    expect(rowOf("refmon", 1, "toy", [run(1000), run(10), run(500)])).toEqual({
      engine: "refmon", threads: 1, model: "toy", states: 100, transitions: 1000, transitionsPerSecond: 2000, statesPerSecond: 200, bytesPerState: 20,
    });
  });
  it("come to nothing where one was cut, where two differ, and where there are none", () => {
    expect(() => rowOf("rumur", 1, "toy", [run(1), run(1, { states: 99 })])).toThrow(/same end/);
    expect(() => rowOf("rumur", 1, "toy", [run(1, { complete: false })])).toThrow(/same end/);
    expect(() => rowOf("rumur", 1, "toy", [])).toThrow(/did not run/);
  });
});

describe("ratios", () => {
  const row = (engine: Row["engine"], threads: number, transitionsPerSecond: number, states = 100): Row =>
    ({ engine, threads, model: "toy", states, transitions: 1000, transitionsPerSecond, statesPerSecond: 1, bytesPerState: 20 });
  const others = [row("refmon", 2, 1800), row("rumur", 1, 50), row("spin-dfs", 1, 190), row("spin-bfs", 1, 200)];
  it("are to the best of Spin, to rumur's one thread, and of two workers to one", () => {
    expect(ratioOf("toy", [row("refmon", 1, 1000), ...others])).toEqual({ model: "toy", toBestSpin: 5, toRumur: 20, twoWorkersToOne: 1.8 });
  });
  it("are refused where a checker counts differently or is missing", () => {
    expect(() => ratioOf("toy", [row("refmon", 1, 1000, 101), ...others])).toThrow(/counts 100 states/);
    expect(() => ratioOf("toy", others)).toThrow(/refmon with 1 threads did not run/);
  });
});

describe("a search that is measured", () => {
  it("counts what any does, in room made before and grown on the way, and tells what its tables take", async () => {
    const roomy = await searchModel("pages", 1, 915_260), grown = await searchModel("pages", 2, 0);
    expect(roomy).toMatchObject({ states: 915_260, transitions: 41_982_296, complete: true });
    expect(grown).toMatchObject({ states: 915_260, transitions: 41_982_296, complete: true });
    expect(roomy.bytes / roomy.states).toBeLessThan(24);
  }, 60_000);
});
