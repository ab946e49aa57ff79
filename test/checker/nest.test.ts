/** Loops over parameters: every instance that passes is reached once, and every other is counted by the stage that fails first. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nest, type Stage } from "../../checker/compile/nest.ts";
import { createProgram } from "../../checker/compile/program.ts";

const seed = 20_261_129;
const names = ["$a", "$b", "$d"] as const;
type Ranks = readonly [number, number, number];

interface Condition { readonly code: string; readonly holds: (ranks: Ranks, s: readonly number[], c: Int32Array) => boolean }

const place = (name: number): string => names[name] ?? "";
const which = fc.integer({ min: 0, max: 2 });
const at = (ranks: Ranks, name: number): number => ranks[name] ?? 0;
/** Conditions on parameters alone, on constants as well, and on the state. */
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ name: which, bit: fc.integer({ min: 0, max: 2 }) }).map(({ name, bit }): Condition => ({ code: `((${place(name)} & ${1 << bit}) !== 0)`, holds: (ranks) => (at(ranks, name) & (1 << bit)) !== 0 })),
  fc.record({ one: which, other: which }).map(({ one, other }): Condition => ({ code: `!(${place(one)} === ${place(other)})`, holds: (ranks) => at(ranks, one) !== at(ranks, other) })),
  fc.record({ one: which, other: which }).map(({ one, other }): Condition => ({ code: `(c[${place(one)}] <= ${place(other)})`, holds: (ranks, _, c) => (c[at(ranks, one)] ?? 0) <= at(ranks, other) })),
  fc.record({ one: which, other: which }).map(({ one, other }): Condition => ({ code: `(s[(${place(one)} + ${place(other)})] === 1)`, holds: (ranks, s) => s[at(ranks, one) + at(ranks, other)] === 1 })),
);

interface Counted { readonly reached: readonly string[]; readonly failed: readonly number[] }

describe("nested loops", () => {
  it("reach what passes and count what fails first, whatever is decided beforehand", () => {
    let narrowed = 0;
    fc.assert(fc.property(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), fc.array(fc.array(condition, { minLength: 1, maxLength: 2 }), { maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 8, maxLength: 8 }), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }), fc.boolean(), fc.boolean(),
      (sizes, conditions, s, given, outside, narrows) => {
        const c = Int32Array.from(given), loops = names.map((local, i) => ({ local, size: sizes[i] ?? 1 })), [first, ...rest] = loops, program = createProgram();
        const stages = conditions.map((some, i): Stage => ({ conditions: some, onFailure: (instances) => `failed[${i}] += ${instances};` }));
        // The first parameter may be known already, as the caller of a call is.
        const code = nest(outside ? rest : loops, stages, ["reached.push([$a, $b, $d].join());"], "return;", narrows ? { program, constants: c, given: outside ? loops.slice(0, 1) : [] } : null);
        const inside = outside ? `for (let $a = 0; $a < ${first?.size ?? 1}; $a++) (() => {\n${code}\n})();` : `(() => {\n${code}\n})();`;
        const run = new Function("buffer", "c", "s", "failed", "reached", `${program.text()}\n${inside}`) as (buffer: ArrayBuffer, c: Int32Array, s: readonly number[], failed: number[], reached: string[]) => void;
        const counted: { readonly reached: string[]; readonly failed: number[] } = { reached: [], failed: conditions.map(() => 0) };
        run(new ArrayBuffer(program.bytes()), c, s, counted.failed, counted.reached);
        if (code.includes("table_")) narrowed++;

        const expected: { readonly reached: string[]; readonly failed: number[] } = { reached: [], failed: conditions.map(() => 0) };
        for (let a = 0; a < sizes[0]; a++) for (let b = 0; b < sizes[1]; b++) for (let d = 0; d < sizes[2]; d++) {
          const failing = conditions.findIndex((some) => !some.every(({ holds }) => holds([a, b, d], s, c)));
          if (failing < 0) expected.reached.push([a, b, d].join());
          else expected.failed[failing] = (expected.failed[failing] ?? 0) + 1;
        }
        const sorted = ({ reached, failed }: Counted): Counted => ({ reached: [...reached].sort(), failed });
        expect(sorted(counted)).toEqual(sorted(expected));
      },
    ), { seed, numRuns: 2000 });
    expect(narrowed).toBeGreaterThan(200);
  });
});
