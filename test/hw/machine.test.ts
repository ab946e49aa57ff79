import { describe, expect, it } from "vitest";
import { geometry } from "../../hw/geometry.ts";
import { frame, page, pcid, vcpu } from "../../hw/identifiers.ts";
import { MachineHang, deliverIpi, ipiPending, sendIpi, waitForIpi } from "../../hw/interrupts.ts";
import type { Machine } from "../../hw/machine.ts";
import { createMachine, installHandlers, systemCall } from "../../hw/machine.ts";
import { readEntryHigh, readEntryLow, readPhysical, writeEntry, writePhysical } from "../../hw/physical.ts";
import { invlpg } from "../../hw/tlb.ts";
import { RAX, REGISTERS, RFLAGS, cpl, currentPcid, currentRoot, loadCr3, readRegister, setCpl, writeRegister } from "../../hw/vcpu.ts";

const v = vcpu(1);

function machine(): Machine {
  return createMachine({ geometry: geometry(2, 2), frames: 3, vcpus: 2, tlb: "saturating", tlbCapacity: 8 });
}

describe("machine", () => {
  it("runs a system call at CPL 0 and returns to ring 3", () => {
    const m = machine();
    const levels: number[] = [];
    installHandlers(m, { call: (at, by) => void levels.push(by, cpl(at, by)), shootdown: () => undefined });
    setCpl(m, v, 3);
    systemCall(m, v);
    expect([...levels, cpl(m, v)]).toEqual([1, 0, 3]);
  });

  it("delivers a pending interrupt once, at CPL 0, and returns to where it was", () => {
    const m = machine();
    const seen: string[] = [];
    installHandlers(m, { call: () => undefined, shootdown: (at, by) => void seen.push(`vCPU ${by} at CPL ${cpl(at, by)}, pending ${ipiPending(at, by)}`) });
    setCpl(m, v, 3);
    sendIpi(m, v);
    sendIpi(m, v);
    expect([ipiPending(m, v), ipiPending(m, vcpu(0))]).toEqual([true, false]);
    waitForIpi(m, v);
    waitForIpi(m, v);
    deliverIpi(m, v);
    expect(seen).toEqual(["vCPU 1 at CPL 0, pending false"]);
    expect(cpl(m, v)).toBe(3);
  });

  it("hangs where no software answers", () => {
    const m = machine();
    expect(() => systemCall(m, v)).toThrow(MachineHang);
    expect(() => waitForIpi(m, v)).not.toThrow();
    sendIpi(m, v);
    expect(() => waitForIpi(m, v)).toThrow(MachineHang);
    expect(ipiPending(m, v)).toBe(true);
  });

  it("tells the observer of every step", () => {
    const m = machine();
    const seen: string[] = [];
    m.observer = (_m, event, a, b) => seen.push(`${event} ${a} ${b}`);
    installHandlers(m, { call: () => undefined, shootdown: (at, by) => invlpg(at, by, page(0)) });
    writePhysical(m, frame(2), 5, 1);
    writeEntry(m, frame(2), 3, 1, 1);
    loadCr3(m, v, frame(0), pcid(1), false);
    sendIpi(m, v);
    waitForIpi(m, v);
    expect(seen).toEqual(["write 2 5", "write 2 6", "cr3 1 0", "ipi 1 0", "cpl 1 0", "flush 1 0", "cpl 1 0", "ack 1 0"]);
  });

  it("keeps registers and context apart, per vCPU", () => {
    const m = machine();
    REGISTERS.forEach((_name, register) => writeRegister(m, v, register, 100 + register));
    loadCr3(m, v, frame(2), pcid(0xfff), true);
    setCpl(m, v, 3);
    expect(REGISTERS.map((_name, register) => readRegister(m, v, register))).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108]);
    expect([REGISTERS[RAX], REGISTERS[RFLAGS]]).toEqual(["RAX", "RFLAGS"]);
    expect([currentRoot(m, v), currentPcid(m, v), cpl(m, v)]).toEqual([2, 0xfff, 3]);
    expect([readRegister(m, vcpu(0), 0), currentRoot(m, vcpu(0)), currentPcid(m, vcpu(0)), cpl(m, vcpu(0))]).toEqual([0, 0, 0, 0]);
    expect([0, 1, 2].map((n) => readPhysical(m, frame(n), 7))).toEqual([0, 0, 0]);
  });

  it("does not let a physical address leave its frame or the memory", () => {
    const m = machine();
    writeEntry(m, frame(2), 3, 4, 5);
    expect([readEntryLow(m, frame(2), 3), readEntryHigh(m, frame(2), 3), readPhysical(m, frame(2), 7)]).toEqual([4, 5, 5]);
    for (const [at, word] of [[3, 0], [-1, 0], [0, 8], [0, -1], [Number.NaN, 0]] as const) {
      expect(() => readPhysical(m, frame(at), word)).toThrow(RangeError);
      expect(() => writePhysical(m, frame(at), word, 1)).toThrow(RangeError);
    }
  });

  it("refuses an empty shape", () => {
    for (const shape of [{ frames: 0 }, { vcpus: 0 }, { tlbCapacity: 0 }]) {
      expect(() => createMachine({ geometry: geometry(2, 2), frames: 1, vcpus: 1, tlb: "explicit", tlbCapacity: 1, ...shape })).toThrow(RangeError);
    }
  });
});
