import { describe, expect, it } from "vitest";
import { dmaLoad, dmaStore, usableDma } from "../../hw/dma.ts";
import { C_BIT, NX, P, PS, RW, US, entryHigh, entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import { firmwareSetImmutable, hostRead, hostRegister, hostRemap, hostRmpUpdate, hostWrite, writeHostRegister } from "../../hw/host.ts";
import { device, frame, ioPage, page, pcid, systemFrame, vcpu } from "../../hw/identifiers.ts";
import { deviceEntryLow, ioEntryHigh, ioEntryLow } from "../../hw/io-entry.ts";
import { setDeviceTable } from "../../hw/iommu.ts";
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { hash, mark, undo } from "../../hw/memory.ts";
import { NestedFault, backing, nestedTranslate } from "../../hw/nested.ts";
import { walk } from "../../hw/paging.ts";
import { readPhysical, writeEntry, writePhysical } from "../../hw/physical.ts";
import { pageStateChange, pvalidate, terminate } from "../../hw/pvalidate.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import { readShared, writeShared } from "../../hw/shared.ts";
import { forEachCached } from "../../hw/tlb.ts";
import { load, store, storeTo, usableFrames } from "../../hw/user.ts";
import { loadCr3 } from "../../hw/vcpu.ts";

const v = vcpu(0);
const LINK = P | RW | US;
const ROOT = frame(0);
const TABLE = frame(1);
const SPARE = systemFrame(8);

/** Eight guest frames, two spare ones. Root in frame 0, table in frame 1; page 0 maps frame 2 privately, page 1 frame 3 in the clear, page 2 frame 4 privately. */
function guest(tlb: TlbMode, devices = 0): Machine {
  const m = createMachine({ geometry: geometry(2, 2), frames: 8, vcpus: 1, tlb, tlbCapacity: 16, devices, platform: "sev-snp", spareFrames: 2 });
  writeEntry(m, ROOT, 0, entryLow(TABLE, LINK), C_BIT);
  writeEntry(m, TABLE, 0, entryLow(frame(2), LINK), C_BIT);
  writeEntry(m, TABLE, 1, entryLow(frame(3), LINK), 0);
  writeEntry(m, TABLE, 2, entryLow(frame(4), LINK), C_BIT);
  loadCr3(m, v, ROOT, pcid(1), false);
  return m;
}

const assign = (m: Machine, s: number, at: number): string => hostRmpUpdate(m, systemFrame(s), { assigned: true, guestFrame: frame(at) });
const unassign = (m: Machine, s: number): string => hostRmpUpdate(m, systemFrame(s), { assigned: false, guestFrame: frame(0) });

describe("the host's register", () => {
  it.each(["plain", "sev-snp"] as const)("is a word of the machine (%s) that is logged, hashed and no guest's", (platform) => {
    const m = createMachine({ geometry: geometry(2, 2), frames: 2, vcpus: 1, tlb: "saturating", tlbCapacity: 4, devices: 1, platform });
    expect(hostRegister(m)).toBe(0);
    const before = hash(m.memory);
    const start = mark(m.memory);
    writeHostRegister(m, 0x1_0000_0005);
    expect(hostRegister(m)).toBe(5);
    for (let f = 0; f < 2; f++) for (let word = 0; word < m.wordsPerFrame; word++) expect(readPhysical(m, frame(f), word)).toBe(0);
    expect(hash(m.memory)).not.toEqual(before);
    undo(m.memory, start);
    expect([hostRegister(m), hash(m.memory)]).toEqual([0, before]);
  });
});

it("a guest that asks for its end goes no further, and leaves the machine as it is", () => {
  const m = guest("saturating");
  const before = m.memory.words.slice();
  expect(() => terminate(m, frame(2))).toThrow(NestedFault);
  expect(m.memory.words).toEqual(before);
});

describe("the RMP check (APM vol. 2, 15.36.10)", () => {
  it("confirms every frame of a launched guest as itself", () => {
    const m = guest("saturating");
    for (let n = 0; n < 8; n++) {
      expect(nestedTranslate(m, frame(n), true)).toBe(n);
      expect(rmpEntry(m, systemFrame(n))).toEqual({ assigned: true, guestFrame: n, validated: true, immutable: false });
    }
    expect(rmpEntry(m, SPARE)).toEqual({ assigned: false, guestFrame: 0, validated: false, immutable: false });
  });

  it("refuses a private access that is not mapped, not assigned, assigned as another frame, or not validated", () => {
    const m = guest("saturating");
    const at = frame(5);
    hostRemap(m, at, "absent");
    expect([nestedTranslate(m, at, true), nestedTranslate(m, at, false)]).toEqual(["nested-page", "nested-page"]);
    hostRemap(m, at, SPARE);
    expect(nestedTranslate(m, at, true)).toBe("nested-page");
    hostRemap(m, at, systemFrame(6));
    expect(nestedTranslate(m, at, true)).toBe("nested-page");
    hostRemap(m, at, SPARE);
    assign(m, SPARE, at);
    expect(nestedTranslate(m, at, true)).toBe("not-validated");
    expect(nestedTranslate(m, frame(8), true)).toBe("nested-page");
  });

  it("lets a shared access pass to unassigned frames only, so never both kinds", () => {
    const m = guest("saturating");
    expect(nestedTranslate(m, frame(5), false)).toBe("nested-page");
    unassign(m, 5);
    expect([nestedTranslate(m, frame(5), false), nestedTranslate(m, frame(5), true)]).toEqual([5, "nested-page"]);
  });

  it("costs a validated page its validation at every RMPUPDATE, also one that changes nothing else", () => {
    const m = guest("saturating");
    expect(assign(m, 5, 5)).toBe("ok");
    expect(nestedTranslate(m, frame(5), true)).toBe("not-validated");
  });

  it("refuses RMPUPDATE of an immutable entry", () => {
    const m = guest("saturating");
    firmwareSetImmutable(m, systemFrame(5), true);
    expect([unassign(m, 5), pageStateChange(m, frame(5), "shared"), nestedTranslate(m, frame(5), true)]).toEqual(["immutable", "refused", 5]);
    firmwareSetImmutable(m, systemFrame(5), false);
    expect(unassign(m, 5)).toBe("ok");
  });
});

describe("PVALIDATE", () => {
  it("sets and clears the validated bit, and says when it was so already", () => {
    const m = guest("saturating");
    expect(pvalidate(m, frame(5), true)).toBe("unchanged");
    expect(pvalidate(m, frame(5), false)).toBe("ok");
    expect(pvalidate(m, frame(5), false)).toBe("unchanged");
    expect(nestedTranslate(m, frame(5), true)).toBe("not-validated");
    expect(pvalidate(m, frame(5), true)).toBe("ok");
    unassign(m, 5);
    expect(pvalidate(m, frame(5), true)).toBe("nested-page");
    hostRemap(m, frame(5), "absent");
    expect([pvalidate(m, frame(5), true), pageStateChange(m, frame(5), "private")]).toEqual(["nested-page", "refused"]);
  });

  it("twice without an invalidation between lets the host choose between two frames (15.36.6)", () => {
    const m = guest("saturating");
    writePhysical(m, frame(5), 0, 1);
    hostRemap(m, frame(5), SPARE);
    assign(m, SPARE, 5);
    expect(pvalidate(m, frame(5), true)).toBe("ok");
    writePhysical(m, frame(5), 0, 2);
    hostRemap(m, frame(5), systemFrame(5));
    expect(readPhysical(m, frame(5), 0)).toBe(1);
  });
});

describe("the monitor", () => {
  it("stops where nested table or RMP do not confirm its access, and leaves the machine as it is", () => {
    const m = guest("saturating");
    hostRemap(m, frame(5), "absent");
    pvalidate(m, frame(6), false);
    const before = hash(m.memory);
    for (const [at, reason] of [[5, "nested-page"], [6, "not-validated"]] as const) {
      for (const touch of [() => readPhysical(m, frame(at), 0), () => writePhysical(m, frame(at), 0, 1), () => writeEntry(m, frame(at), 0, 1, 1)]) {
        expect(touch).toThrow(NestedFault);
        expect(touch).toThrow(reason);
      }
    }
    expect(hash(m.memory)).toEqual(before);
    expect(() => readPhysical(m, frame(8), 0)).toThrow(RangeError);
  });

  it("reaches shared frames with the C-bit clear only", () => {
    const m = guest("saturating");
    expect(() => readShared(m, frame(5), 0)).toThrow(NestedFault);
    pageStateChange(m, frame(5), "shared");
    expect(() => readPhysical(m, frame(5), 0)).toThrow(NestedFault);
    writeShared(m, frame(5), 1, 9);
    expect([readShared(m, frame(5), 1), hostRead(m, systemFrame(5), 1)]).toEqual([9, 9]);
  });
});

describe("the host", () => {
  it("reads ciphertext of what is assigned or was the guest's, and cannot write what is assigned", () => {
    const m = guest("saturating");
    writePhysical(m, frame(5), 0, 7);
    expect([hostRead(m, systemFrame(5), 0), hostWrite(m, systemFrame(5), 0, 1)]).toEqual(["ciphertext", "rmp-fault"]);
    unassign(m, 5);
    expect([hostRead(m, systemFrame(5), 0), readShared(m, frame(5), 0)]).toEqual(["ciphertext", 0]);
    assign(m, 5, 5);
    pvalidate(m, frame(5), true);
    // Replay in place: what the guest had written is still there.
    expect(readPhysical(m, frame(5), 0)).toBe(7);
  });

  it("garbles ciphertext by its first write, and reads its own words", () => {
    const m = guest("saturating");
    writePhysical(m, frame(5), 0, 7);
    unassign(m, 5);
    expect(hostWrite(m, systemFrame(5), 3, 1)).toBe("ok");
    expect([0, 3].map((word) => hostRead(m, systemFrame(5), word))).toEqual([0, 1]);
    expect(() => hostRead(m, systemFrame(5), 8)).toThrow(RangeError);
    expect(() => hostRead(m, systemFrame(10), 0)).toThrow(RangeError);
  });

  it("chooses what a fresh private page holds", () => {
    const m = guest("saturating");
    hostWrite(m, SPARE, 2, 0xbad);
    hostRemap(m, frame(5), SPARE);
    assign(m, SPARE, 5);
    pvalidate(m, frame(5), true);
    expect(readPhysical(m, frame(5), 2)).toBe(0xbad);
  });

  it("has no frames and entries but those of the machine", () => {
    const m = guest("saturating");
    expect(() => hostRemap(m, frame(8), SPARE)).toThrow(RangeError);
    expect(() => hostRemap(m, frame(5), systemFrame(10))).toThrow(RangeError);
    expect(() => hostRmpUpdate(m, systemFrame(10), { assigned: false, guestFrame: frame(0) })).toThrow(RangeError);
    expect(backing(m, frame(5))).toBe(5);
  });
});

describe.each(["explicit", "saturating"] as const)("ring 3 on sev-snp, %s TLB", (tlb) => {
  it("reaches private frames with the C-bit, shared ones without, and faults the other way round", () => {
    const m = guest(tlb);
    expect(store(m, v, page(0), 0, 5)).toEqual({ ok: true, frame: 2 });
    expect(load(m, v, page(0), 0)).toEqual({ ok: true, frame: 2, value: 5 });
    expect(load(m, v, page(1), 0)).toEqual({ ok: false, fault: "nested-page" });
    pageStateChange(m, frame(3), "shared");
    pageStateChange(m, frame(2), "shared");
    expect(store(m, v, page(1), 0, 6)).toEqual({ ok: true, frame: 3 });
    expect([load(m, v, page(1), 0), hostRead(m, systemFrame(3), 0)]).toEqual([{ ok: true, frame: 3, value: 6 }, 6]);
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "nested-page" });
    expect([usableFrames(m, v, page(0), "r"), usableFrames(m, v, page(1), "r")]).toEqual([[], [3]]);
    expect(() => storeTo(m, v, page(0), frame(2), 0, 1)).toThrow(RangeError);
  });

  it("gets #VC for a page that is not validated, also through a translation that is cached", () => {
    const m = guest(tlb);
    load(m, v, page(0), 0);
    pvalidate(m, frame(2), false);
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "not-validated" });
    pvalidate(m, frame(2), true);
    expect(load(m, v, page(0), 0).ok).toBe(true);
  });

  it("faults where a table of the walk is out of reach", () => {
    const m = guest(tlb);
    hostRemap(m, ROOT, "absent");
    loadCr3(m, v, ROOT, pcid(2), false);
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "nested-page" });
    expect(walk(m, ROOT, page(0))).toEqual({ ok: false, reason: "nested-page", level: 2 });
    hostRemap(m, ROOT, systemFrame(ROOT));
    pvalidate(m, TABLE, false);
    loadCr3(m, v, ROOT, pcid(2), false);
    expect(load(m, v, page(0), 0)).toEqual({ ok: false, fault: "not-validated" });
  });

  it("never walks a table that is shared", () => {
    const m = guest(tlb);
    pageStateChange(m, frame(5), "shared");
    hostWrite(m, systemFrame(5), 0, entryLow(frame(2), LINK));
    writeEntry(m, ROOT, 1, entryLow(frame(5), LINK), 0);
    expect(load(m, v, page(4), 0)).toEqual({ ok: false, fault: "nested-page" });
  });

  it("meets the host's words where the monitor takes a fresh page for a table", () => {
    const m = guest(tlb);
    hostWrite(m, SPARE, 0, entryLow(frame(4), LINK));
    hostWrite(m, SPARE, 1, C_BIT);
    pvalidate(m, frame(5), false);
    hostRemap(m, frame(5), SPARE);
    assign(m, SPARE, 5);
    writeEntry(m, ROOT, 1, entryLow(frame(5), LINK), C_BIT);
    expect(load(m, v, page(4), 0)).toEqual({ ok: false, fault: "not-validated" });
    pvalidate(m, frame(5), true);
    expect(load(m, v, page(4), 0)).toMatchObject({ frame: 4 });
  });

  it("has the C-bit where other platforms have a reserved bit, in entries of pages and tables, large pages too", () => {
    const m = guest(tlb);
    writeEntry(m, ROOT, 1, entryLow(frame(4), LINK | PS), C_BIT);
    expect(walk(m, ROOT, page(5))).toMatchObject({ ok: true, frame: 5, encrypted: true });
    expect(walk(m, ROOT, page(1))).toMatchObject({ ok: true, frame: 3, encrypted: false });
    expect(load(m, v, page(5), 0)).toMatchObject({ ok: true, frame: 5 });
    writeEntry(m, TABLE, 3, entryLow(frame(2), LINK), entryHigh(frame(2), false) | 0x40000);
    expect(load(m, v, page(3), 0)).toEqual({ ok: false, fault: "reserved" });
    const plain = createMachine({ geometry: geometry(2, 2), frames: 8, vcpus: 1, tlb, tlbCapacity: 4 });
    writeEntry(plain, ROOT, 0, entryLow(TABLE, LINK), C_BIT);
    loadCr3(plain, v, ROOT, pcid(1), false);
    expect(load(plain, v, page(0), 0)).toEqual({ ok: false, fault: "reserved" });
  });

  it("shows in the cached translations which are private", () => {
    const m = guest(tlb);
    unassign(m, 3);
    for (const n of [0, 1, 2]) load(m, v, page(n), 0);
    const seen: string[] = [];
    forEachCached(m, v, (_tag, _global, at, to, _writable, _user, _executable, encrypted) => seen.push(`${at} -> ${to} ${encrypted ? "private" : "shared"}`));
    expect(seen.sort()).toEqual(["0 -> 2 private", "1 -> 3 shared", "2 -> 4 private"]);
  });

  it("faults outside the guest's memory", () => {
    const m = guest(tlb);
    writeEntry(m, TABLE, 3, entryLow(frame(9), LINK), NX | C_BIT);
    expect(load(m, v, page(3), 0)).toEqual({ ok: false, fault: "nested-page" });
  });

  it("and DMA reaches shared frames only", () => {
    const m = guest(tlb, 1);
    const x = device(0);
    setDeviceTable(m, frame(6));
    writeEntry(m, frame(6), 0, deviceEntryLow(frame(7)), ioEntryHigh(frame(7), true, true));
    writeEntry(m, frame(7), 0, ioEntryLow(frame(3)), ioEntryHigh(frame(3), true, true));
    expect([usableDma(m, x, ioPage(0), "r"), dmaLoad(m, x, ioPage(0), 0)]).toEqual([[], { ok: false, fault: "nested-page" }]);
    pageStateChange(m, frame(3), "shared");
    expect(dmaStore(m, x, ioPage(0), 0, 8)).toEqual({ ok: true, frame: 3 });
    expect([usableDma(m, x, ioPage(0), "w"), hostRead(m, systemFrame(3), 0), dmaLoad(m, x, ioPage(0), 0)]).toEqual([[3], 8, { ok: true, frame: 3, value: 8 }]);
  });
});

describe("a sev-snp machine", () => {
  it("tells the observer of the steps of host and guest, and asks the scheduler of interrupts before those of the guest", () => {
    const m = guest("saturating");
    const seen: string[] = [];
    m.observer = (_m, event, a, b) => seen.push(`${event} ${a} ${b}`);
    m.beforeStep = () => void seen.push("asked");
    hostRemap(m, frame(5), SPARE);
    assign(m, SPARE, 5);
    pvalidate(m, frame(5), true);
    pageStateChange(m, frame(5), "shared");
    hostWrite(m, SPARE, 1, 1);
    writeShared(m, frame(5), 2, 1);
    expect(seen).toEqual(["nested 5 0", "rmp 8 0", "asked", "rmp 8 0", "asked", "rmp 8 0", "host 8 1", "asked", "write 5 2"]);
  });

  it("is the only one with spare frames, host moves and an RMP; elsewhere shared frames are like any other", () => {
    const shape = { geometry: geometry(2, 2), frames: 8, vcpus: 1, tlb: "saturating" as const, tlbCapacity: 4 };
    expect(() => createMachine({ ...shape, spareFrames: 1 })).toThrow(RangeError);
    expect(() => createMachine({ ...shape, platform: "sev-snp", spareFrames: -1 })).toThrow(RangeError);
    const m = createMachine({ ...shape, platform: "plain" });
    expect(() => hostRemap(m, frame(5), "absent")).toThrow(RangeError);
    expect(() => hostRead(m, systemFrame(5), 0)).toThrow(RangeError);
    expect([pvalidate(m, frame(5), true), pageStateChange(m, frame(5), "shared"), nestedTranslate(m, frame(5), true)]).toEqual(["nested-page", "refused", 5]);
    writeShared(m, frame(5), 1, 3);
    expect([readShared(m, frame(5), 1), readPhysical(m, frame(5), 1)]).toEqual([3, 3]);
  });
});
