/** The monitor does what the specification says, and every property holds, on random walks from random boot images. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemsOf } from "../../../spec/system.ts";
import { arbitraryPolicy } from "../../arbitrary/policy.ts";
import { seeded } from "../../seeded/policy.ts";
import { arbitraryChoices, walk } from "./walk.ts";

describe("commuting", () => {
  it.each(["saturating", "explicit"] as const)("holds with every property on walks over a %s TLB", (tlb) => {
    const succeeded = new Set<string>();
    fc.assert(fc.property(arbitraryPolicy, arbitraryChoices, (policy, choices) => {
      const walked = walk(policy, tlb, choices);
      expect(walked.breaches).toEqual([]);
      walked.succeeded.forEach((name) => succeeded.add(name));
    }), { numRuns: 40 });
    expect(succeeded.size).toBeGreaterThan(8);
  });

  it("reaches every call and move in walks from one policy", () => {
    const succeeded = new Set<string>();
    const all = systemsOf(seeded)[0].transitions.map(({ name }) => name);
    fc.assert(fc.property(arbitraryChoices, (choices) => {
      const walked = walk(seeded, "saturating", choices);
      expect(walked.breaches).toEqual([]);
      walked.succeeded.forEach((name) => succeeded.add(name));
    }), { numRuns: 40, seed: 1 });
    expect(all.filter((name) => !succeeded.has(name))).toEqual([]);
  });
});
