import { G, entryFrame, isLeaf, leafFrame } from "./entry.ts";
import { sortEntries, storeEntries } from "./entry-set.ts";
import { entriesPerTable, pagesPerEntry } from "./geometry.ts";
import type { Frame, Page, Pcid, Vcpu } from "./identifiers.ts";
import { frame, page, pcid, vcpu } from "./identifiers.ts";
import type { Invalidation } from "./invalidation.ts";
import { drops } from "./invalidation.ts";
import { readWord, writeWord } from "./memory.ts";
import { ALL_RIGHTS, combineRights, entryFault, tableWord } from "./paging.ts";
import type { Machine } from "./state.ts";
import { CR3_PCID, CR3_ROOT, PAGING, TLB_ENTRY_WORDS, TLB_HEADER_WORDS, tlbStart, vcpuWord } from "./state.ts";
import { ENCRYPTED, isTranslation, levelOf, pcidOf, rightsOf, structureTag, translationTag } from "./tlb-entry.ts";

/*
 * The TLB of the worst processor that the manual allows: it caches whatever any walk can find, at once, and forgets only what it must.
 *
 * "The processor may cache translations required for prefetches and for accesses that result from speculative execution that would
 * never actually occur in the executed code path" (SDM vol. 3, 4.10.2.3, and 4.10.3.1 for the paging-structure caches). So at any moment, also between
 * two writes of one monitor call, a walk may begin at CR3 or at a paging-structure entry of the current PCID, a stale one included, and whatever it reads may be
 * cached. What is cached can therefore be kept as one set that is *closed*: reading the tables as they are now, from CR3 and every structure entry of the current
 * PCID, gives nothing that is not in it. Each step that may open it (a write to a table, a CR3 load, an invalidation) closes it again. Entries of
 * other PCIDs are only kept. The closure only reads tables: software that leaves A clear would see the hardware set it at any moment.
 *
 * The set is stored sorted and without gaps, so that equal sets are equal words and equal hashes.
 */

/** Returns the tag of what a walk caches from entry `index` of a table at `level` for `prefix`, reached with `rights`; 0 for what is never cached: absent entries and those with reserved bits (SDM vol. 3, 4.10.2.3). */
function cachedTag(m: Machine, tag: Pcid, level: number, prefix: number, rights: number, index: number, low: number, high: number): number {
  if (entryFault(m, low, high, level) !== "none") return 0;
  const combined = combineRights(rights, low, high);
  if (!isLeaf(low, level)) return structureTag(tag, level - 1, combined);
  const translation = translationTag(tag, level, combined, (low & G) !== 0, (prefix * entriesPerTable(m.geometry) + index) * pagesPerEntry(m.geometry, level));
  return (high & m.cBit) === 0 ? translation : (translation | ENCRYPTED) >>> 0;
}

/** Returns the page word of what `cachedTag` describes. */
function cachedPage(m: Machine, level: number, prefix: number, index: number, tag: number): number {
  const child = prefix * entriesPerTable(m.geometry) + index;
  return isTranslation(tag) ? (child * pagesPerEntry(m.geometry, level)) >>> 0 : child;
}

/** Returns the frame word of what `cachedTag` describes. */
function cachedFrame(m: Machine, level: number, low: number, high: number, tag: number): Frame {
  return isTranslation(tag) ? leafFrame(m.geometry, low, high, level) : entryFrame(low, high);
}

/** Tells whether the set of `v` lacks what entry `index` of `table` gives to a walk that stands there. */
function lacks(m: Machine, v: Vcpu, tag: Pcid, level: number, prefix: number, rights: number, table: Frame, index: number): boolean {
  const low = tableWord(m, table, 2 * index);
  const high = tableWord(m, table, 2 * index + 1);
  const wanted = cachedTag(m, tag, level, prefix, rights, index, low, high);
  if (wanted === 0) return false;
  const wantedPage = cachedPage(m, level, prefix, index, wanted);
  const wantedFrame = cachedFrame(m, level, low, high, wanted);
  const words = m.memory;
  const start = tlbStart(m, v) + TLB_HEADER_WORDS;
  const end = start + readWord(words, tlbStart(m, v)) * TLB_ENTRY_WORDS;
  for (let at = start; at < end; at += TLB_ENTRY_WORDS) {
    if (readWord(words, at) === wanted && readWord(words, at + 1) === wantedPage && readWord(words, at + 2) === wantedFrame) return false;
  }
  return true;
}

/** Tells whether a write to entry `index` of `table` gives some walk of `v` something new. The set was closed before, so only walks through this very entry can. */
function opens(m: Machine, v: Vcpu, table: Frame, index: number): boolean {
  if (vcpuWord(m, v, PAGING) === 0) return false;
  const current = pcid(vcpuWord(m, v, CR3_PCID));
  if (vcpuWord(m, v, CR3_ROOT) === table && lacks(m, v, current, m.geometry.levels, 0, ALL_RIGHTS, table, index)) return true;
  const start = tlbStart(m, v) + TLB_HEADER_WORDS;
  const end = start + readWord(m.memory, tlbStart(m, v)) * TLB_ENTRY_WORDS;
  for (let at = start; at < end; at += TLB_ENTRY_WORDS) {
    const tag = readWord(m.memory, at);
    if (isTranslation(tag)) return false;
    if (readWord(m.memory, at + 2) !== table || pcidOf(tag) !== current) continue;
    if (lacks(m, v, current, levelOf(tag), readWord(m.memory, at + 1), rightsOf(tag), table, index)) return true;
  }
  return false;
}

/** Appends to the `used` words of the workspace what `table` gives to a walk that stands there and is not yet in it; returns the words used then. */
function scan(m: Machine, v: Vcpu, tag: Pcid, level: number, prefix: number, rights: number, table: Frame, used: number): number {
  const space = m.workspace;
  const entries = entriesPerTable(m.geometry);
  let end = used;
  for (let index = 0; index < entries; index++) {
    const low = tableWord(m, table, 2 * index);
    const high = tableWord(m, table, 2 * index + 1);
    const found = cachedTag(m, tag, level, prefix, rights, index, low, high);
    if (found === 0) continue;
    const foundPage = cachedPage(m, level, prefix, index, found);
    const foundFrame = cachedFrame(m, level, low, high, found);
    let at = 0;
    while (at < end && !(space[at] === found && space[at + 1] === foundPage && space[at + 2] === foundFrame)) at += TLB_ENTRY_WORDS;
    if (at < end) continue;
    if (end === space.length) throw new RangeError(`the saturating TLB of vCPU ${v} needs more than its capacity of ${m.tlbCapacity} entries: raise tlbCapacity`);
    space[end] = found;
    space[end + 1] = foundPage;
    space[end + 2] = foundFrame;
    end += TLB_ENTRY_WORDS;
  }
  return end;
}

/** Appends everything that walks reach from CR3 and the structure entries of the current PCID; returns the words used then. Structure entries appended are scanned in their turn. */
function close(m: Machine, v: Vcpu, kept: number): number {
  if (vcpuWord(m, v, PAGING) === 0) return kept;
  const space = m.workspace;
  const current = pcid(vcpuWord(m, v, CR3_PCID));
  let end = scan(m, v, current, m.geometry.levels, 0, ALL_RIGHTS, frame(vcpuWord(m, v, CR3_ROOT)), kept);
  for (let at = 0; at < end; at += TLB_ENTRY_WORDS) {
    const tag = space[at] ?? 0;
    if (isTranslation(tag) || pcidOf(tag) !== current) continue;
    end = scan(m, v, current, levelOf(tag), space[at + 1] ?? 0, rightsOf(tag), frame(space[at + 2] ?? 0), end);
  }
  return end;
}

/** Drops from `v` what `kind` drops and closes the set again. Throws RangeError where the set outgrows the capacity: the step is then half done, and only `undo` or `restore` mends the machine. */
export function saturate(m: Machine, v: Vcpu, kind: Invalidation, of: Pcid, at: Page): void {
  const start = tlbStart(m, v);
  const space = m.workspace;
  const held = readWord(m.memory, start) * TLB_ENTRY_WORDS;
  let kept = 0;
  for (let word = start + TLB_HEADER_WORDS; word < start + TLB_HEADER_WORDS + held; word += TLB_ENTRY_WORDS) {
    const tag = readWord(m.memory, word);
    const low = readWord(m.memory, word + 1);
    if (drops(m.geometry, kind, of, at, tag, low)) continue;
    space[kept] = tag;
    space[kept + 1] = low;
    space[kept + 2] = readWord(m.memory, word + 2);
    kept += TLB_ENTRY_WORDS;
  }
  const end = close(m, v, kept);
  sortEntries(space, kept, end);
  storeEntries(m, start + TLB_HEADER_WORDS, held, end);
  writeWord(m.memory, start, end / TLB_ENTRY_WORDS);
}

/** Closes again the set of every vCPU that a write to entry `index` of `table` has opened. Writes to frames that no walk reaches cost one look at the structure entries. */
export function saturateAfterWrite(m: Machine, table: Frame, index: number): void {
  for (let n = 0; n < m.vcpus; n++) {
    const v = vcpu(n);
    if (opens(m, v, table, index)) saturate(m, v, "nothing", pcid(0), page(0));
  }
}

/** Closes the set of every vCPU again after a step that may have changed what any table reads as. */
export function saturateAll(m: Machine): void {
  for (let n = 0; n < m.vcpus; n++) saturate(m, vcpu(n), "nothing", pcid(0), page(0));
}
