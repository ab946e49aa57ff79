/**
 * The tables that hardware walks. Their entries go by one number each: those of page tables, of the devices' IO page tables, and of the device table.
 * Those of page tables are written with A and D set, so that hardware never writes a table; none is global, so that a PCID's flush reaches all of them.
 */
import {
  A, C_BIT, countUsed, D, entriesPerTable, entry, entryFrame, entryHigh, entryLow, EXECUTE, frame, includes, isKind, isSevSnp, KINDS, level,
  levelOf, monitorDirectory, NO_LEVEL, NONE, P, prefix, PS, readEntryHigh, readEntryLow, rootOf, RW, US, WRITE, writeEntry, type Access,
  type Domain, type Entry, type Frame, type Level, type Machine, type None, type Page, type Prefix,
} from "./foundation.ts";
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

/** The level of the tables that map pages one by one. */
export const LEAF = level(1);

/** The entry that links the table of this level and prefix; NONE for the root, and where a table above is missing or a large page stands. */
export function linkOf(m: Machine, domain: Domain, tableLevel: Level, p: Prefix): Entry | None {
  const { levels, indexBits } = m.geometry;
  let table = rootOf(m, domain);
  for (let above = levels - 1; above > tableLevel; above--) {
    const e = entryIn(m, table, indexAt(m, p >>> (indexBits * (above - tableLevel))));
    if (!isLink(m, e)) return NONE;
    table = frameIn(m, e);
  }
  return tableLevel < levels ? entryIn(m, table, indexAt(m, p)) : NONE;
}

/** The entry of a page; NONE where it has no leaf table. */
export const leafOf = (m: Machine, domain: Domain, page: Page): Entry | None => linkOf(m, domain, NO_LEVEL, prefix(page));

/** The entry of a page that is mapped; NONE where it is not, or by a large page. */
export function mappedAt(m: Machine, domain: Domain, page: Page): Entry | None {
  const e = leafOf(m, domain, page);
  return e === NONE || isVacant(m, e) ? NONE : e;
}

const indexAt = (m: Machine, path: number): number => path & (entriesPerTable(m.geometry) - 1);

/** Whether the entry links a table: in use, above the last level, and no large page. */
export const isLink = (m: Machine, e: Entry): boolean => (lowOf(m, e) & (P | PS)) === P && levelOf(m, tableOf(m, e)) > LEAF;

/** Maps a frame: user, not global, writable and executable as `rights` say; a large page from the frame on where the entry is no leaf's. */
export function fillLeaf(m: Machine, e: Entry, f: Frame, rights: Access): void {
  const writable = includes(rights, WRITE) ? RW : 0;
  const large = levelOf(m, tableOf(m, e)) === LEAF ? 0 : PS;
  countUsed(m, tableOf(m, e), 1);
  write(m, e, entryLow(f, P | US | A | D | writable | large), entryHigh(f, !includes(rights, EXECUTE)) | (isKind(m, f, KINDS.shared) ? 0 : privacy(m)));
}

/** Links a table; the leaf alone decides the rights. */
export function fillLink(m: Machine, e: Entry, child: Frame): void {
  countUsed(m, tableOf(m, e), 1);
  write(m, e, entryLow(child, P | RW | US | A), entryHigh(child, false) | privacy(m));
}

/** Makes the entry, of an IO page table too, absent in one atomic step. Caches keep it until they are shot down, or drained. */
export function clear(m: Machine, e: Entry): void {
  write(m, e, 0, 0);
  if (levelOf(m, tableOf(m, e)) !== NO_LEVEL) countUsed(m, tableOf(m, e), -1);
}

/** Gives a fresh root the half that all roots share: supervisor only, so that no ring 3 walk gets through. */
export function plantMonitorHalf(m: Machine, root: Frame): void {
  const directory = monitorDirectory(m);
  write(m, entryIn(m, root, userEntries(m, root)), entryLow(directory, P | RW | A), entryHigh(directory, false) | privacy(m));
}

/** Entries of a table that belong to the domain: the upper half of a root is the monitor's. */
export const userEntries = (m: Machine, table: Frame): number =>
  levelOf(m, table) === m.geometry.levels ? entriesPerTable(m.geometry) >>> 1 : entriesPerTable(m.geometry);
