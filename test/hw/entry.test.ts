import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { A, C_BIT, D, G, NX, P, PCD, PS, PWT, RW, US, decodeEntry, encodeEntry, entryFrame, entryHigh, entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import { frame } from "../../hw/identifiers.ts";

const real = geometry(4, 9);
const level = fc.integer({ min: 1, max: 4 });
const word = fc.nat(0xffffffff);

describe("entry", () => {
  it("encode(decode(words)) is the identity on all words", () => {
    fc.assert(
      fc.property(word, word, level, (low, high, at) => {
        expect(encodeEntry(decodeEntry(low, high, at, real))).toEqual({ low, high });
      }),
    );
  });

  it("decode(encode(entry)) is the identity", () => {
    const flag = fc.boolean();
    const fields = fc.record({
      present: flag,
      writable: flag,
      user: flag,
      writeThrough: flag,
      cacheDisable: flag,
      accessed: flag,
      dirty: flag,
      pageSize: flag,
      global: flag,
      available: fc.nat(7),
      frame: fc.nat(2 ** 28 - 1).map(frame),
      beyondWidth: fc.nat(0xfff),
      availableHigh: fc.nat(0x7ff),
      noExecute: flag,
    });
    fc.assert(
      fc.property(fields, level, (entry, at) => {
        const { low, high } = encodeEntry(entry);
        expect(decodeEntry(low, high, at, real)).toMatchObject(entry);
      }),
    );
  });

  it("puts every bit where the manual puts it", () => {
    expect([P, RW, US, PWT, PCD, A, D, PS, G].map((bit) => Math.log2(bit))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([Math.log2(NX) + 32, Math.log2(C_BIT) + 32]).toEqual([63, 51]);
    expect([entryLow(frame(0xabcdef1), P | RW), entryHigh(frame(0xabcdef1), true)]).toEqual([0xcdef1003, 0x800000ab]);
    expect(entryFrame(0xcdef1003, 0x800000ab)).toBe(0xabcdef1);
  });

  it.each([
    ["address bit 40", 1, P, 1 << 8, true],
    ["address bit 39", 1, P, 1 << 7, false],
    ["address bit 51, the C-bit", 1, P, C_BIT, true],
    ["an absent entry", 4, PS, 0xfffff, false],
    ["PS at level 4", 4, P | PS, 0, true],
    ["PS at level 3, an aligned 1-GByte page", 3, P | PS, 0, false],
    ["PS at level 1, where it is PAT", 1, P | PS, 0, false],
    ["a 2-MByte page with PAT", 2, P | PS | (1 << 12), 0, false],
    ["a 2-MByte page with address bit 13", 2, P | PS | (1 << 13), 0, true],
    ["a 2-MByte page with address bit 20", 2, P | PS | (1 << 20), 0, true],
    ["a 2-MByte page with address bit 21", 2, P | PS | (1 << 21), 0, false],
    ["a 1-GByte page with address bit 29", 3, P | PS | (1 << 29), 0, true],
    ["a 1-GByte page with address bit 30", 3, P | PS | (1 << 30), 0, false],
    ["a table with address bit 13", 2, P | (1 << 13), 0, false],
  ])("reserved bits: %s", (_name, at, low, high, violation) => {
    expect(decodeEntry(low, high, at, real).reservedViolation).toBe(violation);
  });
});
