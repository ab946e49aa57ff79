import type { Device, Frame, IoPage } from "./identifiers.ts";
import { device, frame, ioPage } from "./identifiers.ts";
import { IO_READ, IO_WRITE } from "./io-entry.ts";
import { isTranslation, rightsOf, serves } from "./iotlb-entry.ts";
import { DEVICE_ENTRY_COMMAND, PAGES_COMMAND, drainIoExplicit, queueIoExplicit } from "./iotlb-explicit.ts";
import { saturateIo, saturateIoAfterWrite } from "./iotlb-saturating.ts";
import { readWord } from "./memory.ts";
import type { Machine } from "./state.ts";
import { IO_COUNT, IO_DEVICE_ENTRIES, IO_HEADER_WORDS, TLB_ENTRY_WORDS, deviceStart } from "./state.ts";

/* The IOMMU's caches in the machine's TLB mode: one interface, two modes. */

/** Queues an invalidation of the cached device-table entry of `x`, or of its cached pages. */
export function queueInvalidation(m: Machine, x: Device, of: "device-entry" | "pages"): void {
  switch (m.tlbMode) {
    case "explicit":
      return queueIoExplicit(m, x, of === "pages" ? PAGES_COMMAND : DEVICE_ENTRY_COMMAND);
    case "saturating":
      return saturateIo(m, x, of === "pages" ? "condemn-pages" : "condemn-device-entry");
  }
}

/** Completes every queued invalidation, of all devices. */
export function drainInvalidations(m: Machine): void {
  for (let n = 0; n < m.devices; n++) {
    if (m.tlbMode === "explicit") drainIoExplicit(m, device(n));
    else saturateIo(m, device(n), "drain");
  }
}

/** The caches' part of a new device table, or of a step after which tables may read differently (nested table, RMP). The explicit ones do not notice. */
export function ioTablesChanged(m: Machine): void {
  if (m.tlbMode === "explicit") return;
  for (let n = 0; n < m.devices; n++) saturateIo(m, device(n), "nothing");
}

/** The caches' part of a write to entry `index` of the frame `at`, whatever it holds. The explicit ones do not notice: that is what invalidations are for. */
export function ioTableWritten(m: Machine, at: Frame, index: number): void {
  if (m.tlbMode === "saturating") saturateIoAfterWrite(m, at, index);
}

/** Returns in no order, possibly twice, the frames that cached translations of `x` give a DMA at `at` with `right`. */
export function cachedFrames(m: Machine, x: Device, at: IoPage, right: number): Frame[] {
  const frames: Frame[] = [];
  const first = deviceStart(m, x) + IO_HEADER_WORDS;
  const end = first + readWord(m.memory, deviceStart(m, x) + IO_COUNT) * TLB_ENTRY_WORDS;
  for (let word = first; word < end; word += TLB_ENTRY_WORDS) {
    if (serves(readWord(m.memory, word), readWord(m.memory, word + 1), at, right)) frames.push(frame(readWord(m.memory, word + 2)));
  }
  return frames;
}

/** Visits every cached translation of `x`, those included whose invalidation is under way. Allocates nothing. (48882, 2.4.3: what INVALIDATE_IOMMU_PAGES is for.) */
export function forEachIoCached(m: Machine, x: Device, visit: (at: IoPage, to: Frame, read: boolean, write: boolean) => void): void {
  const first = deviceStart(m, x) + IO_HEADER_WORDS;
  const end = first + readWord(m.memory, deviceStart(m, x) + IO_COUNT) * TLB_ENTRY_WORDS;
  for (let word = first; word < end; word += TLB_ENTRY_WORDS) {
    const tag = readWord(m.memory, word);
    if (!isTranslation(tag)) continue;
    const rights = rightsOf(tag);
    visit(ioPage(readWord(m.memory, word + 1)), frame(readWord(m.memory, word + 2)), (rights & IO_READ) !== 0, (rights & IO_WRITE) !== 0);
  }
}

/** Visits every cached device-table entry of `x`: the root of its IO page table and the rights. Allocates nothing. (48882, 2.4.2.) */
export function forEachIoRoot(m: Machine, x: Device, visit: (root: Frame, read: boolean, write: boolean) => void): void {
  const saturating = m.tlbMode === "saturating";
  const first = deviceStart(m, x) + IO_HEADER_WORDS + (saturating ? 0 : m.tlbCapacity * TLB_ENTRY_WORDS);
  const end = first + readWord(m.memory, deviceStart(m, x) + (saturating ? IO_COUNT : IO_DEVICE_ENTRIES)) * TLB_ENTRY_WORDS;
  for (let word = first; word < end; word += TLB_ENTRY_WORDS) {
    const tag = readWord(m.memory, word);
    if (isTranslation(tag)) return;
    visit(frame(readWord(m.memory, word + 2)), (rightsOf(tag) & IO_READ) !== 0, (rightsOf(tag) & IO_WRITE) !== 0);
  }
}
