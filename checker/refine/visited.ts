/**
 * The machine states seen, each stored whole as its difference from the booted machine, and found by hash and then by comparison. One thread adds states; others may read all that were there
 * when the memory was handed to them, and nothing of these ever changes.
 */
import type { Action } from "./action.ts";
import { actionWords, readAction } from "./action-words.ts";

/**
 * Words of a stored state: the two halves of its hash, the state that it was found from (-1 of the first), the action that led to it, how many words of the machine and cells of the abstract state
 * differ from the booted ones, and then these as pairs of index and value.
 */
export const entry = { hashLow: 0, hashHigh: 1, parent: 2, action: 3, words: 3 + actionWords, cells: 4 + actionWords, pairs: 5 + actionWords } as const;

/** What readers are given: all of it shared, if readers are other threads. */
export interface VisitedMemory {
  readonly arenas: readonly Int32Array[];
  /** Of each state, in which arena it lies, and where. */
  readonly places: Int32Array;
  /** By hash, one more than the number of a state. */
  readonly slots: Int32Array;
  readonly size: number;
}

export interface Visited {
  /** States stored. */
  readonly size: number;
  readonly memory: VisitedMemory;
  /** Bytes that the states, with the index over them, take. */
  readonly bytes: number;
  /** The number of the state whose entry lies at `at` in `words`; -1 if it is new. */
  find(words: Int32Array, at: number): number;
  /** Stores an entry that has just not been found, and returns the number of its state. */
  add(words: Int32Array, at: number): number;
  parent(state: number): number;
  /** `null` of the first state. */
  action(state: number): Action | null;
  /** Tells every word in which the state's machine differs from the booted one. */
  words(state: number, tell: (index: number, value: number) => void): void;
  /** Makes the cells of the booted machine those of the state. */
  cells(state: number, cells: Int32Array): void;
  /** Forgets every state. */
  clear(): void;
  /** Goes on with the states of another thread. */
  attach(memory: VisitedMemory): void;
}

const arenaWords = 1 << 18, firstPlaces = 1 << 10;

export const lengthOf = (words: Int32Array, at: number): number => entry.pairs + (words[at + entry.words] ?? 0) + (words[at + entry.cells] ?? 0);

export const createVisited = (shared: boolean): Visited => {
  const room = (length: number): Int32Array => new Int32Array(shared ? new SharedArrayBuffer(4 * length) : new ArrayBuffer(4 * length));
  let arenas: Int32Array[] = [], places = room(firstPlaces), slots = room(2 * firstPlaces), size = 0, used = arenaWords;

  const none = new Int32Array(0);
  const arenaOf = (state: number): Int32Array => arenas[places[2 * state] ?? 0] ?? none;
  const startOf = (state: number): number => places[2 * state + 1] ?? 0;
  const slotOf = (words: Int32Array, at: number): number => ((words[at] ?? 0) ^ Math.imul(words[at + 1] ?? 0, 0x9e3779b1)) & (slots.length - 1);
  const same = (state: number, words: Int32Array, at: number): boolean => {
    const arena = arenaOf(state), start = startOf(state);
    if (arena[start] !== words[at] || arena[start + 1] !== words[at + 1] || arena[start + entry.words] !== words[at + entry.words]) return false;
    const end = entry.pairs + (words[at + entry.words] ?? 0);
    for (let i: number = entry.pairs; i < end; i++) if (arena[start + i] !== words[at + i]) return false;
    return true;
  };
  const place = (state: number): void => {
    let at = slotOf(arenaOf(state), startOf(state));
    while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
    slots[at] = state + 1;
  };

  return {
    get size() { return size; },
    get memory() { return { arenas, places, slots, size }; },
    get bytes() { return 4 * (arenas.reduce((sum, { length }) => sum + length, 0) + places.length + slots.length); },
    find: (words, at) => {
      for (let slot = slotOf(words, at); ; slot = (slot + 1) & (slots.length - 1)) {
        const state = (slots[slot] ?? 0) - 1;
        if (state < 0) return -1;
        // What has been added since the memory was handed over is not looked at.
        if (state < size && same(state, words, at)) return state;
      }
    },
    add: (words, at) => {
      const length = lengthOf(words, at);
      if (used + length > (arenas[arenas.length - 1]?.length ?? 0)) {
        arenas = [...arenas, room(Math.max(arenaWords, length))];
        used = 0;
      }
      if (2 * size >= places.length) {
        const larger = room(2 * places.length);
        larger.set(places);
        places = larger;
      }
      arenas[arenas.length - 1]?.set(words.subarray(at, at + length), used);
      places[2 * size] = arenas.length - 1;
      places[2 * size + 1] = used;
      used += length;
      size++;
      if (2 * size > slots.length) {
        slots = room(2 * slots.length);
        for (let state = 0; state < size; state++) place(state);
      } else place(size - 1);
      return size - 1;
    },
    parent: (state) => arenaOf(state)[startOf(state) + entry.parent] ?? -1,
    action: (state) => readAction(arenaOf(state), startOf(state) + entry.action),
    words: (state, tell) => {
      const arena = arenaOf(state), start = startOf(state) + entry.pairs, end = start + (arena[startOf(state) + entry.words] ?? 0);
      for (let i = start; i < end; i += 2) tell(arena[i] ?? 0, (arena[i + 1] ?? 0) >>> 0);
    },
    cells: (state, cells) => {
      const arena = arenaOf(state), at = startOf(state), start = at + entry.pairs + (arena[at + entry.words] ?? 0), end = start + (arena[at + entry.cells] ?? 0);
      for (let i = start; i < end; i += 2) cells[arena[i] ?? 0] = arena[i + 1] ?? 0;
    },
    clear: () => {
      slots.fill(0);
      size = 0;
      arenas = arenas.slice(0, 1);
      used = arenas.length === 0 ? arenaWords : 0;
    },
    attach: (memory) => {
      ({ places, slots, size } = memory);
      arenas = [...memory.arenas];
    },
  };
};
