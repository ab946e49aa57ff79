import { describe, expect, it } from "vitest";
import { G, P, RW, US, entryHigh, entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import { frame, page, pcid, vcpu } from "../../hw/identifiers.ts";
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { writeEntry } from "../../hw/physical.ts";
import { forEachCached, forEachStructure, invlpg, invpcidAddress, invpcidAll, invpcidAllNonGlobal, invpcidContext } from "../../hw/tlb.ts";
import { load } from "../../hw/user.ts";
import { loadCr3 } from "../../hw/vcpu.ts";

const v = vcpu(0);
const LINK = P | RW | US;
// Of each address space: the root, and its tables for pages 0..3 and 4..7.
const ONE = { root: frame(0), tables: [frame(1), frame(2)], tag: pcid(1) } as const;
const TWO = { root: frame(3), tables: [frame(4), frame(5)], tag: pcid(2) } as const;

/**
 * Two address spaces, PCID 1 current. Pages 0 and 4 are mapped in both, page 1 in the first one, global. Everything is cached, then all tables are cleared:
 * what is listed afterwards survives only in the caches, and nothing can be cached anew.
 */
function everythingCached(tlb: TlbMode): Machine {
  const m = createMachine({ geometry: geometry(2, 2), frames: 12, vcpus: 2, tlb, tlbCapacity: 16 });
  for (const space of [ONE, TWO]) {
    space.tables.forEach((table, prefix) => writeEntry(m, space.root, prefix, entryLow(table, LINK), entryHigh(table, false)));
    space.tables.forEach((table) => writeEntry(m, table, 0, entryLow(frame(table + 6), LINK), 0));
  }
  writeEntry(m, ONE.tables[0], 1, entryLow(frame(6), LINK | G), 0);
  for (const space of [TWO, ONE]) {
    loadCr3(m, v, space.root, space.tag, true);
    for (const p of [0, 1, 4]) load(m, v, page(p), 0);
  }
  for (const space of [ONE, TWO]) for (const table of [space.root, ...space.tables]) for (const index of [0, 1]) writeEntry(m, table, index, 0, 0);
  return m;
}

/** What is cached, sorted: `1/0` page 0 under PCID 1, `1/1g` global, `1/t0` the table of pages 0..3. */
function cached(m: Machine, of = v): string {
  const found: string[] = [];
  forEachCached(m, of, (tag, global, at) => found.push(`${tag}/${at}${global ? "g" : ""}`));
  forEachStructure(m, of, (tag, _level, prefix) => found.push(`${tag}/t${prefix}`));
  return found.sort().join(" ");
}

describe.each(["explicit", "saturating"] as const)("invalidation, %s TLB (SDM vol. 3, 4.10.4.1)", (tlb) => {
  it("without one, everything stays although the tables are empty", () => {
    expect(cached(everythingCached(tlb))).toBe("1/0 1/1g 1/4 1/t0 1/t1 2/0 2/4 2/t0 2/t1");
  });

  it("INVLPG: the page under the current PCID, and all structure entries of the current PCID, regardless of the address", () => {
    const m = everythingCached(tlb);
    invlpg(m, v, page(0));
    expect(cached(m)).toBe("1/1g 1/4 2/0 2/4 2/t0 2/t1");
  });

  it("INVLPG: also a global translation of the page, regardless of its PCID", () => {
    const m = everythingCached(tlb);
    loadCr3(m, v, TWO.root, TWO.tag, true);
    invlpg(m, v, page(1));
    expect(cached(m)).toBe("1/0 1/4 1/t0 1/t1 2/0 2/4");
  });

  it("INVPCID address: the page and the tables that translate it, under the PCID named", () => {
    const m = everythingCached(tlb);
    invpcidAddress(m, v, ONE.tag, page(0));
    expect(cached(m)).toBe("1/1g 1/4 1/t1 2/0 2/4 2/t0 2/t1");
  });

  it("INVPCID address: a PCID that is not current", () => {
    const m = everythingCached(tlb);
    invpcidAddress(m, v, TWO.tag, page(5));
    expect(cached(m)).toBe("1/0 1/1g 1/4 1/t0 1/t1 2/0 2/4 2/t0");
  });

  it("INVPCID address: no global translation", () => {
    const m = everythingCached(tlb);
    invpcidAddress(m, v, ONE.tag, page(1));
    expect(cached(m)).toBe("1/0 1/1g 1/4 1/t1 2/0 2/4 2/t0 2/t1");
  });

  it("INVPCID context: all of one PCID but its global translations", () => {
    const one = everythingCached(tlb);
    invpcidContext(one, v, ONE.tag);
    expect(cached(one)).toBe("1/1g 2/0 2/4 2/t0 2/t1");
    const two = everythingCached(tlb);
    invpcidContext(two, v, TWO.tag);
    expect(cached(two)).toBe("1/0 1/1g 1/4 1/t0 1/t1");
  });

  it("INVPCID all contexts: everything, with and without the global ones", () => {
    const all = everythingCached(tlb);
    invpcidAll(all, v);
    expect(cached(all)).toBe("");
    const nonGlobal = everythingCached(tlb);
    invpcidAllNonGlobal(nonGlobal, v);
    expect(cached(nonGlobal)).toBe("1/1g");
  });

  it("MOV to CR3: the PCID loaded, but its global translations; with no-flush nothing", () => {
    const flushed = everythingCached(tlb);
    loadCr3(flushed, v, TWO.root, TWO.tag, false);
    expect(cached(flushed)).toBe("1/0 1/1g 1/4 1/t0 1/t1");
    const reloaded = everythingCached(tlb);
    loadCr3(reloaded, v, ONE.root, ONE.tag, false);
    expect(cached(reloaded)).toBe("1/1g 2/0 2/4 2/t0 2/t1");
    const kept = everythingCached(tlb);
    loadCr3(kept, v, TWO.root, TWO.tag, true);
    expect(cached(kept)).toBe("1/0 1/1g 1/4 1/t0 1/t1 2/0 2/4 2/t0 2/t1");
  });

  it("each acts on its own vCPU alone", () => {
    const m = everythingCached(tlb);
    const before = cached(m);
    invpcidAll(m, vcpu(1));
    invlpg(m, vcpu(1), page(0));
    expect(cached(m)).toBe(before);
  });

  it("a large page goes as a whole, by any of its pages", () => {
    const m = createMachine({ geometry: geometry(2, 2), frames: 12, vcpus: 1, tlb, tlbCapacity: 16 });
    writeEntry(m, frame(0), 0, entryLow(frame(4), LINK | 0x80), 0);
    loadCr3(m, v, frame(0), pcid(1), false);
    expect(load(m, v, page(2), 0)).toMatchObject({ ok: true, frame: 6 });
    writeEntry(m, frame(0), 0, 0, 0);
    expect(cached(m)).toBe("1/0 1/1 1/2 1/3");
    invlpg(m, v, page(5));
    expect(cached(m)).toBe("1/0 1/1 1/2 1/3");
    invlpg(m, v, page(3));
    expect(cached(m)).toBe("");
  });
});
