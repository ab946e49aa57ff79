/** Bits that the monitor never writes, put where they would do harm: the property that is there for them sees them, whatever the rest of the state says. */
import { describe, expect, it } from "vitest";
import { frame, device } from "../../../hw/identifiers.ts";
import { G, US } from "../../../hw/entry.ts";
import { entriesPerTable } from "../../../hw/geometry.ts";
import { ioEntryHigh, ioEntryLow } from "../../../hw/io-entry.ts";
import { invalidateIoPages } from "../../../hw/iommu.ts";
import type { Machine } from "../../../hw/machine.ts";
import { writeEntry } from "../../../hw/physical.ts";
import { tableWord } from "../../../hw/paging.ts";
import { compile } from "../../../checker/compile/compile.ts";
import { monitorTables, type MonitorTables } from "../../../checker/refine/abstract-layout.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { createJudge } from "../../../checker/refine/judge.ts";
import { systemsOf } from "../../../spec/system.ts";
import { whole } from "./whole.ts";

const [system] = systemsOf(whole), compiled = compile(system), initial = compiled.state.encode(system.initial), nothing = new Int32Array(compiled.step.size);

type Damage = (m: Machine, tables: MonitorTables, at: (name: string) => number) => void;

/** What fails in the booted state, with the damage done. */
const failing = (damage: Damage): readonly string[] => {
  const m = bootedMachine(whole, "saturating"), tables = monitorTables(m), found: string[] = [];
  const judge = createJudge(m, compiled, () => true, ({ property, clause }) => { found.push(`${property} ${clause - system.properties.findIndex(({ id }) => id === property)}`); });
  damage(m, tables, (name) => tables.monitorFrames + whole.boot.frames.findIndex((one) => one.name === name));
  judge.enter(initial);
  judge.state(initial, nothing);
  return found;
};

const or = (m: Machine, table: number, index: number, bits: number): void => {
  writeEntry(m, frame(table), index, (tableWord(m, frame(table), 2 * index) | bits) >>> 0, tableWord(m, frame(table), 2 * index + 1));
};

const tablesAt = (level: number) => whole.boot.domains.flatMap(({ name, tables }) => tables.filter((one) => one.level === level).map((one) => [name, one.frame] as const));

describe("P5", () => {
  it("holds where nothing is wrong, as all else does", () => {
    expect(failing(() => undefined)).toEqual([]);
  });
  it.each(tablesAt(1).filter(([name]) => whole.boot.domains.some((one) => one.name === name && one.maps.some(({ page }) => page === 0))))("sees a global entry of %s", (_, table) => {
    expect(failing((m, _tables, at) => { or(m, at(table), 0, G); })).toContain("P5 0");
  });
  it.each(tablesAt(2))("sees a user bit in the monitor half of %s", (_, table) => {
    expect(failing((m, _tables, at) => { or(m, at(table), entriesPerTable(m.geometry) / 2, US); })).toContain("P5 0");
  });
});

describe("P3", () => {
  const table = whole.boot.domains[0]?.tables[0]?.frame ?? "";
  const mapped = (m: Machine, { ioTables }: MonitorTables, to: number, write: boolean): void => { writeEntry(m, frame(ioTables), 0, ioEntryLow(frame(to)), ioEntryHigh(frame(to), true, write)); };
  it("sees a device that can write a table, or read a monitor frame", () => {
    expect(failing((m, tables, at) => { mapped(m, tables, at(table), true); })).toContain("P3 2");
    expect(failing((m, tables) => { mapped(m, tables, 0, false); })).toContain("P3 2");
  });
  it("sees the same in the IOTLB alone, until the invalidation is complete", () => {
    expect(failing((m, tables, at) => {
      mapped(m, tables, at(table), true);
      writeEntry(m, frame(tables.ioTables), 0, 0, 0);
      invalidateIoPages(m, device(0));
    })).toContain("P3 2");
  });
});
