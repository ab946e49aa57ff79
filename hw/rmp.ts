import type { Frame, SystemFrame } from "./identifiers.ts";
import { frame } from "./identifiers.ts";
import { readWord, writeWord } from "./memory.ts";
import type { Machine } from "./state.ts";
import { RMP_WORDS } from "./state.ts";

/*
 * The reverse map table (APM vol. 2, 15.36.3): for each system frame whether it belongs to the guest, as which guest frame, and whether the guest has accepted that. Two words:
 *   flags  0 assigned, 1 validated, 2 immutable, 3 encrypted
 *   guest  guest frame; 0 while not assigned
 * *Encrypted* is no field of the RMP: it says in what form the frame's content is, under the guest's key or in the clear (see encryption.ts).
 */

export const ASSIGNED = 1;
export const VALIDATED = 2;
export const IMMUTABLE = 4;
export const ENCRYPTED = 8;

/** An entry of the reverse map table. */
export interface RmpEntry {
  readonly assigned: boolean;
  readonly guestFrame: Frame;
  readonly validated: boolean;
  readonly immutable: boolean;
}

function place(m: Machine, s: SystemFrame): number {
  if (!(m.nestedBase !== 0 && s >= 0 && s < m.systemFrames)) throw new RangeError(`no RMP entry for system frame ${s}`);
  return m.rmpBase + s * RMP_WORDS;
}

/** Returns the flags of `s`. Throws RangeError without an RMP or outside it. */
export function rmpFlags(m: Machine, s: SystemFrame): number {
  return readWord(m.memory, place(m, s));
}

/** Sets the flags of `s`. Throws RangeError without an RMP or outside it. */
export function setRmpFlags(m: Machine, s: SystemFrame, flags: number): void {
  writeWord(m.memory, place(m, s), flags);
}

/** Returns the guest frame that `s` is assigned as; 0 while it is not. Throws RangeError without an RMP or outside it. */
export function rmpGuest(m: Machine, s: SystemFrame): Frame {
  return frame(readWord(m.memory, place(m, s) + 1));
}

/** Sets the guest frame that `s` is assigned as. Throws RangeError without an RMP or outside it. */
export function setRmpGuest(m: Machine, s: SystemFrame, guest: Frame): void {
  writeWord(m.memory, place(m, s) + 1, guest);
}

/** Returns the entry of `s` (APM vol. 2, 15.36.3). Throws RangeError without an RMP or outside it. */
export function rmpEntry(m: Machine, s: SystemFrame): RmpEntry {
  const flags = rmpFlags(m, s);
  return { assigned: (flags & ASSIGNED) !== 0, guestFrame: rmpGuest(m, s), validated: (flags & VALIDATED) !== 0, immutable: (flags & IMMUTABLE) !== 0 };
}
