/** Sets take the bits that their elements need, and no state is packed without what it holds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelNamed } from "../../bench/models.ts";
import { compile, kernelOf } from "../../checker/compile/compile.ts";
import { allowed } from "../../checker/compile/compiled.ts";
import { inject, map, movesOver, of, bool, places, range, setOf, sized, union, unite, type Expr } from "../../spec/lang/index.ts";
import type { SetOf } from "../../spec/lang/types.ts";
import type { System } from "../../spec/lang/system.ts";
import { shipped } from "./shipped.ts";
import { toy } from "./toy.ts";

const Place = range("Place"), Label = union("Label", { place: Place, late: null, last: null });
const variables = { seen: map(Place, setOf(Label)), kept: setOf(Label) }, s = places(variables);
const move = movesOver(s, { parameters: {}, enabled: () => of(bool, true) });

const unreduced = { watched: () => false, symmetry: false, fingerprints: false };
const seed = 20_240_611;

/** Two sets that take what a move puts in, and one that takes what these have. */
const gaining = (what: Expr<SetOf<typeof Label>>, initial: number): System => ({
  name: "gaining", bounds: { Place: sized(2) }, variables, view: {}, constants: {}, properties: [], describe: () => ({}), symmetric: [],
  initial: { seen: [0, 0], kept: initial },
  transitions: [
    move("see", { place: Place }, (_, __, { place }) => ({ enabled: of(bool, true), effects: [s.seen.at(place).becomes(unite(s.seen.at(place), what))] })),
    move("keep", { place: Place }, (_, __, { place }) => ({ enabled: of(bool, true), effects: [s.kept.becomes(unite(s.kept, s.seen.at(place)))] })),
  ],
});
const bitsOf = (system: System): number => compile(system, unreduced).packing.bits;

describe("bits of sets", () => {
  const places = of(setOf(Label), [inject(Label, "place", of(Place, 0))]), late = of(setOf(Label), [inject(Label, "late", null)]);
  it("are those of the elements up to the last case that effects name", () => {
    expect([bitsOf(gaining(places, 0)), bitsOf(gaining(late, 0))]).toEqual([3 * 2, 3 * 3]);
  });
  it("are those of what a set holds at first as well", () => {
    expect([bitsOf(gaining(places, 0b0100)), bitsOf(gaining(places, 0b1000))]).toEqual([3 * 3, 3 * 4]);
  });
  it("hold no label that a model without a host and without release knows nothing of", () => {
    expect(bitsOf(modelNamed("pages").system)).toBeLessThanOrEqual(64);
  });
});

describe(`a packed state (seed ${seed})`, () => {
  it.each([["a toy", toy(2, 2, 2, false)], ["the shipped policy", shipped()], ["a model of the bench", modelNamed("pair").system], ["sets that gain", gaining(of(setOf(Label), [inject(Label, "late", null)]), 1)]] as const)("is unpacked as it was: %s", (_, system) => {
    const { packing, kernel, state, instances, outcome, apply } = compile(system, unreduced), { canonical, unpack } = kernelOf(kernel);
    fc.assert(fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (choices) => {
      let at = state.encode(system.initial);
      for (const choice of choices) {
        const first = choice % instances.length, next = Array.from(instances, (__, i) => (first + i) % instances.length).find((instance) => outcome(at, instance) === allowed);
        if (next === undefined) return;
        const after = at.slice(), words = new Int32Array(packing.words), again = packing.template.slice();
        apply(at, next, after);
        canonical(after, words, 0);
        unpack(words, 0, again);
        expect([...again]).toEqual([...after]);
        at = after;
      }
    }), { seed, numRuns: 30 });
  }, 60_000);
});
