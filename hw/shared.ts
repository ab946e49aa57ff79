import { readClear, writeClear } from "./encryption.ts";
import type { Frame, SystemFrame } from "./identifiers.ts";
import { NestedFault, nestedTranslate } from "./nested.ts";
import { depositPhysical, readPhysical } from "./physical.ts";
import type { Machine } from "./state.ts";
import { announce, notify } from "./state.ts";

/*
 * Frames that the guest shares with the host, accessed with the C-bit clear (APM vol. 2, 15.34.5 and 15.36.10): in the clear, where the RMP does not assign the frame. On a plain machine
 * this is physical memory like any other. Page tables are never read so, hence no walk can change.
 */

function sharedFrame(m: Machine, at: Frame): SystemFrame {
  const to = nestedTranslate(m, at, false);
  if (typeof to !== "number") throw new NestedFault(to, at);
  return to;
}

/** Returns word `word` of frame `at`, as the host sees it; 0 for ciphertext, which tells nothing. Throws NestedFault where the frame is not shared, RangeError outside physical memory. */
export function readShared(m: Machine, at: Frame, word: number): number {
  if (m.nestedBase === 0) return readPhysical(m, at, word);
  const found = readClear(m, sharedFrame(m, at), word);
  return found === "ciphertext" ? 0 : found;
}

/** Writes one word of frame `at` in the clear, as a step of the monitor. Throws NestedFault where the frame is not shared, RangeError outside physical memory. */
export function writeShared(m: Machine, at: Frame, word: number, value: number): void {
  announce(m);
  depositShared(m, at, word, value);
}

/** The same write by ring 3 or a device: no step of the monitor, so not announced as one. */
export function depositShared(m: Machine, at: Frame, word: number, value: number): void {
  if (m.nestedBase === 0) return depositPhysical(m, at, word, value);
  writeClear(m, sharedFrame(m, at), word, value);
  notify(m, "write", at, word);
}
