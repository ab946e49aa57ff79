import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commit, createMemory, hash, mark, readWord, restore, snapshot, undo, writeWord } from "../../hw/memory.ts";
import type { Hash, Mark, Memory } from "../../hw/memory.ts";

const SIZE = 40;
const writes = fc.array(fc.tuple(fc.nat(SIZE - 1), fc.oneof(fc.nat(3), fc.nat(0xffffffff))), { maxLength: 200 });
type Writes = [number, number][];

function memoryAfter(list: Writes): Memory {
  const mem = createMemory(SIZE);
  for (const [index, value] of list) writeWord(mem, index, value);
  return mem;
}

/** The hash of the same words written once each, in order. */
function recomputed(mem: Memory): Hash {
  const fresh = createMemory(mem.words.length);
  mem.words.forEach((value, index) => writeWord(fresh, index, value));
  return hash(fresh);
}

describe("memory", () => {
  it("undo restores words and hash, to any mark, innermost first", () => {
    fc.assert(
      fc.property(writes, writes, writes, (before, between, after) => {
        const mem = memoryAfter(before);
        const outer = mark(mem);
        const atOuter = snapshot(mem);
        for (const [index, value] of between) writeWord(mem, index, value);
        const inner = mark(mem);
        const atInner = snapshot(mem);
        for (const [index, value] of after) writeWord(mem, index, value);
        undo(mem, inner);
        expect(snapshot(mem)).toEqual(atInner);
        undo(mem, outer);
        expect(snapshot(mem)).toEqual(atOuter);
      }),
    );
  });

  it("the incremental hash depends on the words alone, whenever it is asked for between writes, undos and commits", () => {
    const few = fc.tuple(fc.constant("write"), fc.nat(5), fc.oneof(fc.nat(3), fc.nat(0xffffffff))), asked = fc.tuple(fc.constantFrom("hash", "mark", "undo", "commit"), fc.nat(3), fc.constant(0));
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: few }, asked), { maxLength: 60, size: "max" }), (list) => {
        const mem = createMemory(6);
        let marks: { readonly at: Mark; readonly words: readonly number[] }[] = [];
        for (const [what, a, b] of list) {
          if (what === "write") writeWord(mem, a, b);
          else if (what === "hash") expect(hash(mem)).toEqual(recomputed(mem));
          else if (what === "mark") marks.push({ at: mark(mem), words: [...mem.words] });
          else if (what === "commit") {
            commit(mem);
            marks = [];
          } else {
            const to = marks[a];
            if (to === undefined) continue;
            undo(mem, to.at);
            expect([...mem.words]).toEqual(to.words);
            marks = marks.slice(0, a + 1);
          }
        }
        expect(hash(mem)).toEqual(recomputed(mem));
      }),
    );
  });

  it("the hash of an all-zero memory is zero, however it came to be", () => {
    fc.assert(
      fc.property(writes, (list) => {
        const mem = memoryAfter(list);
        for (let index = 0; index < SIZE; index++) writeWord(mem, index, 0);
        expect(hash(mem)).toEqual({ hashLow: 0, hashHigh: 0 });
      }),
    );
  });

  it("neither lane collides on small values at neighbouring words", () => {
    const low = new Set<number>();
    const high = new Set<number>();
    for (let index = 0; index < 200; index++) {
      for (let value = 1; value <= 200; value++) {
        const mem = createMemory(200);
        writeWord(mem, index, value);
        const { hashLow, hashHigh } = hash(mem);
        low.add(hashLow);
        high.add(hashHigh);
      }
    }
    // 40,000 values in 2^32 give 0.19 pairs by chance.
    expect(low.size).toBeGreaterThan(39_995);
    expect(high.size).toBeGreaterThan(39_995);
  });

  it("restore goes back to a snapshot", () => {
    fc.assert(
      fc.property(writes, writes, (before, after) => {
        const mem = memoryAfter(before);
        const snap = snapshot(mem);
        for (const [index, value] of after) writeWord(mem, index, value);
        restore(mem, snap);
        expect(snapshot(mem)).toEqual(snap);
        expect(mark(mem)).toBe(0);
      }),
    );
  });

  it("commit makes writes permanent", () => {
    const mem = memoryAfter([[3, 7]]);
    commit(mem);
    const here = mark(mem);
    writeWord(mem, 3, 8);
    undo(mem, here);
    expect(readWord(mem, 3)).toBe(7);
  });

  it("refuses words and snapshots of another size", () => {
    expect(() => writeWord(createMemory(4), 4, 1)).toThrow(RangeError);
    expect(() => restore(createMemory(4), snapshot(createMemory(5)))).toThrow(RangeError);
    expect(readWord(createMemory(4), 4)).toBe(0);
  });
});
