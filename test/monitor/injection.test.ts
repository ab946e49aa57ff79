import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vcpu } from "../../hw/identifiers.ts";
import { injectVector, raiseInterrupt, takeInterrupt } from "../../hw/interrupts.ts";
import { cpl } from "../../hw/vcpu.ts";
import { busy, CALLS } from "./busy.ts";
import { current, enter, picture, ROOT, runAs, TINY, type Shape } from "./world.ts";

const SEED = 20231201;
const SHAPES: readonly Shape[] = [{ ...TINY, platform: "sev-snp" }, { ...TINY, levels: 3, platform: "sev-snp" }];

/** Whether the host injects, before this privileged step, on that vCPU. */
type Injects = (step: number, v: number) => boolean;

/** The machine after the call under injections before and inside it. `trusting`: its handler takes a vector without a request for a word from the scheduler. */
function after(shape: Shape, [call, by, args]: (typeof CALLS)[number], injects: Injects | null, trusting = false): { readonly words: Uint32Array; readonly injected: number } {
  const w = busy(shape), { handlers } = w.m;
  if (handlers === null) throw new Error("no monitor");
  if (trusting) {
    w.m.handlers = { ...handlers, shootdown: (m, v, interrupted) => {
      const before = picture(w);
      handlers.shootdown(m, v, interrupted);
      if (before.every((word, n) => word === m.memory.words[n])) enter(w, v, ROOT);
    } };
  }
  let step = 0, injected = 0, inside = false;
  w.m.beforeStep = injects === null ? null : (m) => {
    step += 1;
    if (inside) return;
    inside = true;
    for (let v = 0; v < m.vcpus; v++) {
      if (!injects(step, v)) continue;
      injected += 1;
      injectVector(m, vcpu(v), "shootdown");
      // At CPL 3 it would wait for the monitor's lock.
      if (cpl(m, vcpu(v)) === 0) injectVector(m, vcpu(v), "external");
    }
    inside = false;
  };
  if (injects !== null) for (let v = 0; v < w.m.vcpus; v++) if (injects(0, v)) injectVector(w.m, vcpu(v), "shootdown");
  expect(runAs(w, 0, by, call, ...args(w))).toBe("OK");
  w.m.beforeStep = null;
  return { words: picture(w), injected };
}

describe("a host that injects what did not happen", () => {
  it.each(SHAPES.flatMap((shape) => CALLS.map((call) => [call[0], shape.levels, shape, call] as const)))(`changes nothing of what %s leaves, at %s levels (seed ${SEED})`, (_name, _levels, shape, call) => {
    const { words: alone } = after(shape, call, null);
    let injected = 0;
    fc.assert(fc.property(fc.array(fc.nat(15), { minLength: 1, maxLength: 40 }), (masks) => {
      const found = after(shape, call, (step, v) => (((masks[step % masks.length] ?? 0) >>> v) & 1) === 1);
      injected += found.injected;
      expect(found.words).toEqual(alone);
    }), { seed: SEED, numRuns: 6 });
    expect(injected).toBeGreaterThan(20);
  });

  it("would steer a monitor that trusts the vector, and nothing else would show it", () => {
    const [shape] = SHAPES, [call] = CALLS;
    if (shape === undefined || call === undefined) throw new Error("nothing to run");
    const { words: alone } = after(shape, call, null);
    expect(after(shape, call, null, true).words).toEqual(alone);
    expect(after(shape, call, (step, v) => step === 0 && v === 1, true).words).not.toEqual(alone);
  });

  it("reaches the thread that was running, by any vector, and nowhere else", () => {
    for (const shape of SHAPES) {
      const w = busy(shape), before = picture(w), ran = [0, 1, 2, 3].map((v) => current(w, v));
      for (const v of [0, 1, 2, 3]) {
        injectVector(w.m, vcpu(v), "shootdown");
        raiseInterrupt(w.m, vcpu(v));
        takeInterrupt(w.m, vcpu(v));
      }
      expect(picture(w)).toEqual(before);
      expect([0, 1, 2, 3].map((v) => current(w, v))).toEqual(ran);
    }
  });
});
