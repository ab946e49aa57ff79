import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dmaLoad, dmaStore, dmaWrite, usableDma } from "../../hw/dma.ts";
import { entriesPerTable } from "../../hw/geometry.ts";
import type { Geometry } from "../../hw/geometry.ts";
import { device, frame, ioPage } from "../../hw/identifiers.ts";
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import type { Snapshot } from "../../hw/memory.ts";
import { mark, snapshot, undo } from "../../hw/memory.ts";
import { IO_COUNT, IO_HEADER_WORDS, TLB_ENTRY_WORDS, deviceStart } from "../../hw/state.ts";
import { everyDma, ioMomentOf } from "./every-dma.ts";
import type { IoMoment } from "./every-dma.ts";
import { uncoveredIo } from "./held.ts";
import { DEVICES, FRAMES, GEOMETRIES, dmaStep, ioContents, ioRoots, ioSystemStep, ioTranslations, performIo } from "./io-steps.ts";

const SEED = 20231201;
/** Of the law about the explicit IOTLB, short programs each. */
const RUNS = 10_000;

function machineOf(g: Geometry, tlb: TlbMode, tlbCapacity = 1000): Machine {
  return createMachine({ geometry: g, frames: FRAMES, vcpus: 1, tlb, tlbCapacity, devices: DEVICES });
}

const histories = fc.constantFrom(...GEOMETRIES).chain((g) =>
  fc.record({ g: fc.constant(g), filled: ioContents(entriesPerTable(g)), steps: fc.array(ioSystemStep(entriesPerTable(g)), { minLength: 6, maxLength: 30 }) }),
);

const runs = fc.constantFrom(...GEOMETRIES).chain((g) => {
  const step = fc.oneof({ weight: 1, arbitrary: ioSystemStep(entriesPerTable(g)) }, { weight: 2, arbitrary: dmaStep(entriesPerTable(g)) });
  return fc.record({ g: fc.constant(g), capacity: fc.integer({ min: 1, max: 4 }), filled: ioContents(entriesPerTable(g)), steps: fc.array(step, { minLength: 20, maxLength: 60 }) });
});

function same(a: Snapshot, b: Snapshot): boolean {
  return a.hashLow === b.hashLow && a.hashHigh === b.hashHigh && a.words.every((word, n) => word === b.words[n]);
}

const DEVICE_NUMBERS = Array.from({ length: DEVICES }, (_x, n) => device(n));

describe("saturating IOTLB", () => {
  it("holds exactly what some DMA could have cached, told by trying every history", () => {
    let stale = 0;
    fc.assert(
      fc.property(histories, ({ g, filled, steps }) => {
        const m = machineOf(g, "saturating");
        for (const step of filled) performIo(m, step);
        let base = -1;
        const moments: IoMoment[] = [ioMomentOf(m, null, base)];
        for (const step of [{ do: "base" as const, at: frame(0) }, ...steps]) {
          performIo(m, step);
          if (step.do === "base") base = step.at;
          moments.push(ioMomentOf(m, step, base));
        }
        for (const x of DEVICE_NUMBERS) {
          const expected = everyDma(moments, x);
          expect(ioTranslations(m, x)).toEqual(expected.translations);
          expect(ioRoots(m, x)).toEqual(expected.roots);
          if (everyDma(moments.slice(-1), x).translations.length < expected.translations.length) stale++;
        }
      }),
      { numRuns: 400 },
    );
    expect(stale).toBeGreaterThan(100);
  });

  it(`covers the explicit one at every step of the same run: each translation used, each entry cached (seed ${SEED}, ${RUNS} runs)`, { timeout: 120_000 }, () => {
    let used = 0;
    let stale = 0;
    fc.assert(
      fc.property(runs, ({ g, capacity, filled, steps }) => {
        const real = machineOf(g, "explicit", capacity);
        const worst = machineOf(g, "saturating");
        for (const m of [real, worst]) for (const step of [...filled, { do: "base" as const, at: frame(0) }]) performIo(m, step);
        for (const step of steps) {
          if (step.do !== "dma") {
            for (const m of [real, worst]) performIo(m, step);
          } else {
            const { x, at, right } = step;
            const usable = usableDma(worst, x, at, right);
            const announced = usableDma(real, x, at, right);
            const result = right === "r" ? dmaLoad(real, x, at, 1) : dmaStore(real, x, at, 1, 0x60000000);
            if (result.ok) {
              used++;
              if (usable.length > 1) stale++;
              if (!usable.includes(result.frame)) expect(usable).toContain(result.frame);
              if (!announced.includes(result.frame)) expect(announced).toContain(result.frame);
              if (right === "w") dmaWrite(worst, x, at, result.frame, 1, 0x60000000);
            }
          }
          for (const x of DEVICE_NUMBERS) {
            const missing = uncoveredIo(real, worst, x);
            if (missing.length > 0) expect(missing).toEqual([]);
          }
        }
        const frameWords = FRAMES * real.wordsPerFrame;
        expect(real.memory.words.slice(0, frameWords)).toEqual(worst.memory.words.slice(0, frameWords));
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(used).toBeGreaterThan(5000);
    expect(stale).toBeGreaterThan(1000);
  });

  it("is part of undo and hash, in both modes; sorted, without gaps, free words zero", () => {
    fc.assert(
      fc.property(runs, fc.constantFrom<TlbMode>("explicit", "saturating"), ({ g, filled, steps }, tlb) => {
        const m = machineOf(g, tlb, tlb === "explicit" ? 3 : 1000);
        for (const step of [...filled, { do: "base" as const, at: frame(0) }]) performIo(m, step);
        for (const step of steps) {
          const act = (): void => {
            if (step.do !== "dma") performIo(m, step);
            else dmaStore(m, step.x, step.at, 0, 7);
          };
          const here = mark(m.memory);
          const before = snapshot(m.memory);
          act();
          undo(m.memory, here);
          expect(same(snapshot(m.memory), before)).toBe(true);
          act();
          for (const x of tlb === "saturating" ? DEVICE_NUMBERS : []) {
            const start = deviceStart(m, x);
            const held = m.memory.words[start + IO_COUNT] ?? 0;
            const entries = m.memory.words.slice(start + IO_HEADER_WORDS, start + m.ioStride);
            const keys: string[] = [];
            for (let n = 0; n < held; n++) keys.push([...entries.slice(n * TLB_ENTRY_WORDS, (n + 1) * TLB_ENTRY_WORDS)].map((w) => w.toString(16).padStart(8, "0")).join(""));
            expect(keys).toEqual([...new Set(keys)].sort());
            expect(entries.slice(held * TLB_ENTRY_WORDS).every((w) => w === 0)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("IO pages outside the table", () => {
  it("are not present", () => {
    const m = machineOf(GEOMETRIES[1], "saturating");
    expect(usableDma(m, device(0), ioPage(4), "r")).toEqual([]);
  });
});
