import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTable } from "../../checker/explore/table.ts";

describe("the table of visited states", () => {
  it.each([1, 2, 3])("is a set of states of %i words, through every growth", (words) => {
    const state = fc.array(fc.integer({ min: -2, max: 12 }), { minLength: words, maxLength: words });
    fc.assert(fc.property(fc.array(state, { maxLength: 300 }), (states) => {
      const table = createTable(words), known = new Map<string, number>();
      for (const one of states) {
        const id = table.add(Int32Array.from(one)), key = one.join();
        expect(id).toBe(known.has(key) ? -1 : known.size);
        if (id >= 0) known.set(key, id);
      }
      expect(table.size()).toBe(known.size);
      for (const [key, id] of known) expect(table.states().subarray(id * words, (id + 1) * words).join()).toBe(key);
    }), { seed: 17, numRuns: 50 });
  });

  it("forgets nothing among many", () => {
    const table = createTable(2), many = 50_000, state = new Int32Array(2);
    const fill = (i: number): Int32Array => {
      state[0] = i % 97;
      state[1] = -i;
      return state;
    };
    for (let i = 0; i < many; i++) if (table.add(fill(i)) !== i) throw new Error(`state ${i} is taken for another`);
    for (let i = 0; i < many; i++) if (table.add(fill(i)) !== -1) throw new Error(`state ${i} is forgotten`);
    expect(table.size()).toBe(many);
    expect(table.bytes() / many).toBeLessThan(24);
  });
});
