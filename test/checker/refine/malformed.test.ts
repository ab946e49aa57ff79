/** Bits that mean no abstract state are told as such, with a place, and never as an exception. */
import { describe, expect, it } from "vitest";
import { frame } from "../../../hw/identifiers.ts";
import { writeWord } from "../../../hw/memory.ts";
import { writeEntry } from "../../../hw/physical.ts";
import type { Machine } from "../../../hw/machine.ts";
import { storesOf } from "../../../checker/compile/stores.ts";
import { departedBit, labelsOfWord } from "../../../checker/refine/abstract-labels.ts";
import { abstractionOf } from "../../../checker/refine/abstract.ts";
import { domainRow, frameRow, monitorTables, saveRow, type MonitorTables } from "../../../checker/refine/abstract-layout.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { systemsOf } from "../../../spec/system.ts";
import { seeded } from "../../regress/seeded-policy.ts";

const [system] = systemsOf(seeded);
const { state } = storesOf(system);

/** What the abstraction says after the bits were damaged. */
const after = (damage: (m: Machine, tables: MonitorTables, physical: (name: string) => number) => void) => {
  const machine = bootedMachine(seeded, "saturating"), tables = monitorTables(machine);
  const abstraction = abstractionOf(system, state, machine);
  damage(machine, tables, (name) => tables.monitorFrames + seeded.boot.frames.findIndex((one) => one.name === name));
  return abstraction(machine, new Int32Array(state.size));
};

const present = 0x7, entry = (to: number): number => (to << 12) | present;

describe("malformed bits", () => {
  it.each([
    ["a page-table entry that leads out of memory", "P4", /where there is no memory/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-leaf")), 0, entry(4000), 0); }],
    ["a link to a frame that is no table", "P4", /is none by the frame table/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-root")), 0, entry(at("spare")), 0); }],
    ["a link to a table of the wrong level", "P4", /is none by the frame table/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-root")), 0, entry(at("lib-root")), 0); }],
    ["a root that links itself", "P4", /is none by the frame table/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-root")), 0, entry(at("app-root")), 0); }],
    ["a link to a monitor frame", "P4", /the monitor's/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-root")), 0, entry(1), 0); }],
    ["a reserved bit", "P4", /reserved bits/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-leaf")), 0, entry(at("code")), 0x100); }],
    ["a large page that leads out of memory", "P4", /leads to frame/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-root")), 0, entry(m.frames + (m.frames % 2)) | 0x80, 0); }],
    ["a supervisor page in the user half", "P4", /mapped for the monitor/, (m: Machine, _: MonitorTables, at: (name: string) => number) => { writeEntry(m, frame(at("app-leaf")), 0, (at("code") << 12) | 3, 0); }],
    ["an unknown phase", "P9", /phase 7/, (m: Machine, { domainTable }: MonitorTables) => { writeWord(m.memory, domainTable + domainRow, 7); }],
    ["a parent that does not exist", "P9", /parent of slot 1/, (m: Machine, { domainTable }: MonitorTables) => { writeWord(m.memory, domainTable + domainRow + 1, 9); }],
    ["an owner that does not exist", "P9", /owned by slot 8/, (m: Machine, { frameTable }: MonitorTables) => { writeWord(m.memory, frameTable + frameRow, 9); }],
    ["an unknown kind", "P9", /a kind that is none/, (m: Machine, { frameTable }: MonitorTables) => { writeWord(m.memory, frameTable + frameRow + 1, 5); }],
    ["a table above the root's level", "P9", /a kind that is none/, (m: Machine, { frameTable }: MonitorTables) => { writeWord(m.memory, frameTable + frameRow + 1, 0x301); }],
    ["a grant in no state", "P9", /the grant of frame 1/, (m: Machine, { grantTable, domains }: MonitorTables) => { writeWord(m.memory, grantTable + domains, 0x31); }],
    ["a vCPU that runs no slot", "P9", /vCPU 0 runs slot 5/, (m: Machine, { vcpuTable }: MonitorTables) => { writeWord(m.memory, vcpuTable, 5); }],
    ["saved registers that are no label set", "P9", /saved registers of slot 0 on vCPU 1/, (m: Machine, { saveAreas }: MonitorTables) => { writeWord(m.memory, saveAreas + saveRow + 5, 0x100); }],
  ] as const)("%s", (_name, property, sentence, damage) => {
    const found = after(damage);
    expect(found?.property).toBe(property);
    expect(found?.sentence).toMatch(sentence);
    expect(found?.at).not.toBeNull();
  });

  it("shows what a scrub has left behind as the label of nobody", () => {
    const machine = bootedMachine(seeded, "saturating"), tables = monitorTables(machine), cells = new Int32Array(state.size);
    const spare = seeded.boot.frames.findIndex(({ name }) => name === "spare");
    writeWord(machine.memory, (tables.monitorFrames + spare) * machine.wordsPerFrame + 1, 1);
    expect(abstractionOf(system, state, machine)(machine, cells)).toBeNull();
    // Besides whatever the frame held before.
    const departed = labelsOfWord(departedBit, { domains: seeded.domains.length, devices: 0 });
    expect((cells[state.cellOf("holds", [spare + 1])] ?? 0) & departed).toBe(departed);
  });

  it("refuses a machine without a monitor", () => {
    const machine = bootedMachine(seeded, "saturating");
    writeWord(machine.memory, 0, 0);
    expect(() => abstractionOf(system, state, machine)).toThrow(RangeError);
  });
});
