/**
 * All mutable state of a machine: one array of 32-bit words with a write log and an incremental hash. Frames, registers and TLBs alike live
 * in it, so that one undo, one snapshot and one hash cover the whole machine and nothing can be forgotten.
 */
export interface Memory {
  readonly words: Uint32Array;
  /** Pairs (index, old value), oldest first; only the first `logLength` words count. */
  log: Uint32Array;
  logLength: number;
  /** How much of the log the hash has followed: most writes are undone before anyone asks for it. */
  hashed: number;
  /** The hash of the words as they were then. */
  hashLow: number;
  hashHigh: number;
  /** By word, in which round of following the log it was met last. */
  readonly met: Float64Array;
  round: number;
}

/** Two lanes of a 64-bit hash, as signed 32-bit integers. */
export interface Hash {
  readonly hashLow: number;
  readonly hashHigh: number;
}

declare const marked: unique symbol;
/** A position in the write log. It is void after `commit`, `restore` and an `undo` to an earlier mark. */
export type Mark = number & { readonly [marked]: true };

/** A copy of a memory's words with their hash. */
export interface Snapshot extends Hash {
  readonly words: Uint32Array;
}

/** Returns a memory of `n` zero words, of hash 0. */
export function createMemory(n: number): Memory {
  return { words: new Uint32Array(n), log: new Uint32Array(256), logLength: 0, hashed: 0, hashLow: 0, hashHigh: 0, met: new Float64Array(n), round: 0 };
}

/** MurmurHash3's 32-bit finaliser: a bijection in which every input bit reaches every output bit. */
function finalise(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

// A state's hash is the sum over its non-zero words, so that a changed word costs two mixes and the order of writes is forgotten.
// The lanes combine index and value in different ways (sum, and product with exclusive or): a pair that collides in one lane is independent of the other.
function addWord(mem: Memory, index: number, value: number, sign: 1 | -1): void {
  if (value === 0) return;
  const place = finalise(Math.imul(index, 0x9e3779b1) + 0x165667b1);
  mem.hashLow = (mem.hashLow + sign * finalise(value + place)) | 0;
  mem.hashHigh = (mem.hashHigh + sign * finalise(Math.imul(value, 0x27d4eb2f) ^ Math.imul(place ^ (place >>> 15), 0x2c1b3c6d))) | 0;
}

function replaceWord(mem: Memory, index: number, old: number, value: number): void {
  addWord(mem, index, old, -1);
  addWord(mem, index, value, 1);
}

/** Returns the hash of the present words. */
export function hash(mem: Memory): Hash {
  mem.round += 1;
  for (; mem.hashed < mem.logLength; mem.hashed += 2) {
    const index = mem.log[mem.hashed] ?? 0, old = mem.log[mem.hashed + 1] ?? 0, word = mem.words[index] ?? 0;
    // Of a word that was written more than once count what it was at first and what it is now.
    if (mem.met[index] !== mem.round && old !== word) replaceWord(mem, index, old, word);
    mem.met[index] = mem.round;
  }
  return { hashLow: mem.hashLow, hashHigh: mem.hashHigh };
}

/** Returns the word at `index`; 0 outside the memory. */
export function readWord(mem: Memory, index: number): number {
  return mem.words[index] ?? 0;
}

/** Sets the word at `index` to `value` modulo 2^32, and logs what was there. Throws RangeError outside the memory. */
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
  mem.words[index] = word;
}

/** Returns the present position in the write log. */
export function mark(mem: Memory): Mark {
  return mem.logLength as Mark;
}

/** Takes back every write since `to`, hash included. */
export function undo(mem: Memory, to: Mark): void {
  while (mem.logLength > to) {
    mem.logLength -= 2;
    const index = mem.log[mem.logLength] ?? 0, old = mem.log[mem.logLength + 1] ?? 0;
    if (mem.logLength < mem.hashed) {
      replaceWord(mem, index, mem.words[index] ?? 0, old);
      mem.hashed = mem.logLength;
    }
    mem.words[index] = old;
  }
}

/** Makes every write permanent by dropping the log, which otherwise grows without bound. */
export function commit(mem: Memory): void {
  hash(mem);
  mem.logLength = 0;
  mem.hashed = 0;
}

/** Returns a copy of the present state. */
export function snapshot(mem: Memory): Snapshot {
  return { words: mem.words.slice(), ...hash(mem) };
}

/** Goes to the state of `snap` and drops the log. Throws RangeError when the sizes differ. */
export function restore(mem: Memory, snap: Snapshot): void {
  if (snap.words.length !== mem.words.length) throw new RangeError(`snapshot of ${snap.words.length} words, memory of ${mem.words.length}`);
  mem.words.set(snap.words);
  mem.hashLow = snap.hashLow;
  mem.hashHigh = snap.hashHigh;
  mem.logLength = 0;
  mem.hashed = 0;
}
