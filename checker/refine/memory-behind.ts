/**
 * The memory behind a frame, as the abstraction reads it. On a plain machine frames are memory. On SEV-SNP the host chooses what stands behind a guest frame; the content of a private
 * frame is that of the one system frame that is validated for it, and of a frame that has none it is nothing: no access reaches it, and before one could it is scrubbed.
 */
import { frame, systemFrame } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { NestedFault } from "../../hw/nested.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import { readShared } from "../../hw/shared.ts";

/** How many system frames are validated for the guest frame; 0 on a plain machine. */
export const validatedFor = (m: Machine, physical: number): number => {
  let count = 0;
  for (let s = 0; s < m.systemFrames && m.nestedBase !== 0; s++) {
    const { validated, guestFrame } = rmpEntry(m, systemFrame(s));
    if (validated && guestFrame === frame(physical)) count++;
  }
  return count;
};

/** Whether the host's table leads the guest frame to a system frame that is assigned, validated, as this one. */
export const isConfirmed = (m: Machine, physical: number): boolean => {
  const behind = readWord(m.memory, m.nestedBase + physical) - 1;
  if (behind < 0) return false;
  const { assigned, validated, guestFrame } = rmpEntry(m, systemFrame(behind));
  return assigned && validated && guestFrame === frame(physical);
};

/** The system frame that is validated for the guest frame, the first if there are several; -1 for none. */
const privateBehind = (m: Machine, physical: number): number => {
  for (let s = 0; s < m.systemFrames; s++) {
    const { validated, guestFrame } = rmpEntry(m, systemFrame(s));
    if (validated && guestFrame === frame(physical)) return s;
  }
  return -1;
};

/** A word of a private frame; 0 where nothing stands behind it. */
export const privateWord = (m: Machine, physical: number, word: number): number => {
  if (m.nestedBase === 0) return readWord(m.memory, physical * m.wordsPerFrame + word);
  const s = privateBehind(m, physical);
  return s < 0 ? 0 : readWord(m.memory, s * m.wordsPerFrame + word);
};

/** A word of a page table. Where the host has taken it away it is what the guest last put there: the table means what it meant, and no walk can read it. */
export const tableWord = (m: Machine, physical: number, word: number): number => {
  if (m.nestedBase === 0) return readWord(m.memory, physical * m.wordsPerFrame + word);
  const s = privateBehind(m, physical);
  return readWord(m.memory, (s < 0 ? physical : s) * m.wordsPerFrame + word);
};

/** A word of a frame that is shared with the host, as either of them reads it; 0 where it cannot be read in the clear. */
export const sharedWord = (m: Machine, physical: number, word: number): number => {
  try {
    return readShared(m, frame(physical), word);
  } catch (fault) {
    if (fault instanceof NestedFault) return 0;
    throw fault;
  }
};
