/**
 * All mutable state of a machine: one array of 32-bit words with a write log and an incremental hash. Frames, registers and TLBs alike live
 * in it, so that one undo, one snapshot and one hash cover the whole machine and nothing can be forgotten.
 */
export interface Memory {
  readonly words: Uint32Array;
  /** Pairs (index, old value), oldest first; only the first `logLength` words count. */
  log: Uint32Array;
  logLength: number;
  /** Two lanes of the 64-bit hash of all words, as signed 32-bit integers. */
  hashLow: number;
  hashHigh: number;
}

declare const marked: unique symbol;
/** A position in the write log. It is void after `commit`, `restore` and an `undo` to an earlier mark. */
export type Mark = number & { readonly [marked]: true };

/** A copy of a memory's words with their hash. */
export interface Snapshot {
  readonly words: Uint32Array;
  readonly hashLow: number;
  readonly hashHigh: number;
}

/** Returns a memory of `n` zero words, of hash 0. */
export function createMemory(n: number): Memory {
  return { words: new Uint32Array(n), log: new Uint32Array(256), logLength: 0, hashLow: 0, hashHigh: 0 };
}

/** MurmurHash3's 32-bit finaliser: a bijection in which every input bit reaches every output bit. */
function finalise(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

// A state's hash is the sum over its non-zero words, so that a write costs two mixes and the order of writes is forgotten.
// The lanes combine index and value in different ways (sum, and product with exclusive or): a pair that collides in one lane is independent of the other.
function addWord(mem: Memory, index: number, value: number, sign: 1 | -1): void {
  if (value === 0) return;
  const place = finalise(Math.imul(index, 0x9e3779b1) + 0x165667b1);
  mem.hashLow = (mem.hashLow + sign * finalise(value + place)) | 0;
  mem.hashHigh = (mem.hashHigh + sign * finalise(Math.imul(value, 0x27d4eb2f) ^ Math.imul(place ^ (place >>> 15), 0x2c1b3c6d))) | 0;
}

function put(mem: Memory, index: number, old: number, value: number): void {
  mem.words[index] = value;
  addWord(mem, index, old, -1);
  addWord(mem, index, value, 1);
}

/** Returns the word at `index`; 0 outside the memory. */
export function readWord(mem: Memory, index: number): number {
  return mem.words[index] ?? 0;
}

/** Sets the word at `index` to `value` modulo 2^32, logs what was there and updates the hash. Throws RangeError outside the memory. */
export function writeWord(mem: Memory, index: number, value: number): void {
  const old = mem.words[index];
  if (old === undefined) throw new RangeError(`no word ${index} in a memory of ${mem.words.length}`);
  const word = value >>> 0;
  if (old === word) return;
  if (mem.logLength + 2 > mem.log.length) {
    const grown = new Uint32Array(2 * mem.log.length);
    grown.set(mem.log);
    mem.log = grown;
  }
  mem.log[mem.logLength] = index;
  mem.log[mem.logLength + 1] = old;
  mem.logLength += 2;
  put(mem, index, old, word);
}

/** Returns the present position in the write log. */
export function mark(mem: Memory): Mark {
  return mem.logLength as Mark;
}

/** Takes back every write since `to`, hash included. */
export function undo(mem: Memory, to: Mark): void {
  while (mem.logLength > to) {
    mem.logLength -= 2;
    const index = mem.log[mem.logLength] ?? 0;
    put(mem, index, mem.words[index] ?? 0, mem.log[mem.logLength + 1] ?? 0);
  }
}

/** Makes every write permanent by dropping the log, which otherwise grows without bound. */
export function commit(mem: Memory): void {
  mem.logLength = 0;
}

/** Returns a copy of the present state. */
export function snapshot(mem: Memory): Snapshot {
  return { words: mem.words.slice(), hashLow: mem.hashLow, hashHigh: mem.hashHigh };
}

/** Goes to the state of `snap` and drops the log. Throws RangeError when the sizes differ. */
export function restore(mem: Memory, snap: Snapshot): void {
  if (snap.words.length !== mem.words.length) throw new RangeError(`snapshot of ${snap.words.length} words, memory of ${mem.words.length}`);
  mem.words.set(snap.words);
  mem.hashLow = snap.hashLow;
  mem.hashHigh = snap.hashHigh;
  mem.logLength = 0;
}
