/** What a domain reaches: by the entries of its page tables, large pages included, and by those of its devices' IO page tables. */
import {
  countReferences, device, deviceOf, entriesPerTable, EXECUTE, frame, ioTable, IW, levelOf, NO_LEVEL, NONE, NOTHING, NX, ownerOf,
  pagesPerEntry, READ, RW, union, WRITE, type Access, type Domain, type Entry, type Frame, type Machine, type None,
} from "./foundation.ts";
import { driverOf } from "./devices.ts";
import { clear, entryIn, frameIn, highOf, isLink, isVacant, LEAF, lowOf, tableOf, userEntries } from "./tables.ts";

/** All rights with which pages and devices of the domain reach the frame, but for the entry `except`. */
export function aliasRights(m: Machine, d: Domain, f: Frame, except: Entry | None): Access {
  const entries = entriesPerTable(m.geometry);
  let rights = NOTHING;
  for (let n: number = ioTable(m, device(0)); n < m.frames; n++) {
    if (userOf(m, frame(n)) !== d) continue;
    for (let index = 0; index < entries; index++) {
      const e = entryIn(m, frame(n), index);
      if (e !== except && maps(m, e, f)) rights = union(rights, rightsIn(m, e));
    }
  }
  return rights;
}

/** Clears every entry by which the domain reaches the frame, or, for NONE, anything. Caches keep them until they are shot down and drained. */
export function clearMappings(m: Machine, d: Domain, f: Frame | None): void {
  for (let n: number = ioTable(m, device(0)); n < m.frames; n++) if (userOf(m, frame(n)) === d) clearTable(m, frame(n), f);
}

/**
 * Clears every entry of the table that maps the frame, or, for NONE, all that are not the monitor's. References fall at once, before the
 * caches are clean: no call that would ask for them runs before the one that clears has shot them down, drained them and ended.
 */
export function clearTable(m: Machine, table: Frame, f: Frame | None): void {
  const entries = userEntries(m, table);
  for (let index = 0; index < entries; index++) {
    const e = entryIn(m, table, index);
    if (f === NONE ? isVacant(m, e) : !maps(m, e, f)) continue;
    countMapped(m, e, -1);
    clear(m, e);
  }
}

/** Counts one reference, up or down, to each frame that the entry maps. */
export function countMapped(m: Machine, e: Entry, change: number): void {
  const first = frameIn(m, e);
  const end = first + spanOf(m, e);
  for (let n: number = first; n < end; n++) countReferences(m, frame(n), change);
}

/** How many frames the entry maps: many for a large page, none where it links a table or is not in use. */
const spanOf = (m: Machine, e: Entry): number =>
  isVacant(m, e) || isLink(m, e) ? 0 : pagesPerEntry(m.geometry, Math.max(LEAF, levelOf(m, tableOf(m, e))));

const maps = (m: Machine, e: Entry, f: Frame): boolean => f >= frameIn(m, e) && f < frameIn(m, e) + spanOf(m, e);

/** The domain that uses what the entries of a table lead to: the owner of a page table, the driver of a device; NONE for other frames. */
function userOf(m: Machine, table: Frame): Domain | None {
  if (levelOf(m, table) !== NO_LEVEL) return ownerOf(m, table);
  const x = deviceOf(m, table);
  return x === NONE ? NONE : driverOf(m, x);
}

function rightsIn(m: Machine, e: Entry): Access {
  const isIo = levelOf(m, tableOf(m, e)) === NO_LEVEL;
  const isWritable = isIo ? (highOf(m, e) & IW) !== 0 : (lowOf(m, e) & RW) !== 0;
  const rights = isWritable ? union(READ, WRITE) : READ;
  return isIo || (highOf(m, e) & NX) !== 0 ? rights : union(rights, EXECUTE);
}
