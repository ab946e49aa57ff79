/** A system without its empty types is the same system to whoever counts states and transitions, or looks for violations. */
import { describe, expect, it } from "vitest";
import { unlimited } from "../../../checker/explore/result.ts";
import { search } from "../../../checker/explore/search.ts";
import { everyNode, everyType } from "../../../checker/export/program.ts";
import { inhabited } from "../../../spec/lang/inhabited.ts";
import type { System } from "../../../spec/lang/system.ts";
import { cardinality } from "../../../spec/lang/value.ts";
import { constructs } from "../../checker/export/constructs.ts";
import { shipped } from "../../checker/shipped.ts";
import { without } from "../../peers/seeds.ts";

const policy = (name: string): System => shipped(`test/peers/policies/${name}.json`, 2);

/** What a search to a depth comes to, but for what numbers clauses and digests variables. */
const found = async (system: System, depth: number) => {
  const { closed, statesDistinct, transitions, levels, violations, coverage } = await search(system, { ...unlimited, name: system.name, depth, allViolations: true });
  return {
    closed, statesDistinct, transitions, levels: levels.map(({ states }) => states),
    violations: violations.map(({ property, instanceTrace }) => [property, instanceTrace.length]),
    moves: coverage.moves.filter(({ taken }) => taken > 0), calls: coverage.calls.filter(({ succeeded }) => succeeded > 0).map(({ id, succeeded }) => [id, succeeded]),
  };
};

describe("a system without its empty types", () => {
  it.each<[string, System, number]>([
    ["one domain, closed", policy("alone"), Infinity], ["three levels, closed", policy("deep"), Infinity], ["a life, to depth 9", policy("life"), 9],
    ["the whole model, to depth 12", policy("whole"), 12], ["every construct", constructs(2), 6],
  ])("has the same states and transitions: %s", async (_, system, depth) => {
    const whole = await found(system, depth);
    expect(whole.transitions).toBeGreaterThan(100);
    expect(await found(inhabited(system), depth)).toEqual(whole);
  });

  it("has the same violations", async () => {
    const broken = without(policy("alone"), { policy: "alone", call: "map", guard: "kind-data" }), whole = await found(broken, 4);
    expect(whole.violations.length).toBeGreaterThan(0);
    expect(await found(inhabited(broken), 4)).toEqual(whole);
  });

  it.each([
    ["a policy", policy("life"), ["stack", "device", "ioSpace", "deviceKnows"]], ["every construct", constructs(2), ["chased", "bone"]],
  ] as const)("binds nothing to a type without members, and says nothing that is settled: %s", (_, system, gone) => {
    const left = inhabited(system), empty = (type: Parameters<typeof cardinality>[1]): boolean => cardinality(system.bounds, type) === 0;
    expect(everyType(system).some(empty)).toBe(true);
    for (const node of everyNode(left)) {
      if ("over" in node) expect(empty(node.over)).toBe(false);
      if (node.op === "and" || node.op === "or") expect(node.all.filter(({ op }) => op === "literal")).toEqual([]);
      if (node.op === "equal") expect([node.left, node.right].every(({ op }) => op === "literal")).toBe(false);
      if (node.op === "match") expect(node.option.op).not.toBe("literal");
    }
    expect(Object.keys(system.variables).filter((name) => !(name in left.variables))).toEqual(gone);
  });
});
