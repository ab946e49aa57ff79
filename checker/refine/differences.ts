/** A machine's states as entries of what has been visited: written from where the machine is, and taken back to it. */
import type { Machine } from "../../hw/machine.ts";
import { hash, undo, writeWord, type Mark } from "../../hw/memory.ts";
import type { Cells } from "../compile/compiled.ts";
import type { Action } from "./action.ts";
import { writeAction } from "./action-words.ts";
import { entry, lengthOf, type Visited } from "./visited.ts";

export interface Differences {
  /** The entry that was written last; it begins at 0. */
  readonly words: Int32Array;
  /** Writes the state that the machine is in, as far as it takes to find it. */
  read(): void;
  /** Completes what was read, so that it can be added: which state it was found from, by which action, and what it abstracts to. Returns how many words it has. */
  complete(parent: number, action: Action | null, cells: Cells): number;
  /** Brings the machine into a visited state, from any state since it booted. */
  enter(visited: Visited, state: number): void;
  /** The cells of a visited state. */
  cells(visited: Visited, state: number, into: Cells): void;
}

/** The machine has just booted, `boot` is the mark of that, and `booted` is what it means. */
export const createDifferences = (m: Machine, boot: Mark, booted: Cells): Differences => {
  const present = new Int32Array(m.memory.words.buffer), base = present.slice(), words = new Int32Array(entry.pairs + 2 * base.length + 2 * booted.length);
  /** Writes pairs of index and value from `at` on, and returns where they end. */
  const pairs = (from: Int32Array, now: Int32Array, at: number): number => {
    let end = at;
    for (let i = 0; i < now.length; i++) {
      const word = now[i] ?? 0;
      if (word === from[i]) continue;
      words[end] = i;
      words[end + 1] = word;
      end += 2;
    }
    return end;
  };
  return {
    words,
    read: () => {
      words[entry.words] = pairs(base, present, entry.pairs) - entry.pairs;
      const { hashLow, hashHigh } = hash(m.memory);
      words[entry.hashLow] = hashLow;
      words[entry.hashHigh] = hashHigh;
    },
    complete: (parent, action, cells) => {
      const first = entry.pairs + (words[entry.words] ?? 0);
      words[entry.parent] = parent;
      writeAction(action, words, entry.action);
      words[entry.cells] = pairs(booted, cells, first) - first;
      return lengthOf(words, 0);
    },
    enter: (visited, state) => {
      undo(m.memory, boot);
      visited.words(state, (index, value) => { writeWord(m.memory, index, value); });
    },
    cells: (visited, state, into) => {
      into.set(booted);
      visited.cells(state, into);
    },
  };
};
