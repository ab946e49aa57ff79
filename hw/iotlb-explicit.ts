import { deviceEntryHighWord, deviceEntryLowWord } from "./device-table.ts";
import { entriesPerTable } from "./geometry.ts";
import type { Device, Frame, IoPage } from "./identifiers.ts";
import { frame } from "./identifiers.ts";
import { deviceEntryRights, ioEntryFrame, ioEntryRights } from "./io-entry.ts";
import { cachedTag, rightsOf, serves } from "./iotlb-entry.ts";
import { readWord, writeWord } from "./memory.ts";
import { tableWord } from "./paging.ts";
import type { Machine } from "./state.ts";
import { IO_COUNT, IO_DEVICE_ENTRIES, IO_HEADER_WORDS, IO_PENDING, TLB_ENTRY_WORDS, deviceStart } from "./state.ts";

/*
 * A finite IOTLB per device, most recently used entry first, and one device-table entry, both filled by real DMA only. Of the moments at which an invalidation may take
 * effect this IOMMU takes the last: the COMPLETION_WAIT (48882, 2.4.1). One of those that the specification allows; the saturating one holds all that any of them holds.
 */

/** Why a DMA is refused: the device-table entry blocks the device, the page is not mapped, or not for this direction (48882, 2.5.1 and 2.5.3: the events that are logged). */
export type IoFault = "device-table-entry" | "not-present" | "protection";

/** Commands under way, as bits of the pending word. */
export const DEVICE_ENTRY_COMMAND = 1;
export const PAGES_COMMAND = 2;

function setEntry(m: Machine, word: number, tag: number, low: number, to: number): void {
  writeWord(m.memory, word, tag);
  writeWord(m.memory, word + 1, low);
  writeWord(m.memory, word + 2, to);
}

/** Moves the entries before slot `slot` back by one and puts an entry in front. */
function putInFront(m: Machine, x: Device, slot: number, tag: number, low: number, to: number): void {
  const first = deviceStart(m, x) + IO_HEADER_WORDS;
  for (let word = first + slot * TLB_ENTRY_WORDS + 2; word >= first + TLB_ENTRY_WORDS; word--) {
    writeWord(m.memory, word, readWord(m.memory, word - TLB_ENTRY_WORDS));
  }
  setEntry(m, first, tag, low, to);
}

/** Returns the slot of a cached translation of `at` with `right`, or -1. */
function lookup(m: Machine, x: Device, at: IoPage, right: number): number {
  const first = deviceStart(m, x) + IO_HEADER_WORDS;
  const held = readWord(m.memory, deviceStart(m, x) + IO_COUNT);
  for (let slot = 0; slot < held; slot++) {
    const word = first + slot * TLB_ENTRY_WORDS;
    if (serves(readWord(m.memory, word), readWord(m.memory, word + 1), at, right)) return slot;
  }
  return -1;
}

function deviceEntrySlot(m: Machine, x: Device): number {
  return deviceStart(m, x) + IO_HEADER_WORDS + m.tlbCapacity * TLB_ENTRY_WORDS;
}

/** The device-table entry that the next DMA of a device uses: the cached one, else the one in memory. */
interface Context {
  readonly rights: number;
  readonly root: Frame;
}

function context(m: Machine, x: Device): Context {
  if (readWord(m.memory, deviceStart(m, x) + IO_DEVICE_ENTRIES) > 0) {
    const slot = deviceEntrySlot(m, x);
    return { rights: rightsOf(readWord(m.memory, slot)), root: frame(readWord(m.memory, slot + 2)) };
  }
  const low = deviceEntryLowWord(m, x);
  const high = deviceEntryHighWord(m, x);
  return { rights: deviceEntryRights(low, high), root: ioEntryFrame(low, high) };
}

/** Returns the frame that a walk gives a DMA of `x`, or why it gives none; with `fill` what it used is cached. */
function walkIo(m: Machine, x: Device, at: IoPage, right: number, fill: boolean): Frame | IoFault {
  const { rights, root } = context(m, x);
  if (rights === 0) return "device-table-entry";
  const start = deviceStart(m, x);
  if (fill) {
    setEntry(m, deviceEntrySlot(m, x), cachedTag(false, rights), 0, root);
    writeWord(m.memory, start + IO_DEVICE_ENTRIES, 1);
  }
  const inTable = at < entriesPerTable(m.geometry);
  const low = inTable ? tableWord(m, root, 2 * at) : 0;
  const high = inTable ? tableWord(m, root, 2 * at + 1) : 0;
  const combined = ioEntryRights(low, high);
  if (combined === 0) return "not-present";
  if ((combined & rights & right) === 0) return "protection";
  const to = ioEntryFrame(low, high);
  if (fill) {
    const held = readWord(m.memory, start + IO_COUNT);
    putInFront(m, x, Math.min(held, m.tlbCapacity - 1), cachedTag(true, combined & rights), at, to);
    writeWord(m.memory, start + IO_COUNT, Math.min(held + 1, m.tlbCapacity));
  }
  return to;
}

/** Returns the frame that a DMA of `x` reaches, or why it reaches none. A cached translation with the right is used as it is, stale or not; else the tables are walked, from the cached device-table entry if there is one. */
export function translateIoExplicit(m: Machine, x: Device, at: IoPage, right: number): Frame | IoFault {
  const slot = lookup(m, x, at, right);
  if (slot < 0) return walkIo(m, x, at, right, true);
  const word = deviceStart(m, x) + IO_HEADER_WORDS + slot * TLB_ENTRY_WORDS;
  const tag = readWord(m.memory, word);
  const to = frame(readWord(m.memory, word + 2));
  if (slot > 0) putInFront(m, x, slot, tag, at, to);
  return to;
}

/** Returns the frame of a DMA that is not in the IOTLB, without a change to the caches, or why there is none. */
export function walkIoExplicit(m: Machine, x: Device, at: IoPage, right: number): Frame | IoFault {
  return walkIo(m, x, at, right, false);
}

/** Queues a command for `x`. */
export function queueIoExplicit(m: Machine, x: Device, command: number): void {
  const word = deviceStart(m, x) + IO_PENDING;
  writeWord(m.memory, word, readWord(m.memory, word) | command);
}

/** Executes the queued commands of `x`. */
export function drainIoExplicit(m: Machine, x: Device): void {
  const start = deviceStart(m, x);
  const pending = readWord(m.memory, start + IO_PENDING);
  writeWord(m.memory, start + IO_PENDING, 0);
  if ((pending & DEVICE_ENTRY_COMMAND) !== 0) {
    setEntry(m, deviceEntrySlot(m, x), 0, 0, 0);
    writeWord(m.memory, start + IO_DEVICE_ENTRIES, 0);
  }
  if ((pending & PAGES_COMMAND) !== 0) {
    const first = start + IO_HEADER_WORDS;
    for (let word = first; word < first + m.tlbCapacity * TLB_ENTRY_WORDS; word++) writeWord(m.memory, word, 0);
    writeWord(m.memory, start + IO_COUNT, 0);
  }
}
