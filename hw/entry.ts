import type { Geometry } from "./geometry.ts";
import type { Frame } from "./identifiers.ts";
import { frame } from "./identifiers.ts";

/*
 * A paging-structure entry as two 32-bit words, bit for bit (SDM vol. 3, 4.5.4, tables 4-15 to 4-20; AMD64 APM vol. 2, 5.3 and 5.4).
 * The frame number begins at bit 12 at every geometry, also where a frame is smaller than 4 KByte: the entry format does not scale, only the tables do.
 */

/** Low word: present. */
export const P = 0x001;
/** Low word: writable. */
export const RW = 0x002;
/** Low word: user-mode accesses allowed. */
export const US = 0x004;
/** Low word: page-level write-through; a memory type, without effect on translation. */
export const PWT = 0x008;
/** Low word: page-level cache disable; a memory type, without effect on translation. */
export const PCD = 0x010;
/** Low word: accessed. */
export const A = 0x020;
/** Low word: dirty; ignored in an entry that points to a table. */
export const D = 0x040;
/** Low word: large page at levels 2 and 3, reserved at level 4, PAT at level 1. */
export const PS = 0x080;
/** Low word: global; ignored in an entry that points to a table. */
export const G = 0x100;
/** High word: no execute (bit 63). */
export const NX = 0x80000000;
/** High word: the encryption bit of SEV (bit 51), reserved on a platform without it. */
export const C_BIT = 0x00080000;

/** Physical-address width in bits. Address bits from here to 51 are reserved (SDM vol. 3, 4.1.4). */
const MAXPHYADDR = 40;

const FRAME_IN_HIGH = (1 << (MAXPHYADDR - 32)) - 1;
const BEYOND_MAXPHYADDR = 0x000fffff & ~FRAME_IN_HIGH;

/** Every field of an entry. `encodeEntry` is its inverse; `large` and `reservedViolation` follow from the others. */
export interface Entry {
  readonly present: boolean;
  readonly writable: boolean;
  readonly user: boolean;
  readonly writeThrough: boolean;
  readonly cacheDisable: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
  /** Bit 7: page size, or PAT at level 1. */
  readonly pageSize: boolean;
  readonly global: boolean;
  /** Bits 9 to 11, ignored by hardware. */
  readonly available: number;
  /** Bits 12 to 39 as they stand; in a large page bit 12 is PAT and not part of the address. */
  readonly frame: Frame;
  /** Bits 40 to 51, beyond the physical-address width. */
  readonly beyondWidth: number;
  /** Bits 52 to 62, ignored by hardware (protection keys off). */
  readonly availableHigh: number;
  readonly noExecute: boolean;
  readonly large: boolean;
  readonly reservedViolation: boolean;
}

/** Returns the low word of an entry for `to` with `flags` in bits 0 to 11. */
export function entryLow(to: Frame, flags: number): number {
  return ((to << 12) | flags) >>> 0;
}

/** Returns the high word of an entry for `to`. */
export function entryHigh(to: Frame, nx: boolean): number {
  return ((to >>> 20) | (nx ? NX : 0)) >>> 0;
}

/** Returns the frame number in bits 12 to 39. */
export function entryFrame(low: number, high: number): Frame {
  return frame(((high & FRAME_IN_HIGH) << 20) | (low >>> 12));
}

/** Tells whether a present entry at `level` maps a page, not a table (SDM vol. 3, 4.5.4: PS in a PDE or PDPTE). */
export function isLeaf(low: number, level: number): boolean {
  return level === 1 || (low & PS) !== 0;
}

/** Returns the frame that a leaf entry at `level` maps its first page to. Below the page size the bits are reserved, or PAT (bit 12). */
export function leafFrame(g: Geometry, low: number, high: number, level: number): Frame {
  const offset = (1 << (g.indexBits * (level - 1))) - 1;
  return frame(entryFrame(low, high) & ~offset);
}

/**
 * Tells whether a present entry at `level` sets a reserved bit, which makes every walk through it fault: an address bit from MAXPHYADDR on, PS at level 4,
 * or in a large page an address bit below its size, bit 12 excepted, which is PAT there (SDM vol. 3, 4.7 and tables 4-15 to 4-18).
 */
export function hasReservedBits(g: Geometry, low: number, high: number, level: number): boolean {
  if ((high & BEYOND_MAXPHYADDR) !== 0) return true;
  if (level === 1 || (low & PS) === 0) return false;
  if (level === 4) return true;
  const offset = (1 << (g.indexBits * (level - 1))) - 1;
  return ((low >>> 12) & offset & ~1) !== 0;
}

/** Returns the fields of the entry (`low`, `high`) of a table at `level`. */
export function decodeEntry(low: number, high: number, level: number, g: Geometry): Entry {
  const present = (low & P) !== 0;
  const pageSize = (low & PS) !== 0;
  return {
    present,
    writable: (low & RW) !== 0,
    user: (low & US) !== 0,
    writeThrough: (low & PWT) !== 0,
    cacheDisable: (low & PCD) !== 0,
    accessed: (low & A) !== 0,
    dirty: (low & D) !== 0,
    pageSize,
    global: (low & G) !== 0,
    available: (low >>> 9) & 7,
    frame: entryFrame(low, high),
    beyondWidth: (high >>> 8) & 0xfff,
    availableHigh: (high >>> 20) & 0x7ff,
    noExecute: (high & NX) !== 0,
    large: present && pageSize && level > 1 && level < 4,
    reservedViolation: present && hasReservedBits(g, low, high, level),
  };
}

/** Returns the two words of an entry, the inverse of `decodeEntry` on all 2^64 of them. */
export function encodeEntry(entry: Omit<Entry, "large" | "reservedViolation">): { readonly low: number; readonly high: number } {
  const flags =
    (entry.present ? P : 0) |
    (entry.writable ? RW : 0) |
    (entry.user ? US : 0) |
    (entry.writeThrough ? PWT : 0) |
    (entry.cacheDisable ? PCD : 0) |
    (entry.accessed ? A : 0) |
    (entry.dirty ? D : 0) |
    (entry.pageSize ? PS : 0) |
    (entry.global ? G : 0) |
    (entry.available << 9);
  const high = entryHigh(entry.frame, entry.noExecute) | (entry.beyondWidth << 8) | (entry.availableHigh << 20);
  return { low: entryLow(entry.frame, flags), high: high >>> 0 };
}
