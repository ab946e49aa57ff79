import { describe, expect, it } from "vitest";
import { page, vcpu } from "../../hw/identifiers.ts";
import { ipiPending } from "../../hw/interrupts.ts";
import { usableFrames } from "../../hw/user.ts";
import { busy, CALLS } from "./busy.ts";
import { cell, enter, home, kind, owner, run, TINY, wordOf, type World } from "./world.ts";

/** The host takes the vCPU away, for ever. */
class Gone extends Error {}

/** All frames that ring 3 on other vCPUs than the caller's can use, by what any of them still holds. */
const inUse = (w: World): ReadonlySet<number> => new Set([1, 2, 3].flatMap((v) => [0, 1, 2, 3].flatMap((at) => [...usableFrames(w.m, vcpu(v), page(at), "r")])));

describe("a vCPU that is never scheduled again", () => {
  it.each(CALLS.map((call) => [call[0], call] as const))("stops %s before anything that others can still reach is given away", (_, [call, by, args]) => {
    const quiet = busy(TINY);
    let steps = 0;
    enter(quiet, 0, by);
    quiet.m.beforeStep = () => { steps++; };
    expect(run(quiet, 0, call, ...args(quiet))).toBe("OK");
    let waiting = 0;
    // The call never gets further than this step: a wait that never ends is one of them.
    for (let last = 1; last <= steps; last++) {
      const w = busy(TINY);
      enter(w, 0, by);
      const before = [...inUse(w)].map((f) => [f, owner(w, f), kind(w, f), wordOf(w, f, 0)] as const);
      let step = 0;
      w.m.beforeStep = () => {
        step += 1;
        if (step === last) throw new Gone();
      };
      expect(() => run(w, 0, call, ...args(w))).toThrow(Gone);
      w.m.beforeStep = null;
      if ([1, 2, 3].some((v) => ipiPending(w.m, vcpu(v)))) waiting++;
      const usable = inUse(w);
      for (const [f, owned, kindBefore, word] of before.filter(([one]) => usable.has(one))) expect([f, owner(w, f), kind(w, f), wordOf(w, f, 0)]).toEqual([f, owned, kindBefore, word]);
      for (const f of usable) expect([f, before.some(([one]) => one === f)]).toEqual([f, true]);
      // A receiver that can still use a frame still counts as one: no call could take the frame for unused.
      for (const f of usable) expect([f, cell(w, "frame", f, 1) & 0xff]).toEqual([f, 2]);
      expect(home(w, 0)).toBe(by);
    }
    expect(waiting).toBeGreaterThan(0);
  });
});
