import { describe, expect, it } from "vitest";
import { A, D, G, NX, P, PS, RW, US, entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import { frame, page, pcid, vcpu } from "../../hw/identifiers.ts";
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { readEntryLow, readPhysical, writeEntry, writePhysical } from "../../hw/physical.ts";
import { invlpg } from "../../hw/tlb.ts";
import { fetch, load, loadFrom, store, storeTo, usableFrames } from "../../hw/user.ts";
import { loadCr3 } from "../../hw/vcpu.ts";
import { structures, translations } from "./steps.ts";

const v = vcpu(0);
const LINK = P | RW | US;
const ROOT = frame(0);
const TABLE = frame(1);

/** Root in frame 0, the table of pages 0..3 in frame 1; pages 0, 1 and 2 map frames 2, 3 and 4: writable, read-only, executable. */
function threePages(tlb: TlbMode, tlbCapacity = 8): Machine {
  const m = createMachine({ geometry: geometry(2, 2), frames: 8, vcpus: 1, tlb, tlbCapacity });
  writeEntry(m, ROOT, 0, entryLow(TABLE, LINK), 0);
  writeEntry(m, TABLE, 0, entryLow(frame(2), LINK), NX);
  writeEntry(m, TABLE, 1, entryLow(frame(3), P | US), NX);
  writeEntry(m, TABLE, 2, entryLow(frame(4), P | US), 0);
  loadCr3(m, v, ROOT, pcid(1), false);
  return m;
}

describe.each(["explicit", "saturating"] as const)("user accesses, %s TLB", (tlb) => {
  it("reach the frame, its words, and nothing without the right", () => {
    const m = threePages(tlb);
    expect(store(m, v, page(0), 3, 77)).toEqual({ ok: true, frame: 2 });
    expect(load(m, v, page(0), 3)).toEqual({ ok: true, frame: 2, value: 77 });
    expect(fetch(m, v, page(0))).toEqual({ ok: false, fault: "protection" });
    expect(store(m, v, page(1), 0, 1)).toEqual({ ok: false, fault: "protection" });
    expect(fetch(m, v, page(2))).toEqual({ ok: true, frame: 4 });
    expect(load(m, v, page(3), 0)).toEqual({ ok: false, fault: "not-present" });
    expect(load(m, v, page(16), 0)).toEqual({ ok: false, fault: "non-canonical" });
    writeEntry(m, TABLE, 3, entryLow(frame(5), LINK), 1 << 8);
    expect(load(m, v, page(3), 0)).toEqual({ ok: false, fault: "reserved" });
  });

  it("fault before paging is on", () => {
    const m = createMachine({ geometry: geometry(2, 2), frames: 1, vcpus: 1, tlb, tlbCapacity: 1 });
    writeEntry(m, frame(0), 0, entryLow(frame(0), LINK), 0);
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "not-present" });
    expect(usableFrames(m, v, page(0), "r")).toEqual([]);
  });

  it("use a stale translation until it is invalidated", () => {
    const m = threePages(tlb);
    load(m, v, page(0), 0);
    writeEntry(m, TABLE, 0, 0, 0);
    expect(load(m, v, page(0), 0).ok).toBe(true);
    invlpg(m, v, page(0));
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "not-present" });
  });

  it("use a global translation under every PCID", () => {
    const m = threePages(tlb);
    writeEntry(m, TABLE, 3, entryLow(frame(5), LINK | G), 0);
    expect(load(m, v, page(3), 0)).toMatchObject({ frame: 5 });
    loadCr3(m, v, frame(7), pcid(2), false);
    expect(load(m, v, page(3), 0)).toMatchObject({ frame: 5 });
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "not-present" });
  });

  it("gain a right that the tables give without an invalidation", () => {
    const m = threePages(tlb);
    load(m, v, page(1), 0);
    writeEntry(m, TABLE, 1, entryLow(frame(3), LINK), NX);
    expect(store(m, v, page(1), 0, 5)).toEqual({ ok: true, frame: 3 });
  });

  it("find nothing where no memory answers: ones are read, stores vanish", () => {
    const m = threePages(tlb);
    writeEntry(m, TABLE, 3, entryLow(frame(1000), LINK), 0);
    expect(load(m, v, page(3), 0)).toEqual({ ok: true, frame: 1000, value: 0xffffffff });
    expect(store(m, v, page(3), 0, 1)).toEqual({ ok: true, frame: 1000 });
    writeEntry(m, ROOT, 1, entryLow(frame(1000), LINK), 0);
    expect(load(m, v, page(4), 0)).toEqual({ ok: false, fault: "reserved" });
  });

  it("go through the frame that the caller chose, if it is usable", () => {
    const m = threePages(tlb);
    load(m, v, page(0), 0);
    store(m, v, page(0), 1, 8);
    writeEntry(m, TABLE, 0, entryLow(frame(5), LINK), NX);
    writePhysical(m, frame(5), 1, 9);
    expect(usableFrames(m, v, page(0), "r")).toEqual([2, 5]);
    expect([loadFrom(m, v, page(0), frame(2), 1), loadFrom(m, v, page(0), frame(5), 1)]).toEqual([8, 9]);
    storeTo(m, v, page(0), frame(2), 1, 10);
    expect(readPhysical(m, frame(2), 1)).toBe(10);
    expect(() => loadFrom(m, v, page(0), frame(6), 0)).toThrow(RangeError);
    expect(() => storeTo(m, v, page(1), frame(3), 0, 1)).toThrow(RangeError);
  });

  it("tell the observer of a store, after the caches know it", () => {
    const m = threePages(tlb);
    writeEntry(m, TABLE, 3, entryLow(TABLE, LINK), NX);
    const seen: string[] = [];
    m.observer = (at, event, a, b) => seen.push(`${event} ${a} ${b}: ${usableFrames(at, v, page(1), "w")}`);
    // A domain that can write its own table makes page 1 writable.
    store(m, v, page(3), 2, entryLow(frame(3), LINK));
    expect(seen).toEqual(["write 1 2: 3"]);
  });
});

describe("explicit TLB", () => {
  it("sets A on the way and D on a store only (SDM vol. 3, 4.8)", () => {
    const m = threePages("explicit");
    load(m, v, page(0), 0);
    expect([readEntryLow(m, ROOT, 0) & (A | D), readEntryLow(m, TABLE, 0) & (A | D)]).toEqual([A, A]);
    store(m, v, page(0), 0, 1);
    expect(readEntryLow(m, TABLE, 0) & (A | D)).toBe(A | D);
    expect(readEntryLow(m, TABLE, 1) & (A | D)).toBe(0);
  });

  it("walks again for the first store through a clean translation, and so sees that the entry is gone", () => {
    const m = threePages("explicit");
    load(m, v, page(0), 0);
    writeEntry(m, TABLE, 0, 0, 0);
    expect(store(m, v, page(0), 0, 1)).toEqual({ ok: false, fault: "not-present" });
  });

  it("replaces the least recently used translation", () => {
    const m = threePages("explicit", 2);
    for (const p of [0, 1, 0, 2]) load(m, v, page(p), 0);
    expect(translations(m, v).map((text) => text.slice(0, 4))).toEqual(["1: 2", "1: 0"]);
  });

  it("replaces the least recently used of its four paging-structure entries", () => {
    const g = geometry(2, 3);
    const m = createMachine({ geometry: g, frames: 3, vcpus: 1, tlb: "explicit", tlbCapacity: 1 });
    for (let index = 0; index < 8; index++) {
      writeEntry(m, frame(0), index, entryLow(frame(1), LINK), 0);
      writeEntry(m, frame(1), index, entryLow(frame(2), LINK), 0);
    }
    loadCr3(m, v, frame(0), pcid(1), false);
    // One page of each of the tables 0 to 3, another one of table 0, then table 4.
    for (const p of [0, 8, 16, 24, 1, 32]) load(m, v, page(p), 0);
    expect(structures(m, v).map((text) => text.slice(3))).toEqual([4, 0, 3, 2].map((prefix) => `level 1 table ${prefix} -> 1`));
  });

  it("walks from the cached table, although the root no longer points to it", () => {
    const m = threePages("explicit");
    load(m, v, page(0), 0);
    expect(structures(m, v)).toEqual(["1: level 1 table 0 -> 1"]);
    writeEntry(m, ROOT, 0, 0, 0);
    expect(load(m, v, page(1), 0)).toMatchObject({ frame: 3 });
    invlpg(m, v, page(7));
    expect(load(m, v, page(2), 0)).toEqual({ ok: false, fault: "not-present" });
  });

  it("starts again at CR3 when the cached table gives a fault", () => {
    const m = threePages("explicit");
    load(m, v, page(0), 0);
    writeEntry(m, frame(6), 3, entryLow(frame(7), LINK), 0);
    writeEntry(m, ROOT, 0, entryLow(frame(6), LINK), 0);
    expect(load(m, v, page(3), 0)).toMatchObject({ frame: 7 });
  });

  it("caches a large page once for all of its pages", () => {
    const m = threePages("explicit");
    writeEntry(m, ROOT, 1, entryLow(frame(4), LINK | PS), 0);
    expect(load(m, v, page(5), 0)).toMatchObject({ frame: 5 });
    writeEntry(m, ROOT, 1, 0, 0);
    expect(load(m, v, page(7), 0)).toMatchObject({ frame: 7 });
  });
});
