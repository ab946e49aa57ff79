/**
 * What stands in the log for a state: all of its words, or a fingerprint of 64 bits. Then the words themselves are kept only while they are needed, in the frontier: of the
 * states that are expanded and of those that are found meanwhile.
 */
import type { Packing } from "./packing.ts";

export interface Storage {
  /** 32-bit words of a state. */
  readonly words: number;
  /** Words of the log that tell a state from others. */
  readonly key: number;
  /** Words of a state in the frontier: none where the log has them. */
  readonly whole: number;
  /** Words of a state in the log: its key, and its parent's id. */
  readonly stride: number;
}

const fingerprint = 2;

/** States that are no longer than a fingerprint stand whole, asked for or not. */
export const storageOf = ({ words }: Packing, fingerprints: boolean): Storage =>
  (fingerprints && words > fingerprint ? { words, key: fingerprint, whole: words, stride: fingerprint + 1 } : { words, key: words, whole: 0, stride: words + 1 });

/** At most this is the probability that two of so many states have one fingerprint, if fingerprints are as good as random: one pair in 2^64, for every pair. */
export const omissionAmong = (states: number): number => (states * (states - 1)) / 2 / 2 ** 64;
