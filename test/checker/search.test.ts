/** The fast search and the naive one arrive at the same states; symmetry changes how many are counted and nothing that is found. */
import { describe, expect, it } from "vitest";
import { large } from "../../checker/explore/crew.ts";
import { threads } from "../../checker/explore/node/threads.ts";
import { compile, kernelOf } from "../../checker/compile/compile.ts";
import { searchNaively } from "../../checker/explore/naive.ts";
import { unlimited, type SearchOptions, type SearchProgress, type SearchResult } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { step, type System } from "../../spec/lang/system.ts";
import { shipped } from "./shipped.ts";
import { toy } from "./toy.ts";

const quietly = (system: System, options: Partial<SearchOptions>): Promise<SearchResult> => search(system, { ...unlimited, name: "test", ...options });

const agree = async (system: System, depth: number): Promise<void> => {
  const naive = searchNaively(system, { depth, allViolations: false });
  const fast = await quietly(system, { depth, symmetry: false });
  expect(fast.levels).toEqual(naive.levels);
  expect({ ...fast, coverage: null, violations: null }).toMatchObject({
    closed: naive.closed, depth: naive.depth, statesDistinct: naive.statesDistinct, transitions: naive.transitions, digest: naive.digest,
  });
  for (const { id, succeeded, denied } of fast.coverage.calls) {
    expect([id, succeeded]).toEqual([id, naive.allowed.get(id) ?? 0]);
    expect(denied).toBe([...naive.failedFirst].filter(([guard]) => guard.startsWith(`${id}.`)).reduce((sum, [, count]) => sum + count, 0));
  }
  for (const { id, failedFirst } of fast.coverage.guards) expect([id, failedFirst]).toEqual([id, naive.failedFirst.get(id) ?? 0]);
  for (const { id, taken } of fast.coverage.moves) expect([id, taken]).toEqual([id, naive.allowed.get(id) ?? 0]);
  const text = (violations: readonly { readonly clause: number; readonly instanceTrace: readonly unknown[] }[]): unknown =>
    violations.map(({ clause, instanceTrace }) => [clause, instanceTrace.length]);
  expect(text(fast.violations)).toEqual(text(naive.violations));
};

describe("the fast search and the naive one", () => {
  it.each([["one person", toy(1, 2, 2, false)], ["two people", toy(2, 1, 2, false)], ["violations", toy(2, 2, 2, true)]])(
    "agree on levels, digests, counts and violations of a toy with %s", async (_, system) => {
      await agree(system, Infinity);
    }, 60_000);

  it("agree on the shipped policy to a small depth", async () => {
    await agree(shipped(), 2);
  }, 60_000);
});

describe("symmetry", () => {
  /** The states that a search counts with symmetry, from the outside: canonical forms of the states that it counts without. */
  const orbits = async (system: System, depth: number): Promise<void> => {
    const reduced = await quietly(system, { depth, symmetry: true, properties: [] }), whole = await quietly(system, { depth, symmetry: false, properties: [] });
    const { kernel, packing } = compile(system), { canonical } = kernelOf(kernel);
    const seen = new Set<string>(), packed = new Int32Array(packing.words);
    const states = new Set<string>();
    const levels: number[] = [];
    let level = [system.initial];
    states.add(JSON.stringify(system.initial));
    const compiled = compile(system, { symmetry: false, fingerprints: false, watched: () => false });
    const note = (cells: Int32Array): boolean => {
      canonical(cells, packed, 0);
      const before = seen.size;
      return seen.add(packed.join()).size > before;
    };
    levels.push(note(compiled.state.encode(system.initial)) ? 1 : 0);
    for (let at = 0; at < whole.depth && level.length > 0; at++) {
      const next: typeof level = [];
      let fresh = 0;
      for (const state of level) for (const instance of compiled.instances) {
        const outcome = step(system, state, instance);
        if (outcome.kind !== "allowed") continue;
        const key = JSON.stringify(outcome.next);
        if (states.has(key)) continue;
        states.add(key);
        next.push(outcome.next);
        if (note(compiled.state.encode(outcome.next))) fresh++;
      }
      level = next;
      if (fresh > 0) levels.push(fresh);
    }
    expect(states.size).toBe(whole.statesDistinct);
    expect(reduced.levels.map((one) => one.states)).toEqual(levels);
    expect(reduced.statesDistinct).toBe(seen.size);
    expect(reduced.closed).toBe(whole.closed);
  };

  it("counts the orbits of a toy whose people are permuted and whose boxes are sorted", async () => {
    await orbits(toy(2, 2, 2, false), Infinity);
  }, 60_000);

  it("counts the orbits of the shipped policy to a small depth", async () => {
    await orbits(shipped(), 2);
  }, 60_000);

  it("finds the same violations at the same depth", async () => {
    const system = toy(2, 2, 2, true);
    const depths = async (symmetry: boolean): Promise<unknown> => {
      const { violations } = await quietly(system, { symmetry, allViolations: true });
      return violations.map(({ clause, instanceTrace }) => [clause, instanceTrace.length]).sort();
    };
    expect(await depths(true)).toEqual(await depths(false));
  });

  it("is refused where a constant tells members apart", () => {
    const system = shipped();
    expect(() => compile({ ...system, properties: [], symmetric: ["Frame", "Domain"] })).toThrow(/symmetry over Domain: the constant \w+ tells its members apart/);
  });

  it("sorts the columns of vCPUs beside those of frames", async () => {
    await orbits({ ...shipped(), symmetric: ["Frame", "Vcpu"] }, 2);
  }, 60_000);

  it("is refused where columns mention each other and members are many", () => {
    expect(() => compile(toy(5, 1, 1, false))).toThrow(/symmetry over Person: chief is indexed by it and holds it/);
  });
});

describe("a search", () => {
  it("gives a shortest trace that the oracle follows to the violation", async () => {
    const system = toy(2, 2, 2, true);
    const { violations, closed } = await quietly(system, {});
    expect(closed).toBe(false);
    expect(violations.length).toBeGreaterThan(0);
    for (const { instanceTrace } of violations) expect(instanceTrace).toHaveLength(violations[0]?.instanceTrace.length ?? 0);
  });

  it("goes on until every property is decided when asked", async () => {
    const { violations, closed } = await quietly(toy(2, 2, 2, true), { allViolations: true });
    expect([violations.map(({ property }) => property), closed]).toEqual([["never two lent", "no blue"], true]);
  });

  it("checks the properties that are selected, and no others", async () => {
    const { violations, coverage } = await quietly(toy(2, 2, 2, true), { properties: ["no blue"] });
    expect(violations.map(({ property }) => property)).toEqual(["no blue"]);
    expect(coverage.properties.map(({ id }) => id)).toEqual(["no blue"]);
  });

  it("stops at a level's end when its states are spent, and says what is left", async () => {
    const result = await quietly(toy(2, 2, 2, false), { maxStates: 50 });
    expect(result).toMatchObject({ state: "budget", closed: false });
    expect(result.frontier).toBe(result.levels.at(-1)?.states);
  });

  it("stops at a depth, complete", async () => {
    expect(await quietly(toy(2, 2, 2, false), { depth: 3 })).toMatchObject({ state: "complete", closed: false, depth: 3 });
  });

  it("stops when its time is spent, and tells how it goes on the way", async () => {
    const heard: SearchProgress[] = [];
    const result = await quietly(shipped(), { maxMilliseconds: 350, onProgress: (progress) => heard.push(progress) });
    expect(result).toMatchObject({ state: "budget", closed: false });
    expect(result.frontier).toBeGreaterThan(0);
    expect(heard.length).toBeGreaterThan(0);
    for (const { statesDistinct, forecast } of heard) expect(forecast?.statesDistinct ?? Infinity).toBeGreaterThanOrEqual(statesDistinct);
    expect(heard.map(({ statesDistinct }) => statesDistinct)).toEqual(heard.map(({ statesDistinct }) => statesDistinct).sort((a, b) => a - b));
  });

  it.each([1, 2])("goes on from where its time was over when there is more, with %i workers, and says what it says with all of it", async (workers) => {
    const system = shipped("policies/openssl-key-vault.json"), muster = threads(workers, large), whole = await quietly(system, { muster });
    let asked = 0;
    const resumed = await quietly(system, { muster, maxMilliseconds: 0, moreTime: () => Promise.resolve(asked++ < 3 ? 1 : Infinity) });
    expect(asked).toBeGreaterThan(0);
    expect(resumed).toEqual(whole);
  }, 60_000);

  it("does not go on past its states because there is more time", async () => {
    const spent = await quietly(toy(2, 2, 2, false), { maxStates: 50 });
    expect(await quietly(toy(2, 2, 2, false), { maxStates: 50, maxMilliseconds: 0, moreTime: () => Promise.resolve(Infinity) })).toEqual(spent);
  });

  it("hears a signal", async () => {
    const controller = new AbortController();
    const running = quietly(shipped(), { signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 300);
    const result = await running;
    expect(result.state).toBe("interrupted");
    expect(result.statesDistinct).toBe(result.levels.reduce((sum, { states }) => sum + states, 0));
  });
});
