/**
 * Where the content of a frame is to be found, and whether it can be reached: on a plain machine in the frame itself, always; on SEV-SNP in the system frame that is validated for it, wherever the
 * host has put that, or of a shared frame in the one that the host has put behind it. Read once for all who look at a state.
 */
import { frame, systemFrame } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { backing } from "../../hw/nested.ts";
import { ENCRYPTED, rmpEntry, rmpFlags } from "../../hw/rmp.ts";
import { isConfirmed } from "../refine/memory-behind.ts";

export interface Reach {
  /** A word of a physical frame, as whoever may read it does once it is reached; 0 where nothing is left. */
  word(physical: number, word: number): number;
  /** The same through an access in the clear, as a device makes it. */
  clearWord(physical: number, word: number): number;
  /** 1 if there is memory that is the frame's, and 2 more if the host lets accesses get there. */
  answers(physical: number): number;
}

const everywhere = (m: Machine): Reach => {
  const word = (physical: number, at: number): number => readWord(m.memory, physical * m.wordsPerFrame + at);
  return { word, clearWord: word, answers: () => 3 };
};

/** The content of a system frame without the guest's key; 0 where it is encrypted. What is assigned is read once it no longer is, which the host can have at any time. */
export const inTheClear = (m: Machine, s: number, word: number): number => ((rmpFlags(m, systemFrame(s)) & ENCRYPTED) === 0 ? readWord(m.memory, s * m.wordsPerFrame + word) : 0);

/** `isShared` tells of a physical frame whether the monitor calls it shared. */
export const reachOf = (m: Machine, isShared: (physical: number) => boolean): Reach => {
  if (m.nestedBase === 0) return everywhere(m);
  const own = new Int32Array(m.frames).fill(-1), open = new Int32Array(m.frames).fill(-1);
  for (let s = m.systemFrames - 1; s >= 0; s--) {
    const { validated, guestFrame } = rmpEntry(m, systemFrame(s));
    if (validated) own[guestFrame] = s;
  }
  for (let f = 0; f < m.frames; f++) {
    const to: number = backing(m, frame(f));
    if (to >= 0 && !rmpEntry(m, systemFrame(to)).assigned) open[f] = to;
  }
  const clearWord = (physical: number, word: number): number => {
    const to = open[physical] ?? -1;
    return to < 0 ? 0 : inTheClear(m, to, word);
  };
  return {
    clearWord,
    word: (physical, word) => {
      if (isShared(physical)) return clearWord(physical, word);
      const to = own[physical] ?? -1;
      return to < 0 ? 0 : readWord(m.memory, to * m.wordsPerFrame + word);
    },
    answers: (physical) => {
      if (isShared(physical)) return (open[physical] ?? -1) < 0 ? 0 : 3;
      return ((own[physical] ?? -1) < 0 ? 0 : 1) + (isConfirmed(m, physical) ? 2 : 0);
    },
  };
};
