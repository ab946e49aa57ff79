import { describe, expect, it } from "vitest";
import { allPages, entriesPerTable, geometry, indexAt, pagesPerEntry, prefixAt, prefixesAt, userPages, wordsPerFrame } from "../../hw/geometry.ts";
import { page } from "../../hw/identifiers.ts";

describe("geometry", () => {
  it("4 x 9 is x86-64", () => {
    const g = geometry(4, 9);
    expect(entriesPerTable(g)).toBe(512);
    expect(wordsPerFrame(g) * 4).toBe(4096);
    expect(userPages(g) * 4096).toBe(2 ** 47);
    expect(allPages(g) * 4096).toBe(2 ** 48);
    expect([1, 2, 3].map((level) => pagesPerEntry(g, level) * 4096)).toEqual([4096, 2 ** 21, 2 ** 30]);
    const last = page(allPages(g) - 1);
    expect([1, 2, 3, 4].map((level) => indexAt(g, last, level))).toEqual([511, 511, 511, 511]);
  });

  it("a page's prefix and index at one level are its prefix at the level below", () => {
    for (const g of [geometry(2, 1), geometry(3, 2), geometry(4, 2)]) {
      for (let n = 0; n < allPages(g); n++) {
        for (let level = 2; level <= g.levels; level++) {
          expect(prefixAt(g, page(n), level) * entriesPerTable(g) + indexAt(g, page(n), level)).toBe(prefixAt(g, page(n), level - 1));
        }
      }
    }
  });

  it("counts the tables of the user half", () => {
    for (const g of [geometry(2, 1), geometry(3, 2), geometry(4, 9)]) {
      for (let level = 1; level < g.levels; level++) {
        expect(prefixesAt(g, level)).toBe(prefixAt(g, page(userPages(g) - 1), level) + 1);
      }
      expect(prefixesAt(g, g.levels)).toBe(1);
    }
  });

  it("refuses shapes that no x86 table has", () => {
    for (const [levels, bits] of [[1, 9], [5, 9], [4, 0], [4, 10], [2.5, 2], [2, Number.NaN]] as const) {
      expect(() => geometry(levels, bits)).toThrow(RangeError);
    }
  });
});
