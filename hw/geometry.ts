import type { Page } from "./identifiers.ts";

/**
 * Shape of the page tables. `4 x 9` is x86-64 (SDM vol. 3, 4.5); smaller ones are the same algorithm with fewer levels or narrower tables,
 * for exhaustion. Level 1 is the leaf table and level `levels` the root. The upper half of a root is the monitor half.
 */
export interface Geometry {
  readonly levels: number;
  readonly indexBits: number;
}

/** Returns the geometry of `levels` (2..4) tables of 2^`indexBits` (1..9) entries. Throws RangeError outside these bounds. */
export function geometry(levels: number, indexBits: number): Geometry {
  if (!Number.isInteger(levels) || levels < 2 || levels > 4) throw new RangeError(`levels must be an integer in 2..4, found ${levels}`);
  if (!Number.isInteger(indexBits) || indexBits < 1 || indexBits > 9) throw new RangeError(`indexBits must be an integer in 1..9, found ${indexBits}`);
  return { levels, indexBits };
}

/** Returns 2^`n`. Page numbers have up to 36 bits, so shifts alone do not reach. */
function power(n: number): number {
  return n < 31 ? 1 << n : 2 ** n;
}

/** Returns the number of entries of one table. */
export function entriesPerTable(g: Geometry): number {
  return 1 << g.indexBits;
}

/** Returns the size of a frame in 32-bit words: a table fills exactly one frame, at 8 bytes an entry. */
export function wordsPerFrame(g: Geometry): number {
  return 2 << g.indexBits;
}

/** Returns the number of virtual pages, both halves. */
export function allPages(g: Geometry): number {
  return power(g.levels * g.indexBits);
}

/** Returns the number of virtual pages of the user half, which begins at page 0. */
export function userPages(g: Geometry): number {
  return power(g.levels * g.indexBits - 1);
}

/** Returns how many pages one entry of a table at `level` spans: 1 at level 1, the size of a large page above. */
export function pagesPerEntry(g: Geometry, level: number): number {
  return power(g.indexBits * (level - 1));
}

/** Returns the index of the entry that translates `page` in a table at `level` (SDM vol. 3, table 4-2: the linear-address bits of each level). */
export function indexAt(g: Geometry, page: Page, level: number): number {
  return Math.floor(page / pagesPerEntry(g, level)) % entriesPerTable(g);
}

/** Returns which table of `level` translates `page`: the page number without the bits that this table and those below consume. */
export function prefixAt(g: Geometry, page: Page, level: number): number {
  return Math.floor(page / power(g.indexBits * level));
}

/** Returns how many tables `level` can have in the user half; the root level has one. */
export function prefixesAt(g: Geometry, level: number): number {
  return level >= g.levels ? 1 : power(g.indexBits * (g.levels - level) - 1);
}
