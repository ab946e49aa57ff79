import { A, D, G, entryFrame, isLeaf, leafFrame } from "./entry.ts";
import { allPages, indexAt, pagesPerEntry, prefixAt } from "./geometry.ts";
import type { Frame, Page, Pcid, Vcpu } from "./identifiers.ts";
import { frame, pcid } from "./identifiers.ts";
import type { Invalidation } from "./invalidation.ts";
import { drops } from "./invalidation.ts";
import { readWord, writeWord } from "./memory.ts";
import { nestedTranslate, writeNestedTableWord } from "./nested.ts";
import type { FaultReason } from "./paging.ts";
import { ALL_RIGHTS, EXECUTABLE, USER, WRITABLE, absence, combineRights, entryFault, tableWord } from "./paging.ts";
import type { Machine } from "./state.ts";
import { CR3_PCID, CR3_ROOT, EXPLICIT_STRUCTURES, PAGING, TLB_ENTRY_WORDS, TLB_HEADER_WORDS, tlbStart, vcpuWord } from "./state.ts";
import { DIRTY, ENCRYPTED, covers, firstPage, isEncrypted, levelOf, pcidOf, rightsOf, structureTag, translates, translationTag } from "./tlb-entry.ts";

/*
 * A finite TLB and a small paging-structure cache per vCPU, filled by accesses only. Both are lists with the most recently used entry first, so that the
 * order of replacement is part of the state. One processor among those that the manual allows; the saturating TLB holds all that any of them holds.
 */

/** Why ring 3 got no translation; `protection`: there is one, without the right. */
export type AccessFault = FaultReason | "protection";
export type Right = "r" | "w" | "x";

/** Tells whether `rights` let ring 3 do an access (SDM vol. 3, 4.6.1). */
export function permits(rights: number, right: Right): boolean {
  if ((rights & USER) === 0) return false;
  return right === "r" || (rights & (right === "w" ? WRITABLE : EXECUTABLE)) !== 0;
}

// A list is named by the header word that counts it: 0 translations, 1 paging-structure entries.
type List = 0 | 1;

function firstWord(m: Machine, v: Vcpu, list: List): number {
  return tlbStart(m, v) + TLB_HEADER_WORDS + (list === 0 ? 0 : m.tlbCapacity * TLB_ENTRY_WORDS);
}

function count(m: Machine, v: Vcpu, list: List): number {
  return readWord(m.memory, tlbStart(m, v) + list);
}

/** Puts an entry in front, over slot `slot`: the entries before it move back by one. */
function putInFront(m: Machine, v: Vcpu, list: List, slot: number, tag: number, low: number, to: number): void {
  const first = firstWord(m, v, list);
  for (let word = first + slot * TLB_ENTRY_WORDS + 2; word >= first + TLB_ENTRY_WORDS; word--) {
    writeWord(m.memory, word, readWord(m.memory, word - TLB_ENTRY_WORDS));
  }
  writeWord(m.memory, first, tag);
  writeWord(m.memory, first + 1, low);
  writeWord(m.memory, first + 2, to);
}

/** Adds an entry; the least recently used one makes room. */
function add(m: Machine, v: Vcpu, list: List, tag: number, low: number, to: number): void {
  const capacity = list === 0 ? m.tlbCapacity : EXPLICIT_STRUCTURES;
  const held = count(m, v, list);
  putInFront(m, v, list, Math.min(held, capacity - 1), tag, low, to);
  writeWord(m.memory, tlbStart(m, v) + list, Math.min(held + 1, capacity));
}

function dropFrom(m: Machine, v: Vcpu, list: List, kind: Invalidation, of: Pcid, at: Page): void {
  const first = firstWord(m, v, list);
  const end = first + count(m, v, list) * TLB_ENTRY_WORDS;
  let to = first;
  for (let word = first; word < end; word += TLB_ENTRY_WORDS) {
    if (drops(m.geometry, kind, of, at, readWord(m.memory, word), readWord(m.memory, word + 1))) continue;
    for (let n = 0; n < TLB_ENTRY_WORDS; n++) writeWord(m.memory, to + n, readWord(m.memory, word + n));
    to += TLB_ENTRY_WORDS;
  }
  writeWord(m.memory, tlbStart(m, v) + list, (to - first) / TLB_ENTRY_WORDS);
  for (; to < end; to++) writeWord(m.memory, to, 0);
}

/** Drops from `v` what `kind` drops, in both lists, and keeps the order of the rest. */
export function invalidateExplicit(m: Machine, v: Vcpu, kind: Invalidation, of: Pcid, at: Page): void {
  dropFrom(m, v, 0, kind, of, at);
  dropFrom(m, v, 1, kind, of, at);
}

/** Returns the slot of the first translation of `at` under `current`, or -1. */
function lookup(m: Machine, v: Vcpu, current: Pcid, at: Page): number {
  const first = firstWord(m, v, 0);
  const held = count(m, v, 0);
  for (let slot = 0; slot < held; slot++) {
    const word = first + slot * TLB_ENTRY_WORDS;
    if (translates(m.geometry, readWord(m.memory, word), readWord(m.memory, word + 1), current, at)) return slot;
  }
  return -1;
}

/** Returns the slot of the structure entry nearest to the leaf among those that translate `at`, or -1 (SDM vol. 3, 4.10.3.2: PDE cache, then PDPTE, then PML4). */
function deepest(m: Machine, v: Vcpu, current: Pcid, at: Page): number {
  const first = firstWord(m, v, 1);
  const held = count(m, v, 1);
  let best = -1;
  let bestLevel = m.geometry.levels;
  for (let slot = 0; slot < held; slot++) {
    const tag = readWord(m.memory, first + slot * TLB_ENTRY_WORDS);
    if (pcidOf(tag) !== current || levelOf(tag) >= bestLevel) continue;
    if (!covers(m.geometry, tag, readWord(m.memory, first + slot * TLB_ENTRY_WORDS + 1), at)) continue;
    best = slot;
    bestLevel = levelOf(tag);
  }
  return best;
}

/** Returns the frame that an access has been translated to, or why the host's translation does not let it pass. A plain machine has none. */
function behind(m: Machine, to: Frame, encrypted: boolean): Frame | AccessFault {
  if (m.nestedBase === 0) return to;
  const system = nestedTranslate(m, to, encrypted);
  return typeof system === "number" ? to : system;
}

/** Sets A or D in an entry of a table (SDM vol. 3, 4.8). No translation depends on them, so no step is reported. */
function setFlags(m: Machine, table: Frame, index: number, low: number, flags: number): void {
  if (m.nestedBase !== 0) writeNestedTableWord(m, table, 2 * index, low | flags);
  else if (table < m.frames) writeWord(m.memory, table * m.wordsPerFrame + 2 * index, low | flags);
}

/**
 * Walks for an access from `table` at `from`, sets A and D, and caches what it used (SDM vol. 3, 4.8, 4.10.2.2, 4.10.3.1). Returns the frame of the page or the fault.
 */
function fill(m: Machine, v: Vcpu, current: Pcid, at: Page, right: Right, from: number, root: Frame, granted: number): Frame | AccessFault {
  const g = m.geometry;
  let table = root;
  let rights = granted;
  for (let level = from; level >= 1; level--) {
    const index = indexAt(g, at, level);
    const low = tableWord(m, table, 2 * index);
    const high = tableWord(m, table, 2 * index + 1);
    const fault = entryFault(m, low, high, level);
    if (fault !== "none") return fault === "not-present" ? absence(m, table) : fault;
    rights = combineRights(rights, low, high);
    if (isLeaf(low, level)) {
      if (!permits(rights, right)) return "protection";
      const encrypted = (high & m.cBit) !== 0;
      const span = pagesPerEntry(g, level);
      const first = at - (at % span);
      const base = leafFrame(g, low, high, level);
      const to = behind(m, frame(base + (at % span)), encrypted);
      if (typeof to !== "number") return to;
      const dirty = right === "w" || (low & D) !== 0;
      setFlags(m, table, index, low, right === "w" ? A | D : A);
      const tag = translationTag(current, level, rights, (low & G) !== 0, first) | (dirty ? DIRTY : 0) | (encrypted ? ENCRYPTED : 0);
      add(m, v, 0, tag >>> 0, first >>> 0, base);
      return to;
    }
    setFlags(m, table, index, low, A);
    table = entryFrame(low, high);
    add(m, v, 1, structureTag(current, level - 1, rights), prefixAt(g, at, level - 1), table);
  }
  return "not-present";
}

/**
 * Returns the frame that an access of ring 3 on `v` reaches, or its fault. A translation in the TLB is used as it is, stale or not. Where it lacks the right, or
 * the dirty flag on a store, and after a fault found through a cached table, the entries of this page are dropped and the walk starts again at CR3: the manual
 * lets a processor do so (SDM vol. 3, 4.10.4.1, on page faults; 4.8, on D), and it spares the monitor spurious faults.
 */
export function translateExplicit(m: Machine, v: Vcpu, at: Page, right: Right): Frame | AccessFault {
  if (at >= allPages(m.geometry)) return "non-canonical";
  if (vcpuWord(m, v, PAGING) === 0) return "not-present";
  const current = pcid(vcpuWord(m, v, CR3_PCID));
  const slot = lookup(m, v, current, at);
  if (slot >= 0) {
    const word = firstWord(m, v, 0) + slot * TLB_ENTRY_WORDS;
    const tag = readWord(m.memory, word);
    const low = readWord(m.memory, word + 1);
    const base = readWord(m.memory, word + 2);
    if (permits(rightsOf(tag), right) && (right !== "w" || (tag & DIRTY) !== 0)) {
      if (slot > 0) putInFront(m, v, 0, slot, tag, low, base);
      return behind(m, frame(base + (at - firstPage(tag, low))), isEncrypted(tag));
    }
    invalidateExplicit(m, v, "invlpg", current, at);
  }
  const near = deepest(m, v, current, at);
  if (near >= 0) {
    const word = firstWord(m, v, 1) + near * TLB_ENTRY_WORDS;
    const tag = readWord(m.memory, word);
    const low = readWord(m.memory, word + 1);
    const table = frame(readWord(m.memory, word + 2));
    if (near > 0) putInFront(m, v, 1, near, tag, low, table);
    const found = fill(m, v, current, at, right, levelOf(tag), table, rightsOf(tag));
    if (typeof found === "number") return found;
    invalidateExplicit(m, v, "invlpg", current, at);
  }
  return fill(m, v, current, at, right, m.geometry.levels, frame(vcpuWord(m, v, CR3_ROOT)), ALL_RIGHTS);
}
