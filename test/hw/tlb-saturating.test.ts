import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NX, P, RW, US, entryLow } from "../../hw/entry.ts";
import type { Geometry } from "../../hw/geometry.ts";
import { geometry } from "../../hw/geometry.ts";
import { frame, page, pcid, vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import type { Snapshot } from "../../hw/memory.ts";
import { mark, snapshot, undo } from "../../hw/memory.ts";
import { writeEntry, writePhysical } from "../../hw/physical.ts";
import { TLB_ENTRY_WORDS, TLB_HEADER_WORDS, tlbStart } from "../../hw/state.ts";
import { invlpg, invpcidAddress } from "../../hw/tlb.ts";
import { usableFrames } from "../../hw/user.ts";
import { loadCr3 } from "../../hw/vcpu.ts";
import { everyWalk, momentOf } from "./every-walk.ts";
import type { Moment } from "./every-walk.ts";
import { FRAMES, TINY, VCPUS, contents, entryWords, perform, structures, systemStep, translations } from "./steps.ts";

const v = vcpu(0);
const LINK = P | RW | US;

function machineOf(g: Geometry, tlbCapacity = 1000): Machine {
  return createMachine({ geometry: g, frames: FRAMES, vcpus: VCPUS, tlb: "saturating", tlbCapacity });
}

const histories = fc.constantFrom(...TINY).chain((g) =>
  fc.record({ g: fc.constant(g), filled: contents(g), root: fc.nat(FRAMES - 1).map(frame), steps: fc.array(systemStep(g), { minLength: 4, maxLength: 14 }) }),
);

/** Equality of words and hash; the assertion library's own is slow on thousands of words. */
function same(a: Snapshot, b: Snapshot): boolean {
  return a.hashLow === b.hashLow && a.hashHigh === b.hashHigh && a.words.every((word, n) => word === b.words[n]);
}

const distinct = (list: string[]): string[] => [...new Set(list)].sort();

/** Root in frame 0, the table of pages 0..3 in frame 1; page 0 maps frame 2. */
function onePage(): Machine {
  const m = machineOf(geometry(2, 2));
  writeEntry(m, frame(0), 0, entryLow(frame(1), LINK), 0);
  writeEntry(m, frame(1), 0, entryLow(frame(2), LINK), 0);
  loadCr3(m, v, frame(0), pcid(1), false);
  return m;
}

describe("saturating TLB", () => {
  it("holds exactly what some walk could have cached, told by trying every walk over the whole history", () => {
    let stale = 0;
    fc.assert(
      fc.property(histories, ({ g, filled, root, steps }) => {
        const m = machineOf(g);
        for (const step of filled) perform(m, step);
        const moments: Moment[] = [momentOf(m, null)];
        for (const step of [{ do: "cr3" as const, v, root, tag: pcid(1), noFlush: true }, ...steps]) {
          perform(m, step);
          moments.push(momentOf(m, step));
        }
        for (let n = 0; n < VCPUS; n++) {
          const expected = everyWalk(g, moments, n);
          expect(distinct(translations(m, vcpu(n)))).toEqual(expected.translations);
          expect(distinct(structures(m, vcpu(n)))).toEqual(expected.structures);
          const now = everyWalk(g, moments.slice(-1), n);
          if (now.translations.length < expected.translations.length) stale++;
        }
      }),
      { numRuns: 400 },
    );
    expect(stale).toBeGreaterThan(20);
  });

  it("is canonical: sorted, without gaps, and the same words whatever the order of the writes that filled it", () => {
    const fills = fc.constantFrom(...TINY).chain((g) =>
      fc.uniqueArray(fc.tuple(fc.nat(FRAMES - 1), fc.nat(2 ** g.indexBits - 1), entryWords(FRAMES)), { selector: ([at, index]) => at * 16 + index, minLength: 2, maxLength: 12 }).chain((list) =>
        fc.record({ g: fc.constant(g), list: fc.constant(list), shuffled: fc.shuffledSubarray(list, { minLength: list.length }) }),
      ),
    );
    fc.assert(
      fc.property(fills, ({ g, list, shuffled }) => {
        const states = [list, shuffled].map((order) => {
          const m = machineOf(g);
          loadCr3(m, v, frame(0), pcid(1), false);
          for (const [at, index, { low, high }] of order) writeEntry(m, frame(at), index, low, high);
          return m;
        });
        const [one, other] = states;
        expect(one !== undefined && other !== undefined && same(snapshot(one.memory), snapshot(other.memory))).toBe(true);
      }),
    );
  });

  it("keeps its words sorted and the free ones zero at every step, and undo takes the TLB back", () => {
    fc.assert(
      fc.property(histories, ({ g, filled, root, steps }) => {
        const m = machineOf(g);
        for (const step of filled) perform(m, step);
        loadCr3(m, v, root, pcid(1), false);
        for (const step of steps) {
          const here = mark(m.memory);
          const before = snapshot(m.memory);
          perform(m, step);
          undo(m.memory, here);
          expect(same(snapshot(m.memory), before)).toBe(true);
          perform(m, step);
          const start = tlbStart(m, v);
          const entries = m.memory.words.slice(start + TLB_HEADER_WORDS, start + m.tlbStride);
          const held = m.memory.words[start] ?? 0;
          const keys: string[] = [];
          for (let n = 0; n < held; n++) keys.push([...entries.slice(n * TLB_ENTRY_WORDS, (n + 1) * TLB_ENTRY_WORDS)].map((w) => w.toString(16).padStart(8, "0")).join(""));
          expect(keys).toEqual(distinct(keys));
          expect(entries.slice(held * TLB_ENTRY_WORDS).every((w) => w === 0)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps both translations when an entry changes without an invalidation", () => {
    const m = onePage();
    writeEntry(m, frame(1), 0, entryLow(frame(3), LINK), NX);
    expect(usableFrames(m, v, page(0), "r")).toEqual([2, 3]);
    expect(usableFrames(m, v, page(0), "x")).toEqual([2]);
    invlpg(m, v, page(0));
    expect(usableFrames(m, v, page(0), "r")).toEqual([3]);
  });

  it("sees the state between the two words of an entry that is not written atomically", () => {
    const m = onePage();
    // The old frame under the new rights: low word first makes an executable frame 3, although neither the old nor the new entry is one.
    writePhysical(m, frame(1), 0, entryLow(frame(3), LINK));
    writePhysical(m, frame(1), 1, NX);
    expect(usableFrames(m, v, page(0), "x")).toEqual([2, 3]);
  });

  it("walks on through a table that was unlinked, until its structure entry is dropped", () => {
    const m = onePage();
    writeEntry(m, frame(0), 0, 0, 0);
    // The frame of the table is used for something else, which reads as an entry.
    writeEntry(m, frame(1), 2, entryLow(frame(4), LINK), 0);
    expect(usableFrames(m, v, page(2), "w")).toEqual([4]);
    invpcidAddress(m, v, pcid(1), page(4));
    invlpg(m, v, page(2));
    expect(usableFrames(m, v, page(2), "w")).toEqual([]);
    writeEntry(m, frame(1), 2, entryLow(frame(3), LINK), 0);
    expect(usableFrames(m, v, page(2), "w")).toEqual([]);
  });

  it("wakes the stale entries of a PCID that is loaded with no-flush, and walks the tables as they have become", () => {
    const m = onePage();
    loadCr3(m, v, frame(4), pcid(2), false);
    writeEntry(m, frame(0), 0, 0, 0);
    writeEntry(m, frame(1), 1, entryLow(frame(3), LINK), 0);
    expect(usableFrames(m, v, page(0), "r")).toEqual([]);
    loadCr3(m, v, frame(4), pcid(1), true);
    expect(usableFrames(m, v, page(0), "r")).toEqual([2]);
    expect(usableFrames(m, v, page(1), "r")).toEqual([3]);
  });

  it("caches the monitor half for ring 0 only", () => {
    const m = onePage();
    writeEntry(m, frame(0), 2, entryLow(frame(1), P | RW), 0);
    expect(translations(m, v)).toContain("1: 8 -> 2 w-x-");
    expect(usableFrames(m, v, page(8), "r")).toEqual([]);
  });

  it("says which capacity is too small", () => {
    const m = machineOf(geometry(2, 2), 2);
    writeEntry(m, frame(0), 0, entryLow(frame(0), LINK), 0);
    expect(() => loadCr3(m, v, frame(0), pcid(1), false)).not.toThrow();
    expect(() => writeEntry(m, frame(0), 1, entryLow(frame(1), LINK), 0)).toThrow(/capacity of 2 entries: raise tlbCapacity/);
  });
});
