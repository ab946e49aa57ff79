/** Rows of integers by number: equal rows have the same number. */

export const hashOf = (row: ArrayLike<number>, length: number): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (row[i] ?? 0), 0x01000193) ^ (hash >>> 15);
  return hash;
};

/** Rows of any length, each stored once. */
export interface Interned {
  /** The number of a row; it is copied if it is new. */
  number(row: Int32Array): number;
  row(number: number): Int32Array;
  readonly size: number;
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
    get size() { return rows.length; },
  };
};
