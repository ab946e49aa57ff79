/** Laws of the comparison over random changes of a small policy, and a second opinion on each that shares nothing with the first but the oracle. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, overall, type Comparison, type Verdict } from "../../../checker/diff/compare.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import type { Policy } from "../../../spec/policy.ts";
import { bruteRights, bruteRows } from "./brute-force.ts";
import { pair, readBack } from "./pair.ts";

const seed = 20251;

const { boot } = pair();
const frames = [{ name: "app-root", owner: "app" }, { name: "lib-root", owner: "lib" }, { name: "lib-leaf", owner: "lib" }, { name: "data", owner: "app", holds: ["app"] }];
const accesses = ["r", "rw", "rx"] as const;
const shares = [{ from: "app", to: "lib" }, { from: "lib", to: "app" }].flatMap((ends) => accesses.map((access) => ({ ...ends, access })));

/** Any rules over two domains of two tables and one frame of data, which the library may have been granted. */
const arbitrary: fc.Arbitrary<Policy> = fc.record({
  share: fc.subarray(shares), create: fc.boolean(), preemptive: fc.boolean(), scheduler: fc.constantFrom("app", "lib"), host: fc.subarray(["app", "lib"]), granted: fc.boolean(),
}).map(({ share, create, preemptive, scheduler, host, granted }) => readBack({
  ...pair(), share, create: create ? [{ by: "app", slot: "lib" }] : [], preemptive, scheduler, host: { sharedBy: host },
  boot: {
    frames,
    domains: boot.domains.map((one) => ({ ...one, tables: one.tables.filter(({ frame }) => frames.some(({ name }) => name === frame)) })),
    grants: granted && share.some(({ from, access }) => from === "app" && access === "r") ? [{ frame: "data", to: "lib", access: "r", status: "accepted" }] : [],
    running: ["app"],
  },
}));

const compared = (old: Policy, now: Policy): Promise<Comparison> => compare({ old, new: now }, { search: unlimited });
const opposite: { readonly [V in Verdict]: Verdict } = { equal: "equal", wider: "narrower", narrower: "wider", incomparable: "incomparable" };

const rowsOf = ({ rows }: Comparison): readonly string[] => rows.filter(({ call }) => call !== "control")
  .flatMap(({ call, relation, gained, lost }) => [...(gained === null ? [] : [`gained ${call} ${relation}`]), ...(lost === null ? [] : [`lost ${call} ${relation}`])]).toSorted();
const keysOf = (all: Comparison["rights"]["gained"]): readonly string[] => all.filter(({ what }) => what.kind !== "control").map(({ what }) => Object.values(what).join(" ")).toSorted();

const expectOpposite = (found: Comparison, back: Comparison): void => {
  expect(overall(back)).toBe(opposite[overall(found)]);
  expect(rowsOf(back)).toEqual(rowsOf(found).map((row) => (row.startsWith("gained") ? row.replace("gained", "lost") : row.replace("lost", "gained"))).toSorted());
  expect([keysOf(back.rights.gained), keysOf(back.rights.lost)]).toEqual([keysOf(found.rights.lost), keysOf(found.rights.gained)]);
};

describe("a comparison", () => {
  it("of a policy with itself says equal", () => fc.assert(fc.asyncProperty(arbitrary, async (policy) => {
    expect(overall(await compared(policy, policy))).toBe("equal");
  }), { seed, numRuns: 30 }), 120_000);

  it("says the opposite the other way round", () => fc.assert(fc.asyncProperty(arbitrary, arbitrary, async (old, now) => {
    expectOpposite(await compared(old, now), await compared(now, old));
  }), { seed: seed + 1, numRuns: 3 }), 120_000);

  it("says of random changes what brute force says, and the opposite the other way round", () => fc.assert(fc.asyncProperty(arbitrary, arbitrary, async (old, now) => {
    const found = await compared(old, now);
    expect(rowsOf(found)).toEqual([...bruteRows(old, now)].toSorted());
    const before = bruteRights(old), after = bruteRights(now);
    expect(keysOf(found.rights.gained)).toEqual([...after].filter((right) => !before.has(right)).toSorted());
    expect(keysOf(found.rights.lost)).toEqual([...before].filter((right) => !after.has(right)).toSorted());
    expectOpposite(found, await compared(now, old));
  }), { seed, numRuns: 2 }), 240_000);
});
