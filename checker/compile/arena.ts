/** Where the arrays of a generated program lie: one memory, so that WebAssembly finds them at addresses that are known when it is translated. */

export type ArrayKind = "Int32Array" | "Float64Array" | "Uint8Array" | "Int8Array";

/** `content` is what a constant array holds, and `null` for one that is written. */
export interface Placed { readonly name: string; readonly kind: ArrayKind; readonly length: number; readonly address: number; readonly content: ArrayLike<number> | null }

export interface Arena {
  /** Takes room for an array. */
  place(name: string, kind: ArrayKind, length: number, content: ArrayLike<number> | null): Placed;
  readonly arrays: ReadonlyMap<string, Placed>;
  /** Bytes taken so far. */
  bytes(): number;
}

const sizes = { Int32Array: 4, Float64Array: 8, Uint8Array: 1, Int8Array: 1 } as const;
/** No array begins at address 0, so that an index just before one is inside the memory. */
const first = 64, alignment = 16;

export const createArena = (): Arena => {
  const arrays = new Map<string, Placed>();
  let top = first;
  return {
    arrays,
    place: (name, kind, length, content) => {
      const placed = { name, kind, length, address: top, content };
      arrays.set(name, placed);
      top = Math.ceil((top + length * sizes[kind]) / alignment) * alignment;
      return placed;
    },
    bytes: () => top,
  };
};
