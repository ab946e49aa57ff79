import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frame, pcid, vcpu } from "../../hw/identifiers.ts";
import type { TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { fetch, load, store, storeTo, usableFrames } from "../../hw/user.ts";
import { uncovered } from "./held.ts";
import { FRAMES, TINY, VCPUS, accessStep, contents, perform, systemStep } from "./steps.ts";

const SEED = 20231201;
/** Many short programs find more than few long ones: what a cache holds is decided by the last few steps. */
const RUNS = 10_000;

const runs = fc.constantFrom(...TINY).chain((g) =>
  fc.record({
    g: fc.constant(g),
    capacity: fc.integer({ min: 1, max: 6 }),
    filled: contents(g),
    root: fc.nat(FRAMES - 1).map(frame),
    steps: fc.array(fc.oneof({ weight: 1, arbitrary: systemStep(g) }, { weight: 1, arbitrary: accessStep(g) }), { minLength: 5, maxLength: 30 }),
  }),
);

// Hardware sets A and D in the explicit machine; they decide no translation.
const withoutFlags = (words: Uint32Array): number[] => [...words].map((word, n) => (n % 2 === 0 ? (word & ~0x60) >>> 0 : word));

describe("the saturating TLB covers the explicit one", () => {
  it(`at every step of the same run: each translation used, each entry cached (seed ${SEED}, ${RUNS} runs)`, { timeout: 120_000 }, () => {
    let used = 0;
    let stale = 0;
    fc.assert(
      fc.property(runs, ({ g, capacity, filled, root, steps }) => {
        const shape = { geometry: g, frames: FRAMES, vcpus: VCPUS };
        const [real, worst] = (["explicit", "saturating"] as TlbMode[]).map((tlb) => createMachine({ ...shape, tlb, tlbCapacity: tlb === "explicit" ? capacity : 800 }));
        if (real === undefined || worst === undefined) throw new Error("two machines");
        for (const m of [real, worst]) for (const step of filled) perform(m, step);
        for (const m of [real, worst]) for (let n = 0; n < VCPUS; n++) perform(m, { do: "cr3", v: vcpu(n), root, tag: pcid(1), noFlush: true });
        for (const step of steps) {
          if (step.do !== "access") {
            perform(real, step);
            perform(worst, step);
          } else {
            const { v, at, right, word, value } = step;
            const usable = usableFrames(worst, v, at, right);
            const result = right === "r" ? load(real, v, at, word) : right === "w" ? store(real, v, at, word, value) : fetch(real, v, at);
            if (result.ok) {
              used++;
              if (usable.length > 1) stale++;
              if (!usable.includes(result.frame)) expect(usable).toContain(result.frame);
              if (right === "w") storeTo(worst, v, at, result.frame, word, value);
            }
          }
          for (let n = 0; n < VCPUS; n++) {
            const missing = uncovered(real, worst, vcpu(n));
            if (missing.length > 0) expect(missing).toEqual([]);
          }
        }
        const frameWords = FRAMES * real.wordsPerFrame;
        expect(withoutFlags(real.memory.words.slice(0, frameWords))).toEqual(withoutFlags(worst.memory.words.slice(0, frameWords)));
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(used).toBeGreaterThan(10_000);
    expect(stale).toBeGreaterThan(2000);
  });
});
