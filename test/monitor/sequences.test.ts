import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pcid, vcpu } from "../../hw/identifiers.ts";
import { forEachCached } from "../../hw/tlb.ts";
import { currentPcid } from "../../hw/vcpu.ts";
import { CALLS } from "../../monitor/abi.ts";
import {
  allButRax, authorised, counts, enter, entriesOf, home, isZero, kind, nameOf, owner, phase, run, SHAPES, wordOf, world, type CallName, type World,
} from "./world.ts";

const SEED = 20231201;
const CALL_NAMES = Object.keys(CALLS) as CallName[];

interface Move {
  readonly by: number;
  readonly v: number;
  readonly call: CallName;
  readonly pick: readonly number[];
}

const move: fc.Arbitrary<Move> = fc.record({
  by: fc.nat({ max: 4 }),
  v: fc.nat({ max: 3 }),
  call: fc.constantFrom(...CALL_NAMES),
  pick: fc.array(fc.nat({ max: 0xffff }), { minLength: 4, maxLength: 4 }),
});

/** Arguments that are mostly in range and often meet: 5 slots, the frames, 5 pages, the rights, 2 indexes. */
function argumentsOf(w: World, { call, pick }: Move): readonly number[] {
  const [p = 0, q = 0, r = 0, s = 0] = pick;
  const d = p % 5;
  const f = w.monitorFrames - 1 + (q % (w.m.frames - w.monitorFrames + 2));
  const a = [1, 3, 5, 1, 3, 5, 0, 7][s % 8] ?? 1;
  switch (call) {
    case "reclaim":
    case "accept":
    case "relinquish":
      return [f];
    case "donate":
    case "revoke":
      return [f, d];
    case "grant":
      return [f, d, a];
    case "map":
      return [d, r % 5, f, a];
    case "protect":
      return [d, r % 5, a];
    case "unmap":
      return [d, r % 5];
    case "table_add":
      return [d, 1 + (r % w.shape.levels), s % 2, f];
    case "table_remove":
      return [d, 1 + (r % w.shape.levels), s % 2];
    case "create":
      return [d, f];
    default:
      return [d];
  }
}

/** What must hold after every call, read from the bits. */
function check(w: World): void {
  for (const { name, kept, counted } of counts(w)) expect([name, kept]).toEqual([name, counted]);
  const mapped = new Map<number, number>();
  for (const { table, level, to, access } of entriesOf(w)) {
    expect(kind(w, to)).toBe(level === 1 ? 2 : 1);
    if (level === 1) expect([table, to, authorised(w, owner(w, table), to, access)]).toEqual([table, to, true]);
    if (level === 1) mapped.set(to, (mapped.get(to) ?? 0) | access);
  }
  // No frame is writable through one translation and executable through another, of anyone.
  for (const [to, access] of mapped) expect([to, access]).not.toEqual([to, 7]);
  for (let v = 0; v < w.m.vcpus; v++) {
    expect([phase(w, home(w, v)), currentPcid(w.m, vcpu(v))]).toEqual([2, pcid(home(w, v) + 1)]);
    forEachCached(w.m, vcpu(v), (tag, global, _page, to, writable, user, executable) => {
      expect(global).toBe(false);
      if (!user) return;
      expect([v, tag, to, authorised(w, tag - 1, to, 1 | (writable ? 2 : 0) | (executable ? 4 : 0)), kind(w, to)]).toEqual([v, tag, to, true, 2]);
    });
  }
}

/** Plays a move by whoever it says, if that domain is sealed, else by who runs there. */
function play(w: World, m: Move): void {
  const v = m.v % w.m.vcpus;
  if (phase(w, m.by) === 2) enter(w, v, m.by);
  const args = argumentsOf(w, m);
  const owners = Array.from({ length: w.m.frames }, (_, f) => owner(w, f));
  run(w, v, 0, ...args);
  const picture = allButRax(w, v);
  const code = run(w, v, m.call, ...args);
  if (m.call === "switch") return check(w);
  if (code !== "OK") expect(allButRax(w, v)).toEqual(picture);
  // The scrub: who takes a frame from another finds nothing in it (donate moves the content on purpose).
  owners.forEach((before, f) => {
    if (before === owner(w, f) || m.call === "donate") return;
    if (m.call === "create") expect([wordOf(w, f, 0), wordOf(w, f, 1)]).toEqual([0, 0]);
    else expect([m.call, f, isZero(w, f)]).toEqual(["reclaim", f, true]);
  });
  check(w);
}

describe.each(SHAPES.map((shape) => [nameOf(shape), shape] as const))(`random calls at %s (seed ${SEED})`, (_, shape) => {
  it("keep every counter, authorise every translation, and change RAX alone when denied", () => {
    const real = shape.indexBits === 9;
    fc.assert(
      fc.property(fc.array(move, { minLength: real ? 10 : 40, maxLength: real ? 40 : 150, size: "max" }), (moves) => {
        const w = world(shape);
        for (const each of moves) play(w, each);
      }),
      { seed: SEED, numRuns: real ? 2 : 12 },
    );
  });
});
