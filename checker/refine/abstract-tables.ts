/** Page tables as the abstraction sees them: the tree below each root and what it maps, as the hardware would walk it. */
import { US, entryFrame, hasReservedBits, isLeaf, leafFrame, NX, P, RW } from "../../hw/entry.ts";
import { entriesPerTable, pagesPerEntry } from "../../hw/geometry.ts";
import { readWord } from "../../hw/memory.ts";
import type { Machine } from "../../hw/machine.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import { domainRow, frameRow, tableTag, type MonitorTables } from "./abstract-layout.ts";
import type { Malformed } from "./malformed.ts";
import { tableWord } from "./memory-behind.ts";
import { toAbstract } from "./placement.ts";

const r = 1, w = 2, x = 4;

/** Fills `tables` and `space`. A root is walked to the depth of the geometry, so a cycle ends as a table of the wrong level. */
export const abstractSpaces = (system: System, state: StoreLayout, tables: MonitorTables) => {
  const pages = boundsOf(system.bounds, "Page").hi + 1, prefixes = boundsOf(system.bounds, "Index").hi + 1;
  const spaceSize = state.cellOf("space", [0, pages - 1]) + 2 - state.cellOf("space", [0, 0]);
  const { domains } = tables;
  const spaceOf = Int32Array.from({ length: domains }, (_, d) => state.cellOf("space", [d, 0]));
  const { hi: levels } = boundsOf(system.bounds, "Level");
  const tablesSize = levels * prefixes;
  const tablesOf = Int32Array.from({ length: domains }, (_, d) => state.cellOf("tables", [d, 0, 0]));

  const wrong = (frame: number, word: number, sentence: string): Malformed => ({ property: "P4", sentence, at: { frame, word } });

  /** An entry that maps, of a table of the level: one page, or all those that have its prefix. */
  const leaves = (m: Machine, cells: Cells, d: number, table: number, level: number, word: number, prefix: number, flags: number, executable: boolean): Malformed | null => {
    const span = pagesPerEntry(m.geometry, level), first = leafFrame(m.geometry, tableWord(m, table, word), tableWord(m, table, word + 1), level);
    for (let n = 0; n < span; n++) {
      const found = leaf(m, cells, d, table, word, prefix * span + n, first + n, flags, executable);
      if (found !== null) return found;
    }
    return null;
  };

  const leaf = (m: Machine, cells: Cells, d: number, table: number, word: number, page: number, to: number, flags: number, executable: boolean): Malformed | null => {
    const low = tableWord(m, table, word), high = tableWord(m, table, word + 1);
    if (page >= pages) return wrong(table, word, `page ${page} of slot ${d} is mapped, which is outside the bounds`);
    const combined = flags & low;
    if ((combined & US) === 0) return wrong(table, word, `page ${page} of slot ${d} is mapped for the monitor`);
    const frame = toAbstract(tables, to);
    if (frame < 0) return wrong(table, word, `page ${page} of slot ${d} leads to frame ${to}, where there is no memory`);
    const cell = (spaceOf[d] ?? 0) + 2 * page;
    cells[cell] = frame + 1;
    cells[cell + 1] = r | ((combined & RW) === 0 ? 0 : w) | (executable && (high & NX) === 0 ? x : 0);
    return null;
  };

  /** `flags` are those of RW and US that all entries so far have; `executable` says that none of them has NX. */
  const descend = (m: Machine, cells: Cells, d: number, table: number, level: number, prefix: number, flags: number, executable: boolean): Malformed | null => {
    const frame = toAbstract(tables, table);
    if (frame <= 0) return wrong(0, 0, `slot ${d} has frame ${table} as table of level ${level}, which is ${frame < 0 ? "no memory" : "the monitor's"}`);
    if (readWord(m.memory, tables.frameTable + frame * frameRow + 1) !== (tableTag | (level << 8))) {
      return wrong(table, 0, `frame ${table} is linked as table of level ${level} of slot ${d}, and is none by the frame table`);
    }
    if (prefix >= prefixes) return wrong(table, 0, `slot ${d} has a table of level ${level} for prefix ${prefix}, which is outside the bounds`);
    cells[(tablesOf[d] ?? 0) + (level - 1) * prefixes + prefix] = frame + 1;
    const entries = entriesPerTable(m.geometry), used = level === levels ? entries / 2 : entries;
    for (let i = 0; i < used; i++) {
      const low = tableWord(m, table, 2 * i), high = tableWord(m, table, 2 * i + 1);
      if ((low & P) === 0) continue;
      if (hasReservedBits(m.geometry, low, high & ~m.cBit, level)) return wrong(table, 2 * i, `entry ${i} of frame ${table} has reserved bits`);
      const below = prefix * entries + i;
      const found = isLeaf(low, level)
        ? leaves(m, cells, d, table, level, 2 * i, below, flags, executable)
        : descend(m, cells, d, entryFrame(low, high), level - 1, below, flags & low, executable && (high & NX) === 0);
      if (found !== null) return found;
    }
    return null;
  };

  return (m: Machine, cells: Cells): Malformed | null => {
    for (let d = 0; d < domains; d++) {
      const space = spaceOf[d] ?? 0, links = tablesOf[d] ?? 0;
      cells.fill(0, space, space + spaceSize);
      cells.fill(0, links, links + tablesSize);
      const root = readWord(m.memory, tables.domainTable + d * domainRow + 2);
      if (root === 0) continue;
      const found = descend(m, cells, d, root - 1, levels, 0, RW | US, true);
      if (found !== null) return found;
    }
    return null;
  };
};
