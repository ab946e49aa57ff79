/** Rows of integers by number: equal rows have the same number, and one row of another kind is found by its key. */

const hashOf = (row: ArrayLike<number>, length: number): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (row[i] ?? 0), 0x01000193) ^ (hash >>> 15);
  return hash;
};

/** Rows of any length, each stored once. */
export interface Interned {
  /** The number of a row; it is copied if it is new. */
  number(row: Int32Array): number;
  row(number: number): Int32Array;
}

export const createInterned = (): Interned => {
  const rows: Int32Array[] = [];
  let slots = new Int32Array(1 << 10).fill(-1);
  const same = (one: Int32Array, other: Int32Array): boolean => {
    if (one.length !== other.length) return false;
    for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
    return true;
  };
  const place = (row: Int32Array): number => {
    let at = hashOf(row, row.length) & (slots.length - 1);
    for (;;) {
      const found = slots[at] ?? -1, held = rows[found];
      if (held === undefined || same(held, row)) return at;
      at = (at + 1) & (slots.length - 1);
    }
  };
  return {
    number: (row) => {
      const at = place(row), found = slots[at] ?? -1;
      if (found >= 0) return found;
      const number = rows.push(row.slice()) - 1;
      slots[at] = number;
      if (2 * rows.length > slots.length) {
        slots = new Int32Array(2 * slots.length).fill(-1);
        rows.forEach((one, i) => { slots[place(one)] = i; });
      }
      return number;
    },
    row: (number) => rows[number] ?? new Int32Array(0),
  };
};

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
