import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allPages, geometry, indexAt } from "../../hw/geometry.ts";
import { frame, page } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { createMachine } from "../../hw/machine.ts";
import { walk, walkInto, walkResult } from "../../hw/paging.ts";
import { readEntryHigh, readEntryLow, writeEntry } from "../../hw/physical.ts";
import { naiveWalk } from "./naive-walk.ts";
import { entryWords } from "./steps.ts";

const FRAMES = 6;
const geometries = fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 9 })).map(([levels, bits]) => geometry(levels, bits));

/** A machine whose frames hold random entries where walks of the chosen pages look, and nothing elsewhere. */
const scenes = geometries.chain((g) =>
  fc.record({
    pages: fc.array(fc.nat(allPages(g)).map(page), { minLength: 1, maxLength: 4 }),
    words: fc.array(entryWords(FRAMES), { minLength: FRAMES * 16, maxLength: FRAMES * 16 }),
    // Most frames are small numbers, in which large pages at 4 x 9 are rarely aligned: move some of them up.
    aligned: fc.boolean(),
  }).map((scene) => ({ g, ...scene })),
);

function sceneMachine({ g, pages, words, aligned }: typeof scenes extends fc.Arbitrary<infer S> ? S : never): Machine {
  const m = createMachine({ geometry: g, frames: FRAMES, vcpus: 1, tlb: "explicit", tlbCapacity: 1 });
  let next = 0;
  for (let at = 0; at < FRAMES; at++) {
    for (const p of pages) {
      for (let level = 1; level <= g.levels; level++) {
        const entry = words[next++ % words.length] ?? { low: 0, high: 0 };
        const low = aligned && (entry.low & 0x80) !== 0 ? entry.low & 0xc0001fff : entry.low;
        writeEntry(m, frame(at), indexAt(g, p, level), low >>> 0, entry.high);
      }
    }
  }
  return m;
}

function entryAt(m: Machine): (table: number, index: number) => bigint {
  return (table, index) =>
    table < m.frames ? (BigInt(readEntryHigh(m, frame(table), index)) << 32n) | BigInt(readEntryLow(m, frame(table), index)) : (1n << 64n) - 1n;
}

describe("paging", () => {
  it("walks as a walker written from the manual, at every geometry", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(scenes, (scene) => {
        const m = sceneMachine(scene);
        const out = walkResult();
        for (const p of scene.pages) {
          for (let root = 0; root < FRAMES; root++) {
            const expected = naiveWalk(scene.g, entryAt(m), BigInt(root) << 12n, BigInt(p) << 12n);
            const found = walk(m, frame(root), p);
            const translated = walkInto(m, frame(root), p, out);
            expect(translated).toBe(found.ok);
            const key = "fault" in expected ? expected.fault : `level ${expected.level}`;
            seen.set(key, (seen.get(key) ?? 0) + 1);
            if ("fault" in expected) {
              expect(found).toEqual({ ok: false, reason: expected.fault, level: expected.level });
              expect([out.reason, out.level]).toEqual([expected.fault, expected.level]);
            } else {
              const { address, ...rest } = expected;
              expect(found).toEqual({ ok: true, frame: Number(address >> 12n), encrypted: false, ...rest });
              expect([out.frame, out.level, out.global]).toEqual([Number(address >> 12n), expected.level, expected.global]);
            }
          }
        }
      }),
      { numRuns: 400 },
    );
    // Not vacuous: every outcome is met.
    for (const outcome of ["non-canonical", "not-present", "reserved", "level 1", "level 2", "level 3"]) {
      expect(seen.get(outcome) ?? 0, outcome).toBeGreaterThan(5);
    }
  });
});
