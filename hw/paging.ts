import { G, NX, P, entryFrame, hasReservedBits, isLeaf, leafFrame } from "./entry.ts";
import { allPages, indexAt, pagesPerEntry } from "./geometry.ts";
import type { Frame, Page } from "./identifiers.ts";
import { frame } from "./identifiers.ts";
import { readWord } from "./memory.ts";
import type { NestedReason } from "./nested.ts";
import { nestedTableWord, nestedTranslate } from "./nested.ts";
import type { Machine } from "./state.ts";

/** Rights that the levels of a walk have in common, as a mask. CR0.WP, CR4.SMEP and EFER.NXE are set. */
export const WRITABLE = 1;
export const USER = 2;
export const EXECUTABLE = 4;
export const ALL_RIGHTS = 7;

export type FaultReason = "non-canonical" | "not-present" | "reserved" | NestedReason;

export interface Translation {
  readonly ok: true;
  /** The frame of exactly this page, also inside a large one. */
  readonly frame: Frame;
  /** The level of the entry that maps the page: above 1 for a large page. */
  readonly level: number;
  readonly writable: boolean;
  readonly user: boolean;
  readonly executable: boolean;
  readonly global: boolean;
  /** The C-bit of the leaf entry (APM vol. 2, 15.34.5): a private page. Always false on a plain machine. */
  readonly encrypted: boolean;
}

export interface WalkFault {
  readonly ok: false;
  readonly reason: FaultReason;
  /** The level of the entry that faults; the root's for a page outside the address space. */
  readonly level: number;
}

/** A walk's outcome in a reusable object. After a fault only `reason` and `level` count. */
export interface WalkResult {
  reason: FaultReason | "none";
  frame: Frame;
  level: number;
  rights: number;
  global: boolean;
  encrypted: boolean;
}

/** Returns an object for `walkInto` to fill. */
export function walkResult(): WalkResult {
  return { reason: "not-present", frame: frame(0), level: 0, rights: 0, global: false, encrypted: false };
}

/**
 * Returns a word of a table; all ones where no memory answers, as on a bus, so that an entry read there has reserved bits set. Where the host translates once more, tables are always
 * read as private pages (APM vol. 2, 15.34.5), and one that cannot be read gives 0, an absent entry.
 */
export function tableWord(m: Machine, table: Frame, word: number): number {
  if (table < m.directFrames) return readWord(m.memory, table * m.wordsPerFrame + word);
  return m.nestedBase === 0 ? 0xffffffff : nestedTableWord(m, table, word);
}

/** Tells why the entry (`low`, `high`) at `level` ends every walk, or "none" (SDM vol. 3, 4.7; APM vol. 2, 5.4: P is looked at first, reserved bits only in a present entry). */
export function entryFault(m: Machine, low: number, high: number, level: number): "none" | "not-present" | "reserved" {
  if ((low & P) === 0) return "not-present";
  return hasReservedBits(m.geometry, low, high & ~m.cBit, level) ? "reserved" : "none";
}

/** Returns why a walk finds nothing in `table`: no entry is present, or the table itself is out of reach. */
export function absence(m: Machine, table: Frame): "not-present" | NestedReason {
  if (m.nestedBase === 0) return "not-present";
  const to = nestedTranslate(m, table, true);
  return typeof to === "number" ? "not-present" : to;
}

/** Returns `rights` reduced by one entry: writable and user if every level says so, executable if none has NX (SDM vol. 3, 4.6.1; APM vol. 2, 5.6). */
export function combineRights(rights: number, low: number, high: number): number {
  return rights & (((low >>> 1) & (WRITABLE | USER)) | ((high & NX) === 0 ? EXECUTABLE : 0));
}

/**
 * Translates `page` from `root` by the tables as they are now, no cache involved, and fills `out`; returns whether there is a translation. Allocates nothing.
 * Does not set A or D and does not judge an access: that is the TLB's and the user's part. (SDM vol. 3, 4.5.4; APM vol. 2, 5.3.)
 */
export function walkInto(m: Machine, root: Frame, page: Page, out: WalkResult): boolean {
  const g = m.geometry;
  out.level = g.levels;
  if (page >= allPages(g)) {
    out.reason = "non-canonical";
    return false;
  }
  let table = root;
  let rights = ALL_RIGHTS;
  for (let level = g.levels; level >= 1; level--) {
    const word = 2 * indexAt(g, page, level);
    const low = tableWord(m, table, word);
    const high = tableWord(m, table, word + 1);
    out.level = level;
    out.reason = entryFault(m, low, high, level);
    if (out.reason !== "none") {
      if (out.reason === "not-present") out.reason = absence(m, table);
      return false;
    }
    rights = combineRights(rights, low, high);
    if (isLeaf(low, level)) {
      out.frame = frame(leafFrame(g, low, high, level) + (page % pagesPerEntry(g, level)));
      out.rights = rights;
      out.global = (low & G) !== 0;
      out.encrypted = (high & m.cBit) !== 0;
      return true;
    }
    table = entryFrame(low, high);
  }
  return false;
}

/** Returns the translation of `page` from `root` by the tables as they are now, or the fault of the walk. Same steps as `walkInto`. */
export function walk(m: Machine, root: Frame, page: Page): Translation | WalkFault {
  const out = walkResult();
  if (!walkInto(m, root, page, out)) {
    return { ok: false, reason: out.reason === "none" ? "not-present" : out.reason, level: out.level };
  }
  return {
    ok: true,
    frame: out.frame,
    level: out.level,
    writable: (out.rights & WRITABLE) !== 0,
    user: (out.rights & USER) !== 0,
    executable: (out.rights & EXECUTABLE) !== 0,
    global: out.global,
    encrypted: out.encrypted,
  };
}
