/**
 * Digests of sets of states that do not depend on the order in which states were found: every explorer of the same system must arrive at the same ones.
 * A state is the sequence of the ranks of its scalar leaves; two 32-bit lanes are mixed per state and added.
 */
import type { Valuation } from "./evaluate.ts";
import { known, type AnyType, type Bounds, type Fields } from "./types.ts";
import { cardinality, rank, type RecordValue, type Value } from "./value.ts";

/** The ranks of a value's scalar leaves, in order; the first leaf of an option is 0 for none, else one more than inside. */
const leaves = (bounds: Bounds, type: AnyType, value: Value | undefined, into: number[]): void => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": case "set":
      into.push(value === undefined ? 0 : rank(bounds, type, value));
      break;
    case "option": {
      const at = into.length;
      leaves(bounds, t.of, value === null ? undefined : value, into);
      if (value !== null && value !== undefined) into[at] = (into[at] ?? 0) + 1;
      break;
    }
    case "record":
      for (const [field, of] of Object.entries(t.fields)) leaves(bounds, of, (value as RecordValue | undefined)?.[field], into);
      break;
    case "map":
      for (let key = 0; key < cardinality(bounds, t.key); key++) leaves(bounds, t.value, (value as readonly Value[] | undefined)?.[key], into);
      break;
  }
};

/** The ranks of all scalar leaves of a state, variables in the order of the specification. */
export const leavesOfState = (bounds: Bounds, variables: Fields, state: Valuation): readonly number[] => {
  const into: number[] = [];
  for (const [name, type] of Object.entries(variables)) leaves(bounds, type, state[name], into);
  return into;
};

export interface Digest {
  /** Adds a state, given by its leaves. */
  add(state: ArrayLike<number>): void;
  /** 16 hexadecimal digits. */
  text(): string;
}

const finish = (mixed: number): number => {
  let h = mixed;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

/** The digest whose two sums are these, as 16 hexadecimal digits. */
export const digestText = (high: number, low: number): string => [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");

export const createDigest = (): Digest => {
  let high = 0, low = 0;
  return {
    add: (state) => {
      let a = 0x9e3779b9, b = 0x7f4a7c15;
      for (let i = 0; i < state.length; i++) {
        const leaf = state[i] ?? 0;
        a = Math.imul(a ^ leaf, 0x01000193);
        b = Math.imul((b << 5 | b >>> 27) ^ leaf, 0x9e3779b1);
      }
      high = (high + finish(a)) | 0;
      low = (low + finish(b ^ Math.imul(a, 0x27d4eb2f))) | 0;
    },
    text: () => digestText(high, low),
  };
};
