import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { P, RW, US, entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import { device, frame, page, pcid, vcpu } from "../../hw/identifiers.ts";
import { MachineHang, deliverIpi, injectVector, interruptPending, ipiPending, raiseInterrupt, sendIpi, takeInterrupt, waitForIpi } from "../../hw/interrupts.ts";
import { completionWait, invalidateDeviceEntry, invalidateIoPages, setDeviceTable } from "../../hw/iommu.ts";
import type { BeforeStep, Machine } from "../../hw/machine.ts";
import { createMachine, installHandlers, systemCall } from "../../hw/machine.ts";
import { writeEntry, writePhysical } from "../../hw/physical.ts";
import { invlpg, invpcidAddress, invpcidAll, invpcidAllNonGlobal, invpcidContext } from "../../hw/tlb.ts";
import { store } from "../../hw/user.ts";
import { RIP, RFLAGS, cpl, loadCr3, readRegister, setCpl, writeRegister } from "../../hw/vcpu.ts";

const v = vcpu(0);
const others = [vcpu(1), vcpu(2)];

function machine(): Machine {
  const m = createMachine({ geometry: geometry(2, 2), frames: 3, vcpus: 3, tlb: "saturating", tlbCapacity: 8, devices: 1 });
  for (let n = 0; n < 3; n++) setCpl(m, vcpu(n), 3);
  return m;
}

const nothing = (): void => undefined;

describe("vectors that the host injects", () => {
  it("enter their handlers at CPL 0 whatever is pending and whatever they interrupt, and leave both as they were", () => {
    const m = machine();
    const seen: string[] = [];
    const told = (vector: string) => (at: Machine, by: typeof v, interrupted: number): void => void seen.push(`${vector} on vCPU ${by}, from CPL ${interrupted}, at CPL ${cpl(at, by)}`);
    installHandlers(m, { call: nothing, shootdown: told("shootdown"), interrupt: told("external") });
    sendIpi(m, v);
    injectVector(m, v, "shootdown");
    expect([ipiPending(m, v), interruptPending(m, v), cpl(m, v)]).toEqual([true, false, 3]);
    setCpl(m, vcpu(1), 0);
    injectVector(m, vcpu(1), "external");
    expect([ipiPending(m, vcpu(1)), interruptPending(m, vcpu(1)), cpl(m, vcpu(1))]).toEqual([false, false, 0]);
    expect(seen).toEqual(["shootdown on vCPU 0, from CPL 3, at CPL 0", "external on vCPU 1, from CPL 0, at CPL 0"]);
  });

  it("hang a machine without handlers", () => {
    const m = machine();
    expect(() => { injectVector(m, v, "shootdown"); }).toThrow(MachineHang);
  });
});

describe("external interrupts", () => {
  it("enter the monitor from ring 3 at CPL 0, once, and return to ring 3 with RIP and RFLAGS as they were", () => {
    const m = machine();
    const seen: string[] = [];
    installHandlers(m, { call: nothing, shootdown: nothing, interrupt: (at, by) => void seen.push(`vCPU ${by} at CPL ${cpl(at, by)}, pending ${interruptPending(at, by)}`) });
    writeRegister(m, v, RIP, 5);
    writeRegister(m, v, RFLAGS, 6);
    raiseInterrupt(m, v);
    raiseInterrupt(m, v);
    expect([interruptPending(m, v), interruptPending(m, vcpu(1)), ipiPending(m, v)]).toEqual([true, false, false]);
    takeInterrupt(m, v);
    takeInterrupt(m, v);
    expect(seen).toEqual(["vCPU 0 at CPL 0, pending false"]);
    expect([cpl(m, v), readRegister(m, v, RIP), readRegister(m, v, RFLAGS)]).toEqual([3, 5, 6]);
  });

  it("wait while the monitor runs", () => {
    const m = machine();
    installHandlers(m, {
      call: (at, by) => {
        raiseInterrupt(at, by);
        takeInterrupt(at, by);
      },
      shootdown: nothing,
      interrupt: () => {
        throw new Error("taken at CPL 0");
      },
    });
    systemCall(m, v);
    expect(interruptPending(m, v)).toBe(true);
    expect(() => takeInterrupt(m, v)).toThrow("taken at CPL 0");
  });

  it("and shootdown interrupts do not clear each other", () => {
    const m = machine();
    installHandlers(m, { call: nothing, shootdown: nothing, interrupt: nothing });
    raiseInterrupt(m, v);
    sendIpi(m, v);
    deliverIpi(m, v);
    expect([ipiPending(m, v), interruptPending(m, v)]).toEqual([false, true]);
    sendIpi(m, v);
    takeInterrupt(m, v);
    expect([ipiPending(m, v), interruptPending(m, v)]).toEqual([true, false]);
  });

  it("hang where no software answers, and stay pending", () => {
    const m = machine();
    expect(() => takeInterrupt(m, v)).not.toThrow();
    raiseInterrupt(m, v);
    expect(() => takeInterrupt(m, v)).toThrow(MachineHang);
    installHandlers(m, { call: nothing, shootdown: nothing });
    expect(() => takeInterrupt(m, v)).toThrow(MachineHang);
    expect(interruptPending(m, v)).toBe(true);
  });
});

describe("the scheduler of interrupts", () => {
  it("is asked before each privileged step, and not by ring 3", () => {
    const m = machine();
    installHandlers(m, { call: nothing, shootdown: nothing });
    let asked = 0;
    const steps: (() => void)[] = [
      () => writePhysical(m, frame(2), 0, 1),
      () => writeEntry(m, frame(2), 0, 0, 0),
      () => loadCr3(m, v, frame(0), pcid(1), false),
      () => invlpg(m, v, page(0)),
      () => invpcidAddress(m, v, pcid(1), page(0)),
      () => invpcidContext(m, v, pcid(1)),
      () => invpcidAll(m, v),
      () => invpcidAllNonGlobal(m, v),
      () => sendIpi(m, v),
      () => setCpl(m, v, 3),
      () => setDeviceTable(m, frame(1)),
      () => invalidateDeviceEntry(m, device(0)),
      () => invalidateIoPages(m, device(0)),
      () => completionWait(m),
    ];
    m.beforeStep = () => void asked++;
    for (const step of steps) step();
    expect(asked).toBe(steps.length);
    m.beforeStep = null;
    writeEntry(m, frame(0), 0, entryLow(frame(1), P | RW | US), 0);
    writeEntry(m, frame(1), 0, entryLow(frame(2), P | RW | US), 0);
    m.beforeStep = () => void asked++;
    raiseInterrupt(m, v);
    expect(store(m, v, page(0), 0, 7)).toEqual({ ok: true, frame: 2 });
    expect(asked).toBe(steps.length);
  });

  it("delivers pending interrupts early and in any order; each is delivered once, before the wait for it ends", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(2)), (choices) => {
        const m = machine();
        const acknowledged: number[] = [];
        installHandlers(m, {
          call: (at) => {
            for (const other of others) sendIpi(at, other);
            invpcidAll(at, v);
            for (const other of others) {
              waitForIpi(at, other);
              expect(ipiPending(at, other)).toBe(false);
              expect(acknowledged).toContain(other);
            }
          },
          shootdown: (at, by) => {
            invpcidAll(at, by);
            acknowledged.push(by);
          },
        });
        const early: BeforeStep = (at) => {
          const choice = others[choices.next().value - 1];
          if (choice !== undefined) deliverIpi(at, choice);
        };
        m.beforeStep = early;
        systemCall(m, v);
        expect([...acknowledged].sort()).toEqual([1, 2]);
        expect([0, 1, 2].map((n) => cpl(m, vcpu(n)))).toEqual([3, 3, 3]);
      }),
    );
  });

  it("sees the second interrupt delivered before the first", () => {
    const m = machine();
    const acknowledged: number[] = [];
    installHandlers(m, {
      call: (at) => {
        for (const other of others) sendIpi(at, other);
        for (const other of others) waitForIpi(at, other);
      },
      shootdown: (_at, by) => void acknowledged.push(by),
    });
    m.beforeStep = (at) => deliverIpi(at, vcpu(2));
    systemCall(m, v);
    expect(acknowledged).toEqual([2, 1]);
  });
});
