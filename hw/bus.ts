import type { Frame } from "./identifiers.ts";
import { backing } from "./nested.ts";
import { depositPhysical, readPhysical } from "./physical.ts";
import { ASSIGNED, rmpFlags } from "./rmp.ts";
import { depositShared, readShared } from "./shared.ts";
import type { Machine } from "./state.ts";

/*
 * What ring 3 and devices do to the frame that their translation has led to, which is whatever the translation says. On sev-snp the access has passed nested table and RMP (nested.ts):
 * a private access passes only where the frame is assigned, a shared one only where it is not, so the RMP tells which of them it is.
 */

/** Tells whether an access to `at` that has passed is a shared one: memory in the clear, as the host sees it. */
function isShared(m: Machine, at: Frame): boolean {
  if (m.nestedBase === 0) return false;
  const to = backing(m, at);
  return to !== -1 && (rmpFlags(m, to) & ASSIGNED) === 0;
}

/** Returns what the frame holds; where no memory answers, all ones, as on a bus; 0 for ciphertext, which tells nothing. */
export function readReached(m: Machine, from: Frame, word: number): number {
  if (from >= m.frames) return 0xffffffff;
  if (!isShared(m, from)) return readPhysical(m, from, word);
  return readShared(m, from, word);
}

/** Writes to the frame; where no memory answers, nothing happens. It may be a table: then this is a table write like any other. */
export function writeReached(m: Machine, to: Frame, word: number, value: number): void {
  if (to >= m.frames) return;
  if (isShared(m, to)) depositShared(m, to, word, value);
  else depositPhysical(m, to, word, value);
}
