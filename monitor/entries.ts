/** Entries of tables, by one number each: those of page tables, of the devices' IO page tables, and of the device table. */
import { C_BIT, entriesPerTable, entry, entryFrame, frame, isSevSnp, P, readEntryHigh, readEntryLow, writeEntry } from "./foundation.ts";
import type { Entry, Frame, Machine } from "./foundation.ts";

/** The entry at `index` of a table. */
export const entryIn = (m: Machine, table: Frame, index: number): Entry => entry(table * entriesPerTable(m.geometry) + index);

/** The table that the entry stands in. */
export const tableOf = (m: Machine, e: Entry): Frame => frame(Math.floor(e / entriesPerTable(m.geometry)));

const indexOf = (m: Machine, e: Entry): number => e % entriesPerTable(m.geometry);

export const lowOf = (m: Machine, e: Entry): number => readEntryLow(m, tableOf(m, e), indexOf(m, e));

export const highOf = (m: Machine, e: Entry): number => readEntryHigh(m, tableOf(m, e), indexOf(m, e));

/** Writes both words in one atomic step. */
export const write = (m: Machine, e: Entry, low: number, high: number): void => writeEntry(m, tableOf(m, e), indexOf(m, e), low, high);

/** What the high word of an entry says of a private frame, which the host cannot read; IO entries say nothing. */
export const privacy = (m: Machine): number => (isSevSnp(m) ? C_BIT : 0);

/** Whether the entry is not in use; entries that are not in use are all zero. The bit is the same in all three kinds of tables. */
export const isVacant = (m: Machine, e: Entry): boolean => (lowOf(m, e) & P) === 0;

/** The frame that a used entry maps or links; the first one of a large page. */
export const frameIn = (m: Machine, e: Entry): Frame => entryFrame(lowOf(m, e), highOf(m, e));
