import type { Geometry } from "../../hw/geometry.ts";

/** A walk as the manual tells it, over 64-bit entries and byte addresses; shares nothing with the machine's own. */
export type NaiveWalk =
  | { readonly fault: "non-canonical" | "not-present" | "reserved"; readonly level: number }
  | { readonly address: bigint; readonly level: number; readonly writable: boolean; readonly user: boolean; readonly executable: boolean; readonly global: boolean };

const bit = (entry: bigint, n: number): boolean => ((entry >> BigInt(n)) & 1n) === 1n;
const field = (entry: bigint, low: number, high: number): bigint => (entry >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);

/** Returns the walk of linear address `linear` from the table at physical address `cr3`, where `memory` gives the 64-bit entry at (table frame, index). Pages have 4096 bytes whatever the table size. */
export function naiveWalk(g: Geometry, memory: (table: number, index: number) => bigint, cr3: bigint, linear: bigint): NaiveWalk {
  const width = g.indexBits;
  if (linear >= 1n << BigInt(12 + g.levels * width)) return { fault: "non-canonical", level: g.levels };
  const path: bigint[] = [];
  let table = cr3;
  for (let level = g.levels; ; level--) {
    const shift = 12 + width * (level - 1);
    const entry = memory(Number(table >> 12n), Number(field(linear, shift, shift + width - 1)));
    path.push(entry);
    if (!bit(entry, 0)) return { fault: "not-present", level };
    if (field(entry, 40, 51) !== 0n) return { fault: "reserved", level };
    const large = level > 1 && bit(entry, 7);
    if (large && level === 4) return { fault: "reserved", level };
    if (large && shift > 13 && field(entry, 13, shift - 1) !== 0n) return { fault: "reserved", level };
    if (level === 1 || large) {
      return {
        address: (field(entry, shift, 39) << BigInt(shift)) | field(linear, 0, shift - 1),
        level,
        writable: path.every((e) => bit(e, 1)),
        user: path.every((e) => bit(e, 2)),
        executable: !path.some((e) => bit(e, 63)),
        global: bit(entry, 8),
      };
    }
    table = field(entry, 12, 39) << 12n;
  }
}
