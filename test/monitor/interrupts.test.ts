import { describe, expect, it } from "vitest";
import { vcpu } from "../../hw/identifiers.ts";
import { raiseInterrupt, takeInterrupt } from "../../hw/interrupts.ts";
import { cpl, currentPcid, readRegister, REGISTERS, writeRegister } from "../../hw/vcpu.ts";
import { A, B, cell, current, home, picture, ROOT, run, stack, TINY, TO_B, world, type World } from "./world.ts";

const registers = (w: World, v: number): readonly number[] => REGISTERS.map((_, r) => readRegister(w.m, vcpu(v), r));
const STOPPED = REGISTERS.map((_, r) => 100 + r);

/** A thread of A that is in B, with every register set, on vCPU 0. */
function stopped(preemptive: boolean): World {
  const w = world({ ...TINY, preemptive }, [A, B]);
  expect(run(w, 0, "call", TO_B)).toBe("OK");
  STOPPED.forEach((value, r) => writeRegister(w.m, vcpu(0), r, value));
  return w;
}

function interruptAt(w: World, v: number): void {
  raiseInterrupt(w.m, vcpu(v));
  takeInterrupt(w.m, vcpu(v));
}

describe("an interrupt", () => {
  it("resumes what it stopped, and changes nothing", () => {
    const w = stopped(false);
    const before = picture(w);
    interruptAt(w, 0);
    expect(w.m.memory.words).toEqual(before);
  });

  it("runs the scheduler's thread where the policy says so, and the one that it stopped loses nothing", () => {
    const w = stopped(true);
    interruptAt(w, 0);
    expect([home(w, 0), current(w, 0), currentPcid(w.m, vcpu(0)), cpl(w.m, vcpu(0))]).toEqual([ROOT, ROOT, 1, 3]);
    expect(registers(w, 0)).toEqual(REGISTERS.map(() => 0));
    expect(REGISTERS.map((_, r) => cell(w, "save", A * 2, r))).toEqual(STOPPED);
    expect([stack(w, A, 0), home(w, 1)]).toEqual([[TO_B], B]);
    run(w, 0, "switch", A);
    expect([current(w, 0), registers(w, 0)]).toEqual([B, STOPPED]);
    expect(run(w, 0, "return")).toBe("OK");
  });

  it("leaves the scheduler's own thread as it is", () => {
    const w = world({ ...TINY, preemptive: true });
    const before = picture(w);
    interruptAt(w, 0);
    expect(w.m.memory.words).toEqual(before);
  });
});
