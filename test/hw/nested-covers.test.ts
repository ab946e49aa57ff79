import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { C_BIT } from "../../hw/entry.ts";
import { geometry, wordsPerFrame } from "../../hw/geometry.ts";
import type { Geometry } from "../../hw/geometry.ts";
import { frame, pcid, vcpu } from "../../hw/identifiers.ts";
import type { Machine, Platform, TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { mark, snapshot, undo } from "../../hw/memory.ts";
import { NestedFault, nestedTranslate } from "../../hw/nested.ts";
import { pvalidate } from "../../hw/pvalidate.ts";
import { fetch, load, store, storeTo, usableFrames } from "../../hw/user.ts";
import type { AccessResult } from "../../hw/user.ts";
import type { HostStep, ValidateStep } from "./host-steps.ts";
import { hostStep, performHost, validateStep } from "./host-steps.ts";
import { uncovered } from "./held.ts";
import type { AccessStep, SystemStep } from "./steps.ts";
import { FRAMES, TINY, VCPUS, accessStep, contents, entryWords, perform, structures, systemStep, translations } from "./steps.ts";

const SEED = 20231201;
/** Of the law about the explicit TLB, short programs each. */
const RUNS = 10_000;

/** More frames than any entry of the generators leads to, so that both platforms have memory there. */
const ROOMY = 16;

function machineOf(g: Geometry, platform: Platform, tlb: TlbMode, frames: number): Machine {
  const capacity = tlb === "explicit" ? 4 : 800;
  return createMachine({ geometry: g, frames, vcpus: VCPUS, tlb, tlbCapacity: capacity, platform, ...(platform === "sev-snp" ? { spareFrames: 2 } : {}) });
}

/** The same step with the C-bit set in its entry, or clear. */
function withEncryption(step: SystemStep, encrypted: boolean): SystemStep {
  return step.do === "entry" ? { ...step, high: ((step.high & ~C_BIT) | (encrypted ? C_BIT : 0)) >>> 0 } : step;
}

function access(m: Machine, { v, at, right, word, value }: AccessStep): AccessResult {
  return right === "r" ? load(m, v, at, word) : right === "w" ? store(m, v, at, word, value) : fetch(m, v, at);
}

/** Does a step of the monitor; where it stops at a nested fault the rest of the run goes on without it. */
function monitorStep(m: Machine, step: SystemStep): void {
  try {
    perform(m, step);
  } catch (error) {
    if (!(error instanceof NestedFault)) throw error;
  }
}

// A whole high word would carry no C-bit.
const lowWord = <S extends SystemStep | AccessStep>(step: S): S => ("word" in step ? { ...step, word: step.word & ~1 } : step);

describe("a sev-snp machine", () => {
  it("whose host does nothing is a plain one: the same accesses, caches and memory", () => {
    const runs = fc.constantFrom(...TINY).chain((g) =>
      fc.record({
        g: fc.constant(g),
        tlb: fc.constantFrom<TlbMode>("explicit", "saturating"),
        filled: contents(g),
        root: fc.nat(FRAMES - 1).map(frame),
        steps: fc.array(fc.oneof(systemStep(g).map(lowWord), accessStep(g).map(lowWord)), { minLength: 10, maxLength: 50 }),
      }),
    );
    let used = 0;
    fc.assert(
      fc.property(runs, ({ g, tlb, filled, root, steps }) => {
        const plain = machineOf(g, "plain", tlb, ROOMY);
        const snp = machineOf(g, "sev-snp", tlb, ROOMY);
        const start: SystemStep = { do: "cr3", v: vcpu(0), root, tag: pcid(1), noFlush: true };
        // Every entry has its C-bit from the start, for a store may make it present without its high word.
        const absent = Array.from({ length: (ROOMY * plain.wordsPerFrame) / 2 }, (_e, n): SystemStep => ({ do: "entry", at: frame(n % ROOMY), index: Math.floor(n / ROOMY), low: 0, high: 0 }));
        for (const step of [...absent, ...filled, start, ...steps]) {
          if (step.do === "access") {
            const result = access(plain, step);
            if (result.ok) used++;
            expect(access(snp, step)).toEqual(result);
          } else {
            perform(plain, withEncryption(step, false));
            perform(snp, withEncryption(step, true));
          }
        }
        for (let n = 0; n < VCPUS; n++) expect([translations(snp, vcpu(n)), structures(snp, vcpu(n))]).toEqual([translations(plain, vcpu(n)), structures(plain, vcpu(n))]);
        const words = ROOMY * plain.wordsPerFrame;
        const withoutC = [...snp.memory.words.slice(0, words)].map((word, n) => (n % 2 === 1 ? (word & ~C_BIT) >>> 0 : word));
        expect(withoutC).toEqual([...plain.memory.words.slice(0, words)]);
      }),
      { numRuns: 200 },
    );
    expect(used).toBeGreaterThan(400);
  });

  const g = geometry(2, 2);
  const entries = entryWords(FRAMES);
  const hostMoves = hostStep(FRAMES, FRAMES + 2, wordsPerFrame(g), entries.map(({ low }) => low));
  const mixed = fc.record({
    filled: contents(g),
    root: fc.nat(FRAMES - 1).map(frame),
    steps: fc.array(
      fc.oneof<[fc.WeightedArbitrary<SystemStep>, fc.WeightedArbitrary<AccessStep>, fc.WeightedArbitrary<HostStep>, fc.WeightedArbitrary<ValidateStep>]>(
        { weight: 3, arbitrary: fc.tuple(systemStep(g), fc.nat(3)).map(([step, n]) => withEncryption(step, n > 0)) },
        { weight: 6, arbitrary: accessStep(g) },
        { weight: 1, arbitrary: hostMoves },
        { weight: 2, arbitrary: validateStep(FRAMES) },
      ),
      { minLength: 8, maxLength: 30 },
    ),
  });

  it(`with a saturating TLB covers one with an explicit TLB, whatever host and guest do (seed ${SEED}, ${RUNS} runs)`, { timeout: 120_000 }, () => {
    let used = 0;
    let refused = 0;
    fc.assert(
      fc.property(mixed, ({ filled, root, steps }) => {
        const real = machineOf(g, "sev-snp", "explicit", FRAMES);
        const worst = machineOf(g, "sev-snp", "saturating", FRAMES);
        const start: SystemStep = { do: "cr3", v: vcpu(0), root, tag: pcid(1), noFlush: true };
        for (const step of [...filled.map((one) => withEncryption(one, true)), start, ...steps]) {
          if (step.do === "access") {
            const usable = usableFrames(worst, step.v, step.at, step.right);
            const result = access(real, step);
            if (!result.ok) {
              if (result.fault === "nested-page" || result.fault === "not-validated") refused++;
              continue;
            }
            used++;
            if (!usable.includes(result.frame)) expect(usable).toContain(result.frame);
            if (step.right === "w") storeTo(worst, step.v, step.at, result.frame, step.word, step.value);
          } else if (step.do === "remap" || step.do === "rmp" || step.do === "host-write" || step.do === "validate") {
            for (const m of [real, worst]) performHost(m, step);
          } else {
            for (const m of [real, worst]) monitorStep(m, step);
          }
          for (let n = 0; n < VCPUS; n++) {
            const missing = uncovered(real, worst, vcpu(n));
            if (missing.length > 0) expect(missing).toEqual([]);
          }
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(used).toBeGreaterThan(5000);
    expect(refused).toBeGreaterThan(2000);
  });

  it("takes host moves back by undo, hash included", () => {
    fc.assert(
      fc.property(mixed, fc.constantFrom<TlbMode>("explicit", "saturating"), ({ filled, root, steps }, tlb) => {
        const m = machineOf(g, "sev-snp", tlb, FRAMES);
        for (const step of filled) perform(m, withEncryption(step, true));
        perform(m, { do: "cr3", v: vcpu(0), root, tag: pcid(1), noFlush: true });
        for (const step of steps) {
          const act = (): void => {
            if (step.do === "access") access(m, step);
            else if (step.do === "remap" || step.do === "rmp" || step.do === "host-write" || step.do === "validate") performHost(m, step);
            else monitorStep(m, step);
          };
          const here = mark(m.memory);
          const before = snapshot(m.memory);
          act();
          undo(m.memory, here);
          const after = snapshot(m.memory);
          expect([after.hashLow, after.hashHigh, after.words.every((word, n) => word === before.words[n])]).toEqual([before.hashLow, before.hashHigh, true]);
          act();
        }
      }),
      { numRuns: 60 },
    );
  });

  it("has each validated page reach one system page or fault, if the guest never validates twice without an invalidation that took effect", () => {
    let reached = 0;
    let twice = 0;
    const sequence = fc.array(fc.oneof<[fc.WeightedArbitrary<HostStep>, fc.WeightedArbitrary<ValidateStep>]>({ weight: 2, arbitrary: hostStep(3, 5, 8, fc.nat(9)) }, { weight: 1, arbitrary: validateStep(3) }), { minLength: 10, maxLength: 120 });
    fc.assert(
      fc.property(sequence, fc.boolean(), (steps, careful) => {
        const m = createMachine({ geometry: g, frames: 3, vcpus: 1, tlb: "saturating", tlbCapacity: 4, platform: "sev-snp", spareFrames: 2 });
        const validated = [true, true, true];
        const homes = [new Set<number>(), new Set<number>(), new Set<number>()];
        for (const step of steps) {
          if (step.do !== "validate") performHost(m, step);
          else if (!careful || validated[step.at] !== step.validate) {
            const changed = pvalidate(m, step.at, step.validate) === "ok";
            if (changed) validated[step.at] = step.validate;
            // A new life of the page: what it reached before does not count.
            if (changed && !step.validate && careful) homes[step.at]?.clear();
          }
          homes.forEach((home, at) => {
            const to = nestedTranslate(m, frame(at), true);
            if (typeof to === "number") home.add(to);
          });
        }
        for (const home of homes) {
          if (careful) expect(home.size).toBeLessThanOrEqual(1);
          else if (home.size > 1) twice++;
          reached += home.size;
        }
      }),
      { numRuns: 1000 },
    );
    expect(reached).toBeGreaterThan(1000);
    // Without the rule the host does choose between two pages.
    expect(twice).toBeGreaterThan(15);
  });
});
