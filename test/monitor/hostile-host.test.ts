import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostRead } from "../../hw/host.ts";
import { frame, page, systemFrame, vcpu } from "../../hw/identifiers.ts";
import { NestedFault, nestedTranslate } from "../../hw/nested.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import { usableFrames } from "../../hw/user.ts";
import { hostStep, performHost, type HostStep } from "../hw/host-steps.ts";
import { A, home, kind, R, ROOT, run, RW, TINY, world, type CallName, type World } from "./world.ts";

const SEED = 20231201;
const [DATA, SHARED, INVALID] = [2, 3, 4];

/** System frames that are validated as the guest frame. */
const validated = (w: World, f: number): readonly number[] =>
  Array.from({ length: w.m.systemFrames }, (_, s) => s).filter((s) => {
    const entry = rmpEntry(w.m, systemFrame(s));
    return entry.validated && (entry.guestFrame as number) === f;
  });

/** Guest frames with more than one. */
function validatedTwice(w: World): readonly number[] {
  const seen = new Set<number>();
  return Array.from({ length: w.m.systemFrames }, (_, s) => rmpEntry(w.m, systemFrame(s))).flatMap((entry) => {
    if (!entry.validated) return [];
    if (seen.has(entry.guestFrame)) return [entry.guestFrame];
    seen.add(entry.guestFrame);
    return [];
  });
}

interface Move { readonly call: CallName; readonly which: number; readonly page: number; readonly host: readonly (readonly [wait: number, step: HostStep])[] }

/** Calls of A about its four frames and eight pages; before the call and at some steps inside it the host moves, mostly behind frames of A. */
function moves(w: World): fc.Arbitrary<Move[]> {
  const at = fc.oneof({ weight: 30, arbitrary: fc.nat(3).map((n) => frame(w.own(A, n))) }, { weight: 1, arbitrary: fc.nat(w.m.frames - 1).map(frame) });
  const host = hostStep(w.m.frames, w.m.systemFrames, w.m.wordsPerFrame, fc.constant(9)).chain((step): fc.Arbitrary<HostStep> =>
    step.do === "host-write" ? fc.constant(step) : at.map((f): HostStep => ({ ...step, at: f })));
  return fc.array(fc.record({
    call: fc.constantFrom<CallName>("validate", "invalidate", "share_host", "unshare_host", "map", "unmap", "protect"),
    which: fc.nat(3),
    page: fc.nat(3),
    host: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(30), host), { maxLength: 3 }) }),
  }), { minLength: 10, maxLength: 60 });
}

const argumentsOf = (w: World, { call, which, page: at }: Move): readonly number[] => {
  if (call === "map") return [A, at, w.own(A, which), RW];
  if (call === "protect") return [A, at, R];
  return call === "unmap" ? [A, at] : [w.own(A, which)];
};

/** Plays the call under the host's moves; false where the vCPU has ended. */
function play(w: World, move: Move): boolean {
  let step = 0;
  w.m.beforeStep = (m) => {
    for (const [wait, one] of move.host) if (wait === step) performHost(m, one);
    step += 1;
  };
  try {
    run(w, 0, move.call, ...argumentsOf(w, move));
    return true;
  } catch (fault) {
    if (!(fault instanceof NestedFault)) throw fault;
    return false;
  } finally {
    w.m.beforeStep = null;
  }
}

describe("a host that remaps, updates the RMP and writes what it can, at any step", () => {
  it(`never has two validated pages behind one frame, and nobody reaches what is not confirmed (seed ${SEED})`, () => {
    const shape = { ...TINY, platform: "sev-snp" } as const;
    const ended = { yes: 0, no: 0 };
    const kinds = new Set<number>();
    fc.assert(
      fc.property(moves(world(shape)), (sequence) => {
        const w = world(shape, [A, ROOT]);
        let goesOn = true;
        for (let n = 0; n < sequence.length && goesOn; n++) {
          goesOn = play(w, sequence[n] ?? { call: "unmap", which: 0, page: 0, host: [] });
          expect(validatedTwice(w)).toEqual([]);
          // The monitor's own tables are read as the machine is: where the host took them away, the vCPU has ended.
          if (!goesOn || Array.from({ length: w.monitorFrames }, (_, f) => f).some((f) => typeof nestedTranslate(w.m, frame(f), true) !== "number")) break;
          expect(home(w, 0)).toBe(A);
          for (const f of [0, 1, 2, 3].map((one) => w.own(A, one))) {
            kinds.add(kind(w, f));
            if (kind(w, f) === SHARED || kind(w, f) === INVALID) expect([f, validated(w, f)]).toEqual([f, []]);
          }
          for (let at = 0; at < 4; at++) {
            for (const to of usableFrames(w.m, vcpu(0), page(at), "w")) {
              expect([DATA, SHARED]).toContain(kind(w, to));
              const system = nestedTranslate(w.m, to, kind(w, to) === DATA);
              expect(typeof system).toBe("number");
              if (typeof system === "number" && kind(w, to) === DATA) expect([validated(w, to), hostRead(w.m, system, 0)]).toEqual([[system], "ciphertext"]);
            }
          }
        }
        ended[goesOn ? "no" : "yes"] += 1;
      }),
      { seed: SEED, numRuns: 500 },
    );
    // Both happened, and every kind that a frame of a domain can have.
    expect([ended.yes > 10, ended.no > 10, [...kinds].sort()]).toEqual([true, true, [DATA, SHARED, INVALID]]);
  });
});
