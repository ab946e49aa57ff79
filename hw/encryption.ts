import type { SystemFrame } from "./identifiers.ts";
import { readWord, writeWord } from "./memory.ts";
import { ASSIGNED, ENCRYPTED, rmpFlags, setRmpFlags } from "./rmp.ts";
import type { Machine } from "./state.ts";

/*
 * Memory of a sev-snp machine as it is seen without the guest's key (APM vol. 2, 15.34): by the host, by devices, and by the guest with the C-bit clear.
 *
 * Memory encryption is one flag per system frame, set by a private write. The host learns nothing from ciphertext, so reading it is refused. Its first write into ciphertext garbles
 * the rest of the frame, here to zeros. The other way round, a frame that the host has written and then assigned decrypts to noise in reality and keeps the host's words
 * here: a guest that trusts fresh pages is attacked with content of the host's choice, which is the worst case. Content that the guest had written is still there when the
 * same frame comes back (replay in place); elsewhere the tweaked cipher gives noise, so there is no move for it.
 */

function requireWord(m: Machine, s: SystemFrame, word: number): number {
  if (!(word >= 0 && word < m.wordsPerFrame)) throw new RangeError(`no word ${word} in a frame of ${m.wordsPerFrame}`);
  return s * m.wordsPerFrame + word;
}

/** Returns word `word` of `s` read without the guest's key: what is assigned to the guest or left from it is ciphertext. Throws RangeError outside memory. */
export function readClear(m: Machine, s: SystemFrame, word: number): number | "ciphertext" {
  const index = requireWord(m, s, word);
  return (rmpFlags(m, s) & (ASSIGNED | ENCRYPTED)) === 0 ? readWord(m.memory, index) : "ciphertext";
}

/** Writes word `word` of `s` without the guest's key, unless it is assigned: then nothing changes and the result is false. Throws RangeError outside memory. */
export function writeClear(m: Machine, s: SystemFrame, word: number, value: number): boolean {
  const index = requireWord(m, s, word);
  const flags = rmpFlags(m, s);
  if ((flags & ASSIGNED) !== 0) return false;
  if ((flags & ENCRYPTED) !== 0) {
    for (let n = 0; n < m.wordsPerFrame; n++) writeWord(m.memory, s * m.wordsPerFrame + n, 0);
    setRmpFlags(m, s, flags & ~ENCRYPTED);
  }
  writeWord(m.memory, index, value);
  return true;
}
