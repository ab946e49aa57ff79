import type { Frame } from "./identifiers.ts";
import { ioTableWritten } from "./iotlb.ts";
import { readWord, writeWord } from "./memory.ts";
import { markEncrypted, privateFrame } from "./nested.ts";
import type { Machine } from "./state.ts";
import { announce, notify } from "./state.ts";
import { tableWritten } from "./tlb.ts";

/*
 * The monitor's view of physical memory (its direct map, always valid). Words are 32 bits. Each write is one step: the hardware may
 * walk the tables between two of them, so the TLBs see every intermediate state. On sev-snp the direct map has the C-bit set: an access that nested table and
 * RMP do not confirm throws NestedFault, and nothing has changed.
 */

/** Software reached for memory that the machine does not have: on a real one a machine check, or all ones. */
export class NoMemory extends RangeError {
  override readonly name = "NoMemory";
}

function place(m: Machine, at: Frame, word: number): number {
  if (at >= 0 && at < m.directFrames && word >= 0 && word < m.wordsPerFrame) return at * m.wordsPerFrame + word;
  if (!(at >= 0 && at < m.frames && word >= 0 && word < m.wordsPerFrame)) {
    throw new NoMemory(`no word ${word} of frame ${at}: ${m.frames} frames of ${m.wordsPerFrame} words`);
  }
  return privateFrame(m, at) * m.wordsPerFrame + word;
}

/** What follows from a write to entry `index` of frame `at`, caches first; then the step is complete. */
function written(m: Machine, at: Frame, index: number, word: number): void {
  if (m.nestedBase !== 0) markEncrypted(m, at);
  tableWritten(m, at, index);
  if (m.devices > 0) ioTableWritten(m, at, index);
  notify(m, "write", at, word);
}

/** Returns word `word` of frame `at`. Throws NoMemory outside physical memory. */
export function readPhysical(m: Machine, at: Frame, word: number): number {
  return readWord(m.memory, place(m, at, word));
}

/** Writes one 32-bit word, atomically (SDM vol. 3, 9.1.1: an aligned doubleword). Throws NoMemory outside physical memory. */
export function writePhysical(m: Machine, at: Frame, word: number, value: number): void {
  announce(m);
  depositPhysical(m, at, word, value);
}

/** The same write by ring 3 or a device: no step of the monitor, so not announced as one. */
export function depositPhysical(m: Machine, at: Frame, word: number, value: number): void {
  writeWord(m.memory, place(m, at, word), value);
  written(m, at, word >>> 1, word);
}

/** Returns the low word of entry `index` of the table in frame `at`. Throws NoMemory outside physical memory. */
export function readEntryLow(m: Machine, at: Frame, index: number): number {
  return readPhysical(m, at, 2 * index);
}

/** Returns the high word of entry `index` of the table in frame `at`. Throws NoMemory outside physical memory. */
export function readEntryHigh(m: Machine, at: Frame, index: number): number {
  return readPhysical(m, at, 2 * index + 1);
}

/** Writes both words of entry `index` in one atomic step (SDM vol. 3, 9.1.1: an aligned quadword). Throws NoMemory outside physical memory. */
export function writeEntry(m: Machine, at: Frame, index: number, low: number, high: number): void {
  announce(m);
  const first = place(m, at, 2 * index);
  writeWord(m.memory, first, low);
  writeWord(m.memory, first + 1, high);
  written(m, at, index, 2 * index);
}
