/** What one search leaves of the time of a run goes to those that had too little of it. The clock is the test's own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check, type CheckOptions } from "../../checker/check.ts";
import { alone } from "../../checker/explore/crew.ts";
import { waitingRoom } from "../../checker/leftover-time.ts";
import { readPolicy } from "../../checker/policy/read.ts";
import { unnamed } from "../../checker/profiles.ts";
import { aloneOnMachine } from "../../checker/refine/crew.ts";

const read = readPolicy(readFileSync("policies/untrusted-library.json", "utf8"), { vcpus: 1, machineDepth: 1 });

describe("a run whose first search uses up its part of the time", () => {
  /** The specification has 80 of 100 ms; the clock is set when it first tells how it goes, and stands still otherwise. */
  const checked = async (to: number, memory: number): Promise<{ readonly states: readonly string[]; readonly cut: string | null; readonly heard: readonly string[] }> => {
    if (!read.ok) throw new Error("the policy is none");
    const heard: string[] = [];
    let now = 0;
    const options: CheckOptions = {
      profile: unnamed, properties: ["P6"], calls: null, where: null, symmetry: true, fingerprints: false, violationEnds: "run", budget: { milliseconds: 100, states: Infinity, bytes: 2 ** 40 },
      signal: new AbortController().signal, memory: () => memory, clock: () => now, muster: alone, surveyors: aloneOnMachine, keeperOf: () => null, driven: false,
      onProgress: (search) => {
        if (heard.at(-1) !== search) heard.push(search);
        now = to;
      },
    };
    const { ran, cut } = await check(read.policy, options);
    return { states: ran.map(({ where, result: { state, closed } }) => `${where} ${state}${closed ? ", closed" : ""}`), cut, heard };
  };

  it("goes on with what the others leave, and is told in its place", async () => {
    expect(await checked(90, 0)).toMatchObject({ states: ["specification complete, closed", "monitor complete"], cut: null, heard: [expect.stringContaining("search 1 of 2")] });
  }, 60_000);
  it("ends where they leave none", async () => {
    expect(await checked(100, 0)).toMatchObject({ states: ["specification budget", "monitor complete"], cut: "budget" });
  }, 60_000);
  it("ends where it would keep memory while it waits that is short", async () => {
    expect(await checked(90, 0.6 * 2 ** 40)).toMatchObject({ states: ["specification budget", "monitor complete"], cut: "budget" });
  }, 60_000);
});

describe("those that wait", () => {
  it("go on one after the other in the order in which they came, each with its part, and wait once", async () => {
    const room = waitingRoom(), told: string[] = [];
    let left = 90;
    const one = (name: string, uses: number) => async (more: () => Promise<number>): Promise<void> => {
      const given = await more();
      told.push(`${name} ${given}`);
      left -= Math.min(given, uses);
      if (uses > given) told.push(`${name} ${await more()}`);
    };
    for (const [name, uses] of [["first", 10], ["second", 100], ["third", 5]] as const) await room.begin(one(name, uses));
    await room.begin(() => {
      told.push("never waits");
      return Promise.resolve();
    });
    await room.finish(() => left);
    expect(told).toEqual(["never waits", "first 30", "second 40", "second 0", "third 40"]);
  });
  it("tell what they throw, before they wait and after", async () => {
    const before = waitingRoom(), after = waitingRoom();
    await expect(before.begin(() => Promise.reject(new Error("at once")))).rejects.toThrow("at once");
    await after.begin(async (more) => {
      await more();
      throw new Error("later");
    });
    await expect(after.finish(() => 0)).rejects.toThrow("later");
  });
});
