/**
 * The visited states, exact: every state whole, in the order it was found, and an index over them. A state's id is its position. An index slot is 0 or
 * holds the id, raised by one, and above it as many bits of the state's hash as the word has left, so that most probes compare a state only with itself.
 */

export interface StateTable {
  /** 32-bit words of a state. */
  readonly words: number;
  size(): number;
  /** The states, one after another. The array changes when the table grows. */
  states(): Int32Array;
  /** The id of a state that was not there before, or -1. */
  add(state: Int32Array): number;
  /** Bytes in use. */
  bytes(): number;
}

/** Share of index slots in use at which the index doubles. */
const fullest = 0.7;
const smallest = 1 << 12;

const hashOf = (words: number, states: Int32Array, at: number): number => {
  let h = 0x2545f491;
  for (let i = 0; i < words; i++) {
    h = Math.imul(h ^ (states[at + i] ?? 0), 0x9e3779b1);
    h ^= h >>> 15;
  }
  h = Math.imul(h, 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
};

export const createTable = (words: number): StateTable => {
  let capacity = smallest, count = 0, states = new Int32Array(capacity * words);
  let slots = smallest * 2, idMask = slots - 1, index = new Uint32Array(slots);

  const place = (id: number, hash: number): void => {
    let slot = hash & idMask;
    while (index[slot] !== 0) slot = (slot + 1) & idMask;
    index[slot] = ((hash & ~idMask) | (id + 1)) >>> 0;
  };
  const growStates = (): void => {
    capacity *= 2;
    const larger = new Int32Array(capacity * words);
    larger.set(states);
    states = larger;
  };
  const growIndex = (): void => {
    slots *= 2;
    idMask = slots - 1;
    index = new Uint32Array(slots);
    for (let id = 0; id < count; id++) place(id, hashOf(words, states, id * words));
  };

  return {
    words,
    size: () => count,
    states: () => states,
    add: (state) => {
      const hash = hashOf(words, state, 0), tag = (hash & ~idMask) >>> 0;
      let slot = hash & idMask;
      for (let entry = index[slot] ?? 0; entry !== 0; entry = index[slot] ?? 0) {
        if (((entry & ~idMask) >>> 0) === tag) {
          const at = ((entry & idMask) - 1) * words;
          let word = 0;
          while (word < words && states[at + word] === state[word]) word++;
          if (word === words) return -1;
        }
        slot = (slot + 1) & idMask;
      }
      if (count === capacity) growStates();
      const id = count++;
      for (let word = 0; word < words; word++) states[id * words + word] = state[word] ?? 0;
      index[slot] = (tag | (id + 1)) >>> 0;
      if (count > slots * fullest) growIndex();
      return id;
    },
    bytes: () => states.byteLength + index.byteLength,
  };
};
