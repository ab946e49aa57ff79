import type { IoPage } from "./identifiers.ts";
import { IO_READ, IO_WRITE } from "./io-entry.ts";

/*
 * One cached entry of the IOMMU for one device, as three words:
 *   tag    bit 31 translation (not device-table entry), 2..1 rights, 0 condemned
 *   page   a translation: the IO page; a device-table entry: 0
 *   frame  a translation: the frame; a device-table entry: the root of the IO page table
 * The rights of a translation are those that table and device-table entry have in common (48882, 2.2.3). *Condemned*: an invalidation is under way that may drop the entry
 * at any moment, and has dropped it once a COMPLETION_WAIT has returned.
 */

export const TRANSLATION = 0x80000000;
export const CONDEMNED = 1;

/** Returns the tag of a translation, or of a device-table entry. */
export function cachedTag(translation: boolean, rights: number): number {
  return ((translation ? TRANSLATION : 0) | (rights << 1)) >>> 0;
}

/** Tells a translation from a device-table entry. */
export function isTranslation(tag: number): boolean {
  return (tag & TRANSLATION) !== 0;
}

export function rightsOf(tag: number): number {
  return (tag >>> 1) & (IO_READ | IO_WRITE);
}

/** Tells whether a cached entry translates `at` with `right` (IO_READ or IO_WRITE). */
export function serves(tag: number, low: number, at: IoPage, right: number): boolean {
  return isTranslation(tag) && low === at && (rightsOf(tag) & right) !== 0;
}
