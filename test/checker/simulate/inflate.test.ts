import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../../checker/policy/read.ts";
import { inflate, type Sizes } from "../../../checker/simulate/inflate.ts";
import { flow } from "../../../spec/flow.ts";
import { limits, type Policy } from "../../../spec/policy.ts";
import { arbitraryPolicy } from "../../arbitrary/policy.ts";

const read = (path: string): Policy => {
  const policy = readPolicy(readFileSync(path, "utf8"), {});
  if (!policy.ok) throw new Error(JSON.stringify(policy.problems));
  return policy.policy;
};
const library = read("policies/untrusted-library.json");

const inflated = (policy: Policy, sizes: Sizes): Policy => {
  const result = inflate(policy, sizes);
  if (!result.ok) throw new Error(result.problem.sentence);
  return result.inflation.policy;
};

describe("a larger system", () => {
  it("is the policy itself where nothing is asked for", () => {
    expect(inflated(library, {})).toEqual(library);
  });
  it("has siblings with the rules of whom they are like, and spare frames of the root domain", () => {
    const { domains, create, share, boot } = inflated(library, { domains: 4, frames: 8 });
    expect(domains).toEqual(["app", "lib", "lib.1", "lib.2"]);
    expect(create).toEqual([{ by: "app", slot: "lib" }, { by: "app", slot: "lib.1" }, { by: "app", slot: "lib.2" }]);
    expect(share?.map(({ name, to, access }) => [name, to, access])).toEqual([["buffer", "lib", "r"], ["buffer.1", "lib.1", "r"], ["buffer.2", "lib.2", "r"]]);
    expect(boot.frames.slice(6)).toEqual([{ name: "spare.1", owner: "app" }, { name: "spare.2", owner: "app" }]);
  });
  it("excepts for claims about flows what they except, through the sibling too", () => {
    const whole = { ...library, claims: [{ name: "flows", never: "flow" as const, subject: "lib", object: "app", except: ["buffer"] }, ...(library.claims ?? [])] };
    expect(inflated(whole, { domains: 3 }).claims?.map(({ except }) => except)).toEqual([["buffer", "buffer.1"], ["buffer"], undefined]);
  });
  it.each(["2x1", "2x9", "3x2", "4x1", "4x9"])("has the tables at geometry %s that its mappings need, and is read like any policy", (geometry) => {
    const policy = inflated(library, { geometry }), levels = Number(geometry[0]);
    expect(policy.boot.domains.map(({ tables }) => tables.map(({ level }) => level))).toEqual([0, 1].map(() => Array.from({ length: levels }, (_, i) => levels - i)));
    expect(readPolicy(JSON.stringify(policy), {})).toMatchObject({ ok: true });
  });
  it("is refused where it would be a smaller one", () => {
    expect(inflate(library, { domains: 1 })).toMatchObject({ ok: false, problem: { code: "OUT_OF_BOUNDS", expected: "an integer from 2 to 8" } });
    expect(inflate(library, { geometry: "4x9", frames: 9 })).toMatchObject({ ok: false, problem: { sentence: "the system has 10 frames with 4 for the tables of geometry 4x9, and nothing is taken away" } });
  });
  it("of any policy is a policy, in which no secret finds a new way among the domains that there were", () => {
    fc.assert(fc.property(arbitraryPolicy, fc.nat({ max: limits.domains }), fc.nat({ max: limits.frames }), (policy, domains, frames) => {
      const larger = inflated(policy, { domains: Math.max(domains, policy.domains.length), frames: Math.max(frames, policy.boot.frames.length) });
      const result = readPolicy(JSON.stringify(larger), {});
      expect(result.ok ? [] : result.problems).toEqual([]);
      const among = (of: Policy): unknown => flow(of).slice(0, policy.domains.length).map((row) => row.slice(0, policy.domains.length));
      expect(among(larger)).toEqual(among(policy));
    }), { seed: 5, numRuns: 100 });
  });
});
