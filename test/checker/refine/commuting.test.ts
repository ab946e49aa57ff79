/** The monitor does what the specification says, and every property holds, on random walks from random boot images. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemsOf } from "../../../spec/system.ts";
import { arbitraryPolicy } from "../../arbitrary/policy.ts";
import { whole } from "./whole.ts";
import { arbitraryChoices, walker } from "./walk.ts";

describe("commuting", () => {
  it.each(["saturating", "explicit"] as const)("holds with every property on walks over a %s TLB", (tlb) => {
    fc.assert(fc.property(arbitraryPolicy, fc.array(arbitraryChoices, { minLength: 2, maxLength: 4 }), (policy, walks) => {
      const { walk } = walker(policy, tlb);
      for (const choices of walks) expect(walk(choices).breaches).toEqual([]);
    }), { numRuns: 25 });
  });

  it("reaches every call and move in walks from one policy", () => {
    const { walk, succeeded } = walker(whole, "saturating");
    fc.assert(fc.property(arbitraryChoices, (choices) => {
      expect(walk(choices).breaches).toEqual([]);
    }), { numRuns: 300, seed: 1 });
    const reached = succeeded();
    expect(systemsOf(whole)[0].transitions.map(({ name }) => name).filter((name) => !reached.includes(name))).toEqual([]);
  });
});
