import { describe, expect, it } from "vitest";
import { applyEffects, evaluate, type Environment } from "../../../spec/lang/evaluate.ts";
import {
  absent, add, and, collect, count, define, each, enumeration, eq, exists, first, forall, has, implies, inject, intersect, isNone, isSome, ite, le, lt, map, matchOption, minus,
  none, not, of, option, or, places, range, reaches, record, scalarset, setOf, sized, some, someSuch, subset, sum, tabulate, terms, union, unite, when, bool,
} from "../../../spec/lang/index.ts";
import type { Node } from "../../../spec/lang/node.ts";

const Domain = scalarset("Domain"), Page = range("Page"), Right = enumeration("Right", "r", "w", "x");
const Kind = union("Kind", { free: null, table: Page, of: Domain });
const Mapping = record({ page: Page, access: setOf(Right) });
const s = places({ parent: map(Domain, option(Domain)), space: map(Page, option(Mapping)), holds: map(Domain, setOf(Domain)), here: Domain, kind: Kind });
const constants = terms("constant", { all: setOf(Right) });

const environment: Environment = {
  bounds: { Domain: sized(3), Page: { lo: 1, hi: 2 }, Count: sized(10) },
  stores: {
    // 2 is a child of 1, 1 of 0; page 1 is mapped with read and write.
    state: { parent: [null, 0, 1], space: [{ page: 2, access: 0b011 }, null], holds: [0b001, 0b110, 0], here: 1, kind: 1 },
    constant: { all: 0b111 },
  },
};
const value = (term: { readonly node: Node }) => evaluate(environment, {}, term.node);
const [root, child] = [s.parent.at(s.here), s.here];

describe("the oracle", () => {
  it.each<[string, { readonly node: Node }, unknown]>([
    ["and of nothing is true", and(), true],
    ["or of nothing is false", or(), false],
    ["implies", implies(eq(child, child), false), false],
    ["maps are read by key, ranges from their lower limit", isSome(s.space.at(1)), true],
    ["an option that is none", isNone(s.space.at(2)), true],
    ["matchOption binds what is inside", matchOption(s.space.at(1), { none: of(Page, 1), some: (m) => m.page }), 2],
    ["someSuch of none is false", someSuch(s.space.at(2), () => true), false],
    ["equality looks inside", eq(s.space.at(1), some({ page: 2, access: ["r", "w"] })), true],
    ["order", and(lt(of(Page, 1), 2), le(of(Page, 2), 2), not(lt(of(Page, 2), 2))), true],
    ["ite", ite(isNone(root), of(Page, 1), 2), 2],
    ["sets: has", has(s.holds.at(child), child), true],
    ["sets: union", unite(of(setOf(Right), ["r"]), ["x"]), 0b101],
    ["sets: difference", minus(constants.all, ["r"]), 0b110],
    ["sets: intersection", intersect(constants.all, ["w"]), 0b010],
    ["sets: subset", subset(of(setOf(Right), ["r"]), ["r", "w"]), true],
    ["forall", forall(Domain, (d) => not(has(s.holds.at(d), child))), false],
    ["exists", exists(Domain, (d) => eq(s.parent.at(d), some(child))), true],
    ["count", count(Domain, (d) => isSome(s.parent.at(d))), 2],
    ["sum of counts", sum(Domain, (d) => count(Domain, (e) => has(s.holds.at(d), e))), 3],
    ["add", add(count(Domain, () => true), 1), 4],
    ["collect", collect(Page, (p) => isSome(s.space.at(p))), 0b01],
    ["first is the least that fits", first(Page, (p) => le(of(Page, 1), p)), 1],
    ["first of those that fit, not of all", first(Page, (p) => isNone(s.space.at(p))), 2],
    ["first where none fits", first(Page, (p) => lt(p, 1)), null],
    ["tabulate", tabulate(Page, (p) => isNone(s.space.at(p))), [false, true]],
    ["reaches a grandparent, and not itself", tabulate(Domain, (d) => reaches(s.parent, d, child)), [false, false, true]],
    ["inject counts the cases before", inject(Kind, "table", of(Page, 2)), 2],
    ["inject of a scalarset", inject(Kind, "of", child), 4],
    ["equality of unions", eq(s.kind, inject(Kind, "table", of(Page, 1))), true],
    ["the absent value", absent(Page), null],
    ["definitions see their arguments and nothing else", define("twice", { p: Page }, ({ p }) => eq(p, 2))({ p: 2 }), true],
  ])("%s", (_, term, expected) => { expect(value(term)).toEqual(expected); });

  it("follows a chain of links that is a cycle once", () => {
    const cyclic = { ...environment, stores: { ...environment.stores, state: { ...environment.stores.state, parent: [1, 0, 1] } } };
    expect(evaluate(cyclic, {}, tabulate(Domain, (d) => reaches(s.parent, d, d)).node)).toEqual([true, true, false]);
  });

  it("makes effects simultaneous: right-hand sides read the state before", () => {
    const after = applyEffects(environment, {}, [
      s.space.at(1).becomes(s.space.at(2)),
      s.space.at(2).becomes(s.space.at(1)),
      each(Domain, (d) => [when(isNone(s.parent.at(d)), [s.holds.at(d).gains(child)], [s.holds.at(d).becomes([])])]),
    ]);
    expect(after["space"]).toEqual([null, { page: 2, access: 0b011 }]);
    expect(after["holds"]).toEqual([0b011, 0, 0]);
  });

  it("refuses to write one cell twice, whole or in part", () => {
    const twice = [each(Page, (p) => [s.space.at(p).becomes(none)]), s.space.at(1).becomes(none)];
    expect(() => applyEffects(environment, {}, twice)).toThrow("space[0] is written twice");
    const inPart = [s.space.becomes(tabulate(Page, () => absent(Mapping))), s.space.at(2).becomes(none)];
    expect(() => applyEffects(environment, {}, inPart)).toThrow("space[1] is written twice");
  });

  it("says which variable nothing gives a value to", () => {
    expect(() => value(terms("view", { seen: bool }).seen)).toThrow("nothing says what the view variable seen is");
  });
});
