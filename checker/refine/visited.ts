/** The machine states seen: each stored whole, as its difference from the booted machine, and found by hash and then by comparison. */
import type { Machine } from "../../hw/machine.ts";
import { undo, writeWord, type Mark } from "../../hw/memory.ts";

const arenaWords = 1 << 20;

export interface Visited {
  /** States stored. */
  readonly size: number;
  /** The number of the state that the machine is in; -1 if it is new. */
  find(m: Machine): number;
  /** Stores the state that the machine is in, which `find` has just not found, and returns its number. */
  add(m: Machine): number;
  /** Brings the machine into a stored state, from any state since `boot`. */
  enter(m: Machine, state: number): void;
}

/** The machine is in its boot state, and `boot` is the mark of it. */
export const createVisited = (booted: Machine, boot: Mark): Visited => {
  const base = booted.memory.words.slice();
  // States lie one after another in arenas of words: pairs (index, value).
  const arenas: Uint32Array[] = [new Uint32Array(arenaWords)];
  let used = 0;
  const arenaOf: number[] = [], startOf: number[] = [], lengthOf: number[] = [], lowOf: number[] = [], highOf: number[] = [];
  let slots = new Int32Array(1 << 12).fill(-1);
  const scratch = new Uint32Array(2 * base.length);
  let held = 0;

  const difference = (words: Uint32Array): void => {
    held = 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      if (word === base[i]) continue;
      scratch[held] = i;
      scratch[held + 1] = word;
      held += 2;
    }
  };
  const same = (state: number): boolean => {
    if (lengthOf[state] !== held) return false;
    const arena = arenas[arenaOf[state] ?? 0], start = startOf[state] ?? 0;
    for (let i = 0; i < held; i++) if (arena?.[start + i] !== scratch[i]) return false;
    return true;
  };
  const slotOf = (low: number, high: number): number => (low ^ Math.imul(high, 0x9e3779b1)) & (slots.length - 1);
  const grow = (): void => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    for (let state = 0; state < startOf.length; state++) {
      let at = slotOf(lowOf[state] ?? 0, highOf[state] ?? 0);
      while (slots[at] !== -1) at = (at + 1) & (slots.length - 1);
      slots[at] = state;
    }
  };
  const find = (m: Machine): number => {
    difference(m.memory.words);
    const { hashLow, hashHigh } = m.memory;
    for (let at = slotOf(hashLow, hashHigh); ; at = (at + 1) & (slots.length - 1)) {
      const state = slots[at] ?? -1;
      if (state === -1) return -1;
      if (lowOf[state] === hashLow && highOf[state] === hashHigh && same(state)) return state;
    }
  };
  return {
    get size() { return startOf.length; },
    find,
    add: (m) => {
      const state = startOf.length;
      if (used + held > arenaWords) {
        arenas.push(new Uint32Array(Math.max(arenaWords, held)));
        used = 0;
      }
      arenas[arenas.length - 1]?.set(scratch.subarray(0, held), used);
      arenaOf.push(arenas.length - 1);
      startOf.push(used);
      lengthOf.push(held);
      lowOf.push(m.memory.hashLow);
      highOf.push(m.memory.hashHigh);
      used += held;
      if (2 * startOf.length > slots.length) grow();
      else {
        let at = slotOf(m.memory.hashLow, m.memory.hashHigh);
        while (slots[at] !== -1) at = (at + 1) & (slots.length - 1);
        slots[at] = state;
      }
      return state;
    },
    enter: (m, state) => {
      undo(m.memory, boot);
      const arena = arenas[arenaOf[state] ?? 0], start = startOf[state] ?? 0;
      for (let i = start; i < start + (lengthOf[state] ?? 0); i += 2) writeWord(m.memory, arena?.[i] ?? 0, arena?.[i + 1] ?? 0);
    },
  };
};
