import { deviceEntryFrame, deviceEntryHighWord, deviceEntryIndex, deviceEntryLowWord, hasDeviceTable } from "./device-table.ts";
import { sortEntries, storeEntries } from "./entry-set.ts";
import { entriesPerTable } from "./geometry.ts";
import type { Device, Frame } from "./identifiers.ts";
import { device, frame } from "./identifiers.ts";
import { deviceEntryRights, ioEntryFrame, ioEntryRights } from "./io-entry.ts";
import { CONDEMNED, cachedTag, isTranslation, rightsOf } from "./iotlb-entry.ts";
import { readWord, writeWord } from "./memory.ts";
import { tableWord } from "./paging.ts";
import type { Machine } from "./state.ts";
import { IO_COUNT, IO_HEADER_WORDS, TLB_ENTRY_WORDS, deviceStart } from "./state.ts";

/*
 * The IOTLB and device-table-entry cache of the worst IOMMU that the specification allows, per device: it holds what any DMA could have cached, at once, as the saturating TLB
 * does for a vCPU (tlb-saturating.ts). The set is *closed*: the device-table entry as it is now, and every page of the IO page table of every
 * device-table entry in the set, are in it.
 *
 * Invalidation commands are queued, and nothing is promised of them before a later COMPLETION_WAIT completes (48882, 2.4 and 2.4.1). So a command drops nothing; it *condemns* what is cached now. An entry that the tables still give, then or at any time until the wait, is cached again after the command may have
 * been executed, and is pardoned. The wait drops what is condemned still. This covers every moment and, between two waits, every order in which commands may
 * be executed: a translation that is found through a condemned device-table entry is pardoned too.
 */

/** What a step does to the set before it is closed again. */
export type IoStep = "nothing" | "condemn-device-entry" | "condemn-pages" | "drain";

/** Returns the tag with which an entry goes on after `step`, or -1 where it goes. */
function after(step: IoStep, tag: number): number {
  switch (step) {
    case "nothing":
      return tag;
    case "condemn-device-entry":
      return isTranslation(tag) ? tag : tag | CONDEMNED;
    case "condemn-pages":
      return isTranslation(tag) ? (tag | CONDEMNED) >>> 0 : tag;
    case "drain":
      return (tag & CONDEMNED) === 0 ? tag : -1;
  }
}

/** Puts an entry into the `used` words of the workspace, or pardons it if it is there; returns the words used then. */
function addOrPardon(m: Machine, x: Device, tag: number, low: number, to: Frame, used: number): number {
  const space = m.workspace;
  let at = 0;
  while (at < used && !((space[at] ?? 0) >>> 1 === tag >>> 1 && space[at + 1] === low && space[at + 2] === to)) at += TLB_ENTRY_WORDS;
  if (at === space.length) throw new RangeError(`the saturating IOTLB of device ${x} needs more than its capacity of ${m.tlbCapacity} entries: raise tlbCapacity`);
  space[at] = tag;
  space[at + 1] = low;
  space[at + 2] = to;
  return Math.max(used, at + TLB_ENTRY_WORDS);
}

/** Adds what DMA reaches by the device-table entry as it is now and by every one cached; returns the words used then. */
function close(m: Machine, x: Device, kept: number): number {
  const space = m.workspace;
  const entries = entriesPerTable(m.geometry);
  const deviceLow = deviceEntryLowWord(m, x);
  const deviceHigh = deviceEntryHighWord(m, x);
  const deviceRights = deviceEntryRights(deviceLow, deviceHigh);
  let end = deviceRights === 0 ? kept : addOrPardon(m, x, cachedTag(false, deviceRights), 0, ioEntryFrame(deviceLow, deviceHigh), kept);
  for (let at = 0; at < end; at += TLB_ENTRY_WORDS) {
    const tag = space[at] ?? 0;
    if (isTranslation(tag)) continue;
    const root = frame(space[at + 2] ?? 0);
    for (let index = 0; index < entries; index++) {
      const low = tableWord(m, root, 2 * index);
      const high = tableWord(m, root, 2 * index + 1);
      const rights = rightsOf(tag) & ioEntryRights(low, high);
      if (rights !== 0) end = addOrPardon(m, x, cachedTag(true, rights), index, ioEntryFrame(low, high), end);
    }
  }
  return end;
}

/** Does `step` to the set of `x` and closes it again. Throws RangeError where it outgrows the capacity: the step is then half done, and only `undo` or `restore` mends the machine. */
export function saturateIo(m: Machine, x: Device, step: IoStep): void {
  const start = deviceStart(m, x);
  const space = m.workspace;
  const first = start + IO_HEADER_WORDS;
  const held = readWord(m.memory, start + IO_COUNT) * TLB_ENTRY_WORDS;
  let kept = 0;
  for (let word = first; word < first + held; word += TLB_ENTRY_WORDS) {
    const tag = after(step, readWord(m.memory, word));
    if (tag < 0) continue;
    space[kept] = tag;
    space[kept + 1] = readWord(m.memory, word + 1);
    space[kept + 2] = readWord(m.memory, word + 2);
    kept += TLB_ENTRY_WORDS;
  }
  const end = close(m, x, kept);
  // Pardons and condemnations change the order anywhere, so nothing counts as sorted.
  sortEntries(space, 0, end);
  storeEntries(m, first, held, end);
  writeWord(m.memory, start + IO_COUNT, end / TLB_ENTRY_WORDS);
}

/** Tells whether entry `index` of the frame `at` is one that DMA of `x` may read: its device-table entry, or one of an IO page table that a cached device-table entry names. */
function reads(m: Machine, x: Device, at: Frame, index: number): boolean {
  if (deviceEntryFrame(m, x) === at && deviceEntryIndex(m, x) === index) return true;
  const first = deviceStart(m, x) + IO_HEADER_WORDS;
  const end = first + readWord(m.memory, deviceStart(m, x) + IO_COUNT) * TLB_ENTRY_WORDS;
  for (let word = first; word < end; word += TLB_ENTRY_WORDS) {
    if (isTranslation(readWord(m.memory, word))) return false;
    if (readWord(m.memory, word + 2) === at) return true;
  }
  return false;
}

/** Closes again the set of every device that a write to entry `index` of the frame `at` may have opened. */
export function saturateIoAfterWrite(m: Machine, at: Frame, index: number): void {
  if (!hasDeviceTable(m)) return;
  for (let n = 0; n < m.devices; n++) {
    if (reads(m, device(n), at, index)) saturateIo(m, device(n), "nothing");
  }
}
