import type { Frame } from "./identifiers.ts";
import { depositPhysical, readPhysical } from "./physical.ts";
import type { Machine } from "./state.ts";

/* What ring 3 and devices do to the frame that their translation has led to, which is whatever the translation says. */

/** Returns what the frame holds; where no memory answers, all ones, as on a bus. */
export function readReached(m: Machine, from: Frame, word: number): number {
  return from < m.frames ? readPhysical(m, from, word) : 0xffffffff;
}

/** Writes to the frame; where no memory answers, nothing happens. It may be a table: then this is a table write like any other. */
export function writeReached(m: Machine, to: Frame, word: number, value: number): void {
  if (to < m.frames) depositPhysical(m, to, word, value);
}
