import { entryFrame, entryHigh, entryLow } from "./entry.ts";
import type { Frame } from "./identifiers.ts";

/*
 * Entries of the IOMMU's tables as two 32-bit words (AMD I/O Virtualization Technology Specification, 48882, 2.2.2.1 and 2.2.3).
 *
 * A device-table entry has 256 bits; the model keeps its first quadword, which decides translation, at the device's number in an array of quadwords: V (bit 0), TV (bit 1),
 * Mode (bits 9 to 11), the root of the IO page table (bits 12 to 51), IR and IW (bits 61 and 62). The rest is fixed: the DomainID is the device's number, interrupts
 * and guest tables are off. An IO page-table entry is bit for bit: PR (bit 0), next level (bits 9 to 11), address (bits 12 to 51), IR, IW.
 *
 * One deviation: with V clear the IOMMU would pass a device's addresses on untranslated. Whoever owns the IOMMU below the monitor is taken to have set V and TV for
 * every device, as an operating system does to block DMA at boot; so here whatever is not an entry with V, TV and mode 1 blocks the device.
 */

/** Low word of a device-table entry: valid. */
export const V = 0x001;
/** Low word of a device-table entry: translation information valid. */
export const TV = 0x002;
/** Low word of an IO page-table entry: present. */
export const PR = 0x001;
/** High word of either: DMA reads allowed (bit 61). */
export const IR = 0x20000000;
/** High word of either: DMA writes allowed (bit 62). */
export const IW = 0x40000000;

/** Rights of a DMA as a mask. */
export const IO_READ = 1;
export const IO_WRITE = 2;

const LEVEL = 0xe00;
const MODE_1 = 0x200;
const BEYOND_MAXPHYADDR = 0x000fff00;

/** Returns the low word of a device-table entry for an IO page table of one level. */
export function deviceEntryLow(root: Frame): number {
  return entryLow(root, V | TV | MODE_1);
}

/** Returns the low word of an IO page-table entry that maps `to`. */
export function ioEntryLow(to: Frame): number {
  return entryLow(to, PR);
}

/** Returns the high word of either kind of entry for `to`, with the rights given. */
export function ioEntryHigh(to: Frame, read: boolean, write: boolean): number {
  return (entryHigh(to, false) | (read ? IR : 0) | (write ? IW : 0)) >>> 0;
}

/** Returns the rights that a device-table entry leaves its device; 0 where it blocks it: no valid translation of one level, or reserved address bits (48882, 2.2.2.1). */
export function deviceEntryRights(low: number, high: number): number {
  return (low & (LEVEL | V | TV)) === (MODE_1 | V | TV) && (high & BEYOND_MAXPHYADDR) === 0 ? rightsIn(high) : 0;
}

/** Returns the rights that an IO page-table entry gives; 0 where it maps nothing: not present, a next level below the last, or reserved address bits (48882, 2.2.3). */
export function ioEntryRights(low: number, high: number): number {
  return (low & (LEVEL | PR)) === PR && (high & BEYOND_MAXPHYADDR) === 0 ? rightsIn(high) : 0;
}

/** Returns the frame number in either kind of entry. */
export function ioEntryFrame(low: number, high: number): Frame {
  return entryFrame(low, high);
}

function rightsIn(high: number): number {
  return (high >>> 29) & (IO_READ | IO_WRITE);
}
