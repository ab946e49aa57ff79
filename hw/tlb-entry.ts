import type { Geometry } from "./geometry.ts";
import { pagesPerEntry, prefixAt } from "./geometry.ts";
import type { Page, Pcid } from "./identifiers.ts";
import { page, pcid } from "./identifiers.ts";

/*
 * One cached entry, of a TLB or of a paging-structure cache, as three words (what is cached and by what tag: SDM vol. 3, 4.10.2.2 and 4.10.3.1):
 *   tag    bit 31 translation (not paging-structure entry), 30..19 PCID, 18..16 level, 15 global, 14..12 rights, 11 dirty, 10 encrypted, 3..0 page bits 32..35
 *   page   a translation: first page, low 32 bits; a paging-structure entry: prefix of the table
 *   frame  a translation: frame of the first page; a paging-structure entry: frame of the table
 * The level of a translation is that of the entry that maps it, the level of a paging-structure entry that of the table it points to.
 * Compared as unsigned numbers, paging-structure entries sort before translations.
 */

export const TRANSLATION = 0x80000000;
export const DIRTY = 0x800;
/** The C-bit of the leaf: set on sev-snp only. */
export const ENCRYPTED = 0x400;
const GLOBAL = 0x8000;

/** Returns the tag of a paging-structure entry for a table at `level`. */
export function structureTag(tag: Pcid, level: number, rights: number): number {
  return ((tag << 19) | (level << 16) | (rights << 12)) >>> 0;
}

/** Returns the tag of a translation whose first page is `first`. */
export function translationTag(tag: Pcid, level: number, rights: number, global: boolean, first: number): number {
  return (TRANSLATION | (tag << 19) | (level << 16) | (global ? GLOBAL : 0) | (rights << 12) | Math.floor(first / 0x100000000)) >>> 0;
}

/** Tells a translation from a paging-structure entry. */
export function isTranslation(tag: number): boolean {
  return (tag & TRANSLATION) !== 0;
}

export function pcidOf(tag: number): Pcid {
  return pcid((tag >>> 19) & 0xfff);
}

export function levelOf(tag: number): number {
  return (tag >>> 16) & 7;
}

export function isGlobal(tag: number): boolean {
  return (tag & GLOBAL) !== 0;
}

export function rightsOf(tag: number): number {
  return (tag >>> 12) & 7;
}

export function isEncrypted(tag: number): boolean {
  return (tag & ENCRYPTED) !== 0;
}

/** Returns the first page of a translation. */
export function firstPage(tag: number, low: number): Page {
  return page((tag & 15) * 0x100000000 + low);
}

/** Tells whether an entry would be used to translate `at`. */
export function covers(g: Geometry, tag: number, low: number, at: Page): boolean {
  if (!isTranslation(tag)) return prefixAt(g, at, levelOf(tag)) === low;
  const offset = at - firstPage(tag, low);
  return offset >= 0 && offset < pagesPerEntry(g, levelOf(tag));
}

/** Tells whether a translation is usable for `at` under `current`: the PCID agrees, or it is global (SDM vol. 3, 4.10.2.4). */
export function translates(g: Geometry, tag: number, low: number, current: Pcid, at: Page): boolean {
  return isTranslation(tag) && (pcidOf(tag) === current || isGlobal(tag)) && covers(g, tag, low, at);
}
