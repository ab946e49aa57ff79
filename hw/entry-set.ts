import { writeWord } from "./memory.ts";
import type { Machine } from "./state.ts";
import { TLB_ENTRY_WORDS } from "./state.ts";

/*
 * A saturating cache as a set of three-word entries. It is rebuilt in the machine's workspace and written back sorted and without gaps, so that equal sets are
 * equal words and equal hashes.
 */

/** Sorts the first `end` words of the workspace by entry; `kept` of them are sorted already. */
export function sortEntries(space: Uint32Array, kept: number, end: number): void {
  for (let from = kept; from < end; from += TLB_ENTRY_WORDS) {
    const tag = space[from] ?? 0;
    const low = space[from + 1] ?? 0;
    const to = space[from + 2] ?? 0;
    let at = from;
    for (; at > 0; at -= TLB_ENTRY_WORDS) {
      const before = space[at - 3] ?? 0;
      const beforeLow = space[at - 2] ?? 0;
      const beforeTo = space[at - 1] ?? 0;
      if (before < tag || (before === tag && (beforeLow < low || (beforeLow === low && beforeTo < to)))) break;
      space[at] = before;
      space[at + 1] = beforeLow;
      space[at + 2] = beforeTo;
    }
    space[at] = tag;
    space[at + 1] = low;
    space[at + 2] = to;
  }
}

/** Writes the first `end` words of the workspace from word `first` of the memory on, and zeros over what is left of the `held` words that stood there. */
export function storeEntries(m: Machine, first: number, held: number, end: number): void {
  const words = m.memory;
  const space = m.workspace;
  for (let word = 0; word < end; word++) writeWord(words, first + word, space[word] ?? 0);
  for (let word = end; word < held; word++) writeWord(words, first + word, 0);
}
