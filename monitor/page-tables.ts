/**
 * Page tables of domains: finding a table, filling and clearing one entry, and what a domain maps. Entries are written
 * with A and D set, so that hardware never writes a table; no entry is global, so that a PCID's flush reaches all of them.
 */
import {
  A, D, entriesPerTable, entryFrame, entryHigh, entryLow, frame, NX, P, PS, readEntryHigh, readEntryLow, RW, US, writeEntry, type Frame,
  type Machine, type Page,
} from "./hardware.ts";
import { EXECUTE, includes, READ, union, WRITE } from "./access.ts";
import { rootOf } from "./domains.ts";
import { countReferences, countUsed, levelOf, NO_LEVEL, owns } from "./frames.ts";
import { access, level, NONE, prefix, type Access, type Domain, type Level, type None, type Prefix } from "./identifiers.ts";
import { monitorDirectory, monitorFrames } from "./layout.ts";

const LEAF = level(1);

/** The table of `domain` at this level and prefix; NONE where a link is missing, a large page stands, or above the root. */
export function tableAt(m: Machine, domain: Domain, tableLevel: Level, p: Prefix): Frame | None {
  if (tableLevel > m.geometry.levels) return NONE;
  let table: Frame | None = rootOf(m, domain);
  for (let above = m.geometry.levels; above > tableLevel && table !== NONE; above--) {
    table = linkIn(m, table, slotOf(m, prefix(p >>> (m.geometry.indexBits * (above - 1 - tableLevel)))));
  }
  return table;
}

/** The table whose entry links the table of this level and prefix. */
export const tableAbove = (m: Machine, domain: Domain, tableLevel: Level, p: Prefix): Frame | None =>
  tableAt(m, domain, level(tableLevel + 1), prefix(p >>> m.geometry.indexBits));

/** The table whose entry maps the page. */
export const tableFor = (m: Machine, domain: Domain, page: Page): Frame | None =>
  tableAt(m, domain, LEAF, prefix(page >>> m.geometry.indexBits));

/** The entry of a page in its leaf table, or of a table's prefix in the table above. */
export const slotOf = (m: Machine, number: Page | Prefix): number => number & (entriesPerTable(m.geometry) - 1);

/** Whether the entry is not in use; entries that are not in use are all zero. The bit is the same in IO page tables. */
export const isVacant = (m: Machine, table: Frame, slot: number): boolean => (readEntryLow(m, table, slot) & P) === 0;

/** Maps a frame: user, not global, writable and executable as `rights` say. */
export function fillLeaf(m: Machine, table: Frame, slot: number, f: Frame, rights: Access): void {
  const writable = includes(rights, WRITE) ? RW : 0;
  countUsed(m, table, 1);
  writeEntry(m, table, slot, entryLow(f, P | US | A | D | writable), entryHigh(f, !includes(rights, EXECUTE)));
}

/** Links a table; the leaf alone decides the rights. */
export function fillLink(m: Machine, table: Frame, slot: number, child: Frame): void {
  countUsed(m, table, 1);
  writeEntry(m, table, slot, entryLow(child, P | RW | US | A), entryHigh(child, false));
}

/** Makes the entry absent in one atomic step. TLBs and walk caches keep it until they are shot down. */
export function clear(m: Machine, table: Frame, slot: number): void {
  writeEntry(m, table, slot, 0, 0);
  countUsed(m, table, -1);
}

/** The frame that a used entry maps or links. */
export const frameIn = (m: Machine, table: Frame, slot: number): Frame =>
  entryFrame(readEntryLow(m, table, slot), readEntryHigh(m, table, slot));

/** Gives a fresh root the half that all roots share: supervisor only, so that no ring 3 walk gets through. */
export function plantMonitorHalf(m: Machine, root: Frame): void {
  const directory = monitorDirectory(m);
  writeEntry(m, root, userEntries(m, level(m.geometry.levels)), entryLow(directory, P | RW | A), entryHigh(directory, false));
}

/** All rights with which pages of `domain` map the frame, but for the entry at (exceptTable, exceptSlot). */
export function aliasRights(m: Machine, domain: Domain, f: Frame, exceptTable: Frame | None, exceptSlot: number): Access {
  const entries = entriesPerTable(m.geometry);
  let rights = access(0);
  for (let n = monitorFrames(m); n < m.frames; n++) {
    const table = frame(n);
    if (!isLeafTableOf(m, domain, table)) continue;
    for (let slot = 0; slot < entries; slot++) {
      if (table === exceptTable && slot === exceptSlot) continue;
      if (maps(m, table, slot, f)) rights = union(rights, rightsIn(m, table, slot));
    }
  }
  return rights;
}

/**
 * Clears every entry of `domain` that maps the frame, or, for NONE, all user entries of all its tables. References fall at once: what is
 * cleared for one frame still rests on a grant, and what is cleared of a whole space, no vCPU can walk any more.
 */
export function clearMappings(m: Machine, domain: Domain, f: Frame | None): void {
  for (let n = monitorFrames(m); n < m.frames; n++) {
    const table = frame(n);
    const tableLevel = levelOf(m, table);
    if (tableLevel === NO_LEVEL || !owns(m, domain, table)) continue;
    const entries = userEntries(m, tableLevel);
    for (let slot = 0; slot < entries; slot++) {
      if (f === NONE ? isVacant(m, table, slot) : !maps(m, table, slot, f)) continue;
      if (tableLevel === LEAF) countReferences(m, frameIn(m, table, slot), -1);
      clear(m, table, slot);
    }
  }
}

/** Entries of a table that belong to the domain: the upper half of a root is the monitor's. */
const userEntries = (m: Machine, tableLevel: Level): number =>
  tableLevel === m.geometry.levels ? entriesPerTable(m.geometry) >>> 1 : entriesPerTable(m.geometry);

function linkIn(m: Machine, table: Frame, slot: number): Frame | None {
  const low = readEntryLow(m, table, slot);
  return (low & P) === 0 || (low & PS) !== 0 ? NONE : entryFrame(low, readEntryHigh(m, table, slot));
}

const isLeafTableOf = (m: Machine, domain: Domain, table: Frame): boolean => levelOf(m, table) === LEAF && owns(m, domain, table);

/** Whether the entry, of a page table or of an IO page table, is in use and leads to the frame. */
export const maps = (m: Machine, table: Frame, slot: number, f: Frame): boolean => !isVacant(m, table, slot) && frameIn(m, table, slot) === f;

function rightsIn(m: Machine, table: Frame, slot: number): Access {
  const writable = (readEntryLow(m, table, slot) & RW) === 0 ? READ : union(READ, WRITE);
  return (readEntryHigh(m, table, slot) & NX) === 0 ? union(writable, EXECUTE) : writable;
}
