import { describe, expect, it } from "vitest";
import { deviceRegister, dmaLoad, dmaRead, dmaStore, dmaWrite, resetDevice, usableDma, writeDeviceRegister } from "../../hw/dma.ts";
import { P, RW, US, entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import { device, frame, ioPage, page, pcid, vcpu } from "../../hw/identifiers.ts";
import { IW, TV, V, deviceEntryLow, deviceEntryRights, ioEntryFrame, ioEntryHigh, ioEntryLow, ioEntryRights } from "../../hw/io-entry.ts";
import { completionWait, invalidateDeviceEntry, invalidateIoPages, setDeviceTable } from "../../hw/iommu.ts";
import type { Machine, TlbMode } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { readPhysical, writeEntry, writePhysical } from "../../hw/physical.ts";
import { usableFrames } from "../../hw/user.ts";
import { loadCr3 } from "../../hw/vcpu.ts";
import { ioTranslations } from "./io-steps.ts";

const x = device(0);
const TABLE = frame(1);
const PAGES = frame(2);

/** Device table in frame 1, IO page table of device 0 in frame 2: page 0 is frame 3 for reads and writes, page 1 frame 4 for reads. */
function oneDevice(tlb: TlbMode, devices = 2): Machine {
  const m = createMachine({ geometry: geometry(2, 2), frames: 8, vcpus: 1, tlb, tlbCapacity: 8, devices });
  writeEntry(m, TABLE, 0, deviceEntryLow(PAGES), ioEntryHigh(PAGES, true, true));
  writeEntry(m, PAGES, 0, ioEntryLow(frame(3)), ioEntryHigh(frame(3), true, true));
  writeEntry(m, PAGES, 1, ioEntryLow(frame(4)), ioEntryHigh(frame(4), true, false));
  setDeviceTable(m, TABLE);
  return m;
}

function invalidate(m: Machine): void {
  invalidateDeviceEntry(m, x);
  invalidateIoPages(m, x);
  completionWait(m);
}

describe("IOMMU entries (48882, 2.2.2.1 and 2.2.3)", () => {
  it("have V, TV, mode and PR, the address and IR, IW at the specified bits", () => {
    expect([deviceEntryLow(frame(0xabcde)), ioEntryLow(frame(0xabcde))]).toEqual([0xabcde203, 0xabcde001]);
    expect(ioEntryHigh(frame(0x5abcdef), true, true)).toBe(0x6000005a);
    expect(ioEntryFrame(0xbcdef001, 0x6000005a)).toBe(0x5abcdef);
  });

  it("block without V, TV, mode 1, PR and next level 0, and with address bits beyond the width", () => {
    const high = ioEntryHigh(frame(1), true, true);
    expect([deviceEntryRights(deviceEntryLow(frame(1)), high), ioEntryRights(ioEntryLow(frame(1)), high), ioEntryRights(ioEntryLow(frame(1)), IW)]).toEqual([3, 3, 2]);
    for (const low of [0, V, TV, V | TV, V | 0x200, TV | 0x200, V | TV | 0x400]) expect(deviceEntryRights(low, high)).toBe(0);
    for (const low of [0, 0x201, 0xe01]) expect(ioEntryRights(low, high)).toBe(0);
    expect([deviceEntryRights(deviceEntryLow(frame(1)), high | 0x100), ioEntryRights(ioEntryLow(frame(1)), high | 0x80000)]).toEqual([0, 0]);
  });
});

describe.each(["explicit", "saturating"] as const)("DMA, %s IOTLB", (tlb) => {
  it("reaches the frame of the page in the direction allowed, whatever the page tables of the vCPUs say", () => {
    const m = oneDevice(tlb);
    expect(dmaStore(m, x, ioPage(0), 5, 77)).toEqual({ ok: true, frame: 3 });
    expect(dmaLoad(m, x, ioPage(0), 5)).toEqual({ ok: true, frame: 3, value: 77 });
    expect(dmaLoad(m, x, ioPage(1), 0)).toEqual({ ok: true, frame: 4, value: 0 });
    expect(dmaStore(m, x, ioPage(1), 0, 1)).toEqual({ ok: false, fault: "protection" });
    expect(dmaLoad(m, x, ioPage(2), 0)).toEqual({ ok: false, fault: "not-present" });
    expect(dmaLoad(m, x, ioPage(4), 0)).toEqual({ ok: false, fault: "not-present" });
    expect(dmaLoad(m, device(1), ioPage(0), 0)).toEqual({ ok: false, fault: "device-table-entry" });
  });

  it("has only the rights that device-table entry and page have in common", () => {
    const m = oneDevice(tlb);
    writeEntry(m, TABLE, 1, deviceEntryLow(PAGES), ioEntryHigh(PAGES, false, true));
    expect([usableDma(m, device(1), ioPage(0), "w"), usableDma(m, device(1), ioPage(0), "r"), usableDma(m, device(1), ioPage(1), "w")]).toEqual([[3], [], []]);
  });

  it("is blocked until the device table base is set", () => {
    const m = createMachine({ geometry: geometry(2, 2), frames: 4, vcpus: 1, tlb, tlbCapacity: 4, devices: 1 });
    for (let at = 0; at < 4; at++) writeEntry(m, frame(at), 0, deviceEntryLow(frame(at)), ioEntryHigh(frame(at), true, true));
    expect(dmaLoad(m, x, ioPage(0), 0)).toEqual({ ok: false, fault: "device-table-entry" });
  });

  it("goes on by what is cached until a COMPLETION_WAIT after the invalidation", () => {
    const m = oneDevice(tlb);
    dmaLoad(m, x, ioPage(0), 0);
    writeEntry(m, PAGES, 0, 0, 0);
    invalidateIoPages(m, x);
    expect(usableDma(m, x, ioPage(0), "w")).toEqual([3]);
    completionWait(m);
    expect(usableDma(m, x, ioPage(0), "w")).toEqual([]);
  });

  it("walks the old IO page table until the device-table entry is invalidated", () => {
    const m = oneDevice(tlb);
    dmaLoad(m, x, ioPage(0), 0);
    writeEntry(m, TABLE, 0, 0, 0);
    // The old IO page table is used for something else, which reads as an entry.
    writeEntry(m, PAGES, 3, ioEntryLow(frame(5)), ioEntryHigh(frame(5), true, true));
    invalidateIoPages(m, x);
    completionWait(m);
    expect(dmaLoad(m, x, ioPage(3), 0)).toMatchObject({ frame: 5 });
    invalidate(m);
    writeEntry(m, PAGES, 3, 0, 0);
    invalidate(m);
    expect(usableDma(m, x, ioPage(3), "r")).toEqual([]);
    expect(dmaLoad(m, x, ioPage(0), 0)).toEqual({ ok: false, fault: "device-table-entry" });
  });

  it("reads ones and writes nothing where no memory answers", () => {
    const m = oneDevice(tlb);
    writeEntry(m, PAGES, 2, ioEntryLow(frame(1000)), ioEntryHigh(frame(1000), true, true));
    expect(dmaLoad(m, x, ioPage(2), 0)).toEqual({ ok: true, frame: 1000, value: 0xffffffff });
    expect(dmaStore(m, x, ioPage(2), 0, 1)).toEqual({ ok: true, frame: 1000 });
  });

  it("goes through the frame that the caller chose, if it is usable", () => {
    const m = oneDevice(tlb);
    dmaLoad(m, x, ioPage(0), 0);
    writePhysical(m, frame(3), 1, 9);
    expect(dmaRead(m, x, ioPage(0), frame(3), 1)).toBe(9);
    dmaWrite(m, x, ioPage(0), frame(3), 1, 10);
    expect(readPhysical(m, frame(3), 1)).toBe(10);
    expect(() => dmaRead(m, x, ioPage(0), frame(4), 1)).toThrow(RangeError);
    expect(() => dmaWrite(m, x, ioPage(1), frame(4), 1, 1)).toThrow(RangeError);
  });

  it("that writes a page table is a table write like any other", () => {
    const m = oneDevice(tlb);
    const v = vcpu(0);
    loadCr3(m, v, frame(4), pcid(1), false);
    writeEntry(m, frame(4), 0, entryLow(frame(3), P | RW | US), 0);
    dmaStore(m, x, ioPage(0), 0, entryLow(frame(5), P | RW | US));
    expect(usableFrames(m, v, page(0), "w")).toEqual([5]);
  });

  it("tells the observer of every step", () => {
    const m = oneDevice(tlb);
    const seen: string[] = [];
    m.observer = (_m, event, a, b) => seen.push(`${event} ${a} ${b}`);
    setDeviceTable(m, TABLE);
    invalidateDeviceEntry(m, device(1));
    invalidateIoPages(m, device(1));
    completionWait(m);
    dmaStore(m, x, ioPage(0), 2, 1);
    expect(seen).toEqual(["iobase 1 0", "ioflush 1 0", "ioflush 1 0", "iodrain 0 0", "write 3 2"]);
  });

  it("leaves one register in the device, which a reset clears", () => {
    const m = oneDevice(tlb);
    writeDeviceRegister(m, x, 0x1_0000_0007);
    writeDeviceRegister(m, device(1), 8);
    expect([deviceRegister(m, x), deviceRegister(m, device(1))]).toEqual([7, 8]);
    resetDevice(m, x);
    expect([deviceRegister(m, x), deviceRegister(m, device(1))]).toEqual([0, 8]);
  });

  it("has the device table go on in the next frame where one is too small", () => {
    const m = createMachine({ geometry: geometry(2, 1), frames: 6, vcpus: 1, tlb, tlbCapacity: 4, devices: 4 });
    setDeviceTable(m, frame(0));
    writeEntry(m, frame(1), 1, deviceEntryLow(frame(2)), ioEntryHigh(frame(2), true, true));
    writeEntry(m, frame(2), 1, ioEntryLow(frame(5)), ioEntryHigh(frame(5), true, true));
    expect([0, 1, 2, 3].map((n) => usableDma(m, device(n), ioPage(1), "r"))).toEqual([[], [], [], [5]]);
  });
});

describe("saturating IOTLB", () => {
  it("keeps what the tables still gave after the command was queued", () => {
    const m = oneDevice("saturating");
    // Too early: the IOMMU may execute the command at once, and read the old entry again before it is overwritten.
    invalidateIoPages(m, x);
    writeEntry(m, PAGES, 0, 0, 0);
    completionWait(m);
    expect(usableDma(m, x, ioPage(0), "w")).toEqual([3]);
    invalidateIoPages(m, x);
    completionWait(m);
    expect(ioTranslations(m, x)).toEqual(["1 -> 4 r-"]);
  });

  it("holds both translations when an entry changes without an invalidation", () => {
    const m = oneDevice("saturating");
    writeEntry(m, PAGES, 0, ioEntryLow(frame(5)), ioEntryHigh(frame(5), true, false));
    expect([usableDma(m, x, ioPage(0), "r"), usableDma(m, x, ioPage(0), "w")]).toEqual([[3, 5], [3]]);
  });

  it("says which capacity is too small", () => {
    const m = createMachine({ geometry: geometry(2, 2), frames: 4, vcpus: 1, tlb: "saturating", tlbCapacity: 2, devices: 1 });
    setDeviceTable(m, frame(0));
    writeEntry(m, frame(0), 0, deviceEntryLow(frame(1)), ioEntryHigh(frame(1), true, true));
    writeEntry(m, frame(1), 0, ioEntryLow(frame(2)), ioEntryHigh(frame(2), true, true));
    expect(() => writeEntry(m, frame(1), 1, ioEntryLow(frame(3)), ioEntryHigh(frame(3), true, true))).toThrow(/IOTLB of device 0 .* capacity of 2 entries/);
  });
});

describe("explicit IOTLB", () => {
  it("is filled by real DMA only, and replaces the least recently used translation", () => {
    const m = createMachine({ geometry: geometry(2, 2), frames: 8, vcpus: 1, tlb: "explicit", tlbCapacity: 2, devices: 1 });
    setDeviceTable(m, TABLE);
    writeEntry(m, TABLE, 0, deviceEntryLow(PAGES), ioEntryHigh(PAGES, true, true));
    for (let n = 0; n < 3; n++) writeEntry(m, PAGES, n, ioEntryLow(frame(3 + n)), ioEntryHigh(frame(3 + n), true, true));
    expect(ioTranslations(m, x)).toEqual([]);
    for (const n of [0, 1, 0, 2]) dmaLoad(m, x, ioPage(n), 0);
    expect(ioTranslations(m, x)).toEqual(["0 -> 3 rw", "2 -> 5 rw"]);
  });
});

describe("a machine without devices", () => {
  it("has no IOMMU and no device words", () => {
    const shape = { geometry: geometry(2, 2), frames: 2, vcpus: 1, tlb: "saturating" as const, tlbCapacity: 4 };
    const m = createMachine(shape);
    expect(m.memory.words.length).toBe(m.ioBase + 1);
    expect(() => setDeviceTable(m, frame(0))).toThrow(RangeError);
    expect(() => deviceRegister(m, x)).toThrow(RangeError);
    for (const devices of [-1, 5, 0.5]) expect(() => createMachine({ ...shape, devices })).toThrow(RangeError);
  });
});
