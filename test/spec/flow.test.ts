import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closure, type Relation } from "../../spec/flow.ts";

const relations = fc.integer({ min: 1, max: 6 }).chain((n) => fc.array(fc.array(fc.boolean(), { minLength: n, maxLength: n }), { minLength: n, maxLength: n }));

/** Who can be reached from `from` along one or more edges, by walking. */
const walk = (relation: Relation, from: number): ReadonlySet<number> => {
  const found = new Set<number>();
  const pending = [from];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    relation[at]?.forEach((edge, to) => { if (edge && !found.has(to)) { found.add(to); pending.push(to); } });
  }
  return found;
};

describe("flow*", () => {
  it("is reachability along the policy's edges", () => {
    fc.assert(fc.property(relations, (relation) => {
      const closed = closure(relation);
      for (let from = 0; from < relation.length; from++) {
        const reached = walk(relation, from);
        for (let to = 0; to < relation.length; to++) expect(closed[from]?.[to]).toBe(reached.has(to));
      }
    }));
  });
});
