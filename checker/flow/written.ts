/** A function from rows to what follows them, written down as it is seen. */
import { hashOf } from "../refine/interned.ts";

/** Words of a row of the table: what is asked, what was seen, and where it was seen first. */
const width = 7, keyed = 3;

/** A function that is being written down: the first value seen for a key stays, with its origin. */
export interface Written {
  /** Position of the row for the key; a new one has the value and the origin that are given. `fresh` says which it was. */
  at(observation: number, action: number, actor: number, seen: number, registers: number, run: number, state: number): number;
  readonly fresh: boolean;
  /** Word 0 is the observation after the step, 1 the registers, 2 the run, 3 the state in which the step was taken. */
  read(row: number, word: 0 | 1 | 2 | 3): number;
  readonly size: number;
}

export const createWritten = (): Written => {
  let table = new Int32Array(width << 12), used = 0, fresh = false;
  let slots = new Int32Array(1 << 13).fill(-1);
  const key = new Int32Array(keyed);
  const place = (a: number, b: number, c: number): number => {
    key[0] = a;
    key[1] = b;
    key[2] = c;
    let at = hashOf(key, keyed) & (slots.length - 1);
    for (;;) {
      const row = slots[at] ?? -1, start = width * row;
      if (row < 0 || (table[start] === a && table[start + 1] === b && table[start + 2] === c)) return at;
      at = (at + 1) & (slots.length - 1);
    }
  };
  const grow = (): void => {
    const larger = new Int32Array(2 * table.length);
    larger.set(table);
    table = larger;
    slots = new Int32Array(2 * slots.length).fill(-1);
    for (let row = 0; row < used; row++) slots[place(table[width * row] ?? 0, table[width * row + 1] ?? 0, table[width * row + 2] ?? 0)] = row;
  };
  return {
    at: (observation, action, actor, seen, registers, run, state) => {
      const at = place(observation, action, actor), row = slots[at] ?? -1;
      fresh = row < 0;
      if (!fresh) return row;
      table.set([observation, action, actor, seen, registers, run, state], width * used);
      slots[at] = used;
      used++;
      if (width * used >= table.length) grow();
      return used - 1;
    },
    get fresh() { return fresh; },
    read: (row, word) => table[width * row + keyed + word] ?? 0,
    get size() { return used; },
  };
};
