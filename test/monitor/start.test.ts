import { describe, expect, it } from "vitest";
import { createMachine, systemCall } from "../../hw/machine.ts";
import { vcpu } from "../../hw/identifiers.ts";
import { MachineHang } from "../../hw/interrupts.ts";
import { mark, undo, writeWord } from "../../hw/memory.ts";
import { start } from "../../monitor/start.ts";
import { picture, TINY, world } from "./world.ts";

describe("the entry", () => {
  it("starts nothing on a machine without an image", () => {
    const { m: { geometry, frames, vcpus } } = world(TINY);
    const m = createMachine({ geometry, frames, vcpus, tlb: "explicit", tlbCapacity: 8, devices: 0 });
    const before = m.memory.words.slice();
    expect(start(m)).toBe(false);
    expect(m.memory.words).toEqual(before);
    expect(() => systemCall(m, vcpu(0))).toThrow(MachineHang);
  });

  it.each([["magic", 0], ["frames", 1], ["vCPUs", 3]] as const)("refuses an image with other %s, and does nothing", (_, word) => {
    const w = world(TINY);
    const booted = mark(w.m.memory);
    writeWord(w.m.memory, word, (w.m.memory.words[word] ?? 0) + 1);
    const before = picture(w);
    expect(start(w.m)).toBe(false);
    expect(picture(w)).toEqual(before);
    undo(w.m.memory, booted);
    expect(start(w.m)).toBe(true);
  });
});
