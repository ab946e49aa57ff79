/** What of the specification is in a policy's system: nothing that it has not, and whatever it has. */
import { readFileSync } from "node:fs";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { Policy } from "../../spec/policy.ts";
import { neverAllowed } from "../../spec/presence.ts";
import { properties } from "../../spec/properties/index.ts";
import { systemsOf } from "../../spec/system.ts";

const policy = (path: string, change: Partial<Policy> = {}): Policy => {
  const decoded = Policy.decode({ ...JSON.parse(readFileSync(path, "utf8")) as object, ...change });
  if (!isRight(decoded)) throw new Error(`${path} does not decode`);
  return decoded.right;
};
const life = policy("test/peers/policies/life.json"), whole = policy("test/peers/policies/whole.json");

const judged = async (one: Policy) => {
  const [system] = systemsOf(one), { closed, coverage } = await search(system, { ...unlimited, name: system.name });
  const abstract = (clause: number): boolean => system.properties[clause]?.form !== "view" && system.properties[clause]?.place !== "M";
  return {
    closed, moves: coverage.moves.map(({ id }) => id), never: coverage.calls.filter(({ succeeded }) => succeeded === 0).map(({ id }) => id),
    vacuous: coverage.properties.filter(({ clause, antecedent }) => abstract(clause) && antecedent === 0).map(({ clause }) => system.properties[clause]?.sentence),
  };
};

describe("a policy without gates, devices and host", () => {
  it("has no moves of them, and its calls that never succeed are those that it says", async () => {
    const { closed, moves, never } = await judged(life);
    expect([closed, moves]).toEqual([true, ["load", "store", "fetch", "interrupt"]]);
    expect([...neverAllowed(life)].sort()).toEqual([...never].sort());
  });
  it("has no property that says nothing", async () => { expect((await judged(policy("policies/untrusted-library.json"))).vacuous).toEqual([]); });
  it("without interrupts has no property of them", () => {
    const ids = (one: Policy): readonly string[] => systemsOf(one)[0].properties.map(({ id }) => id);
    expect([ids(life).includes("P17"), ids({ ...life, adversary: { interrupts: false } }).includes("P17")]).toEqual([true, false]);
  });
});

it("a policy of the whole model has every property, and every call can succeed", async () => {
  const everywhere = { ...whole, platform: "sev-snp" as const }, [{ properties: had }] = systemsOf(everywhere);
  expect(properties.filter((one) => !had.includes(one))).toEqual([]);
  expect(neverAllowed(everywhere)).toEqual([]);
  expect(await judged(everywhere)).toMatchObject({ closed: true, never: [], vacuous: [] });
});
