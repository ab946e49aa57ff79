import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bool, enumeration, map, option, range, record, scalarset, setOf, sized, union, type AnyType } from "../../../spec/lang/index.ts";
import { cardinality, equal, isValue, leastValue, rank, unrank } from "../../../spec/lang/value.ts";

const bounds = { Domain: sized(3), Level: { lo: 1, hi: 3 } };
const Domain = scalarset("Domain"), Level = range("Level");
const scalars: readonly AnyType[] = [bool, Domain, Level, enumeration("Phase", "free", "sealed"), union("Kind", { none: null, table: Level, of: Domain })];

const types: fc.Arbitrary<AnyType> = fc.letrec<{ type: AnyType }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    fc.constantFrom(...scalars),
    fc.constantFrom(...scalars).map(setOf),
    fc.constantFrom(...scalars).map(option),
    fc.tuple(fc.constantFrom(...scalars), fc.constantFrom(...scalars)).map(([a, b]) => record({ a, b })),
    fc.tuple(fc.constantFrom(...scalars), tie("type")).map(([key, value]) => map(key, value)),
  ),
})).type;

const ranked = types.filter((type) => cardinality(bounds, type) < 2 ** 40)
  .chain((type) => fc.tuple(fc.constant(type), fc.bigInt(0n, BigInt(cardinality(bounds, type)) - 1n).map(Number), fc.bigInt(0n, BigInt(cardinality(bounds, type)) - 1n).map(Number)));

describe("values", () => {
  it("unrank and rank are inverse, and what comes out is a value of the type", () => {
    fc.assert(fc.property(ranked, ([type, index]) => {
      const value = unrank(bounds, type, index);
      expect(isValue(bounds, type, value)).toBe(true);
      expect(rank(bounds, type, value)).toBe(index);
    }));
  });
  it("are equal exactly if their ranks are", () => {
    fc.assert(fc.property(ranked, ([type, a, b]) => { expect(equal(unrank(bounds, type, a), unrank(bounds, type, b))).toBe(a === b); }));
  });
  it("have a least one, of rank 0", () => {
    fc.assert(fc.property(ranked, ([type]) => { expect(rank(bounds, type, leastValue(bounds, type))).toBe(0); }));
  });
});
