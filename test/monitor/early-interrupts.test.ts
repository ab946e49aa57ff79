import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vcpu } from "../../hw/identifiers.ts";
import { deliverIpi, ipiPending } from "../../hw/interrupts.ts";
import { cpl } from "../../hw/vcpu.ts";
import { busy, CALLS } from "./busy.ts";
import { B, current, picture, runAs, TINY, type Shape } from "./world.ts";

const SEED = 20231201;

/** The machine after the call, where `deliver` decides at each privileged step, and for each vCPU, whether a pending interrupt is delivered now. */
function machineAfter(shape: Shape, [call, by, args]: (typeof CALLS)[number], deliver: ((step: number, v: number) => boolean) | null): { readonly words: Uint32Array; readonly early: number } {
  const w = busy(shape);
  let step = 0;
  let early = 0;
  w.m.beforeStep = deliver === null ? null : (m) => {
    step += 1;
    for (let v = 0; v < m.vcpus; v++) {
      if (!ipiPending(m, vcpu(v)) || !deliver(step, v)) continue;
      early += 1;
      deliverIpi(m, vcpu(v));
    }
  };
  expect(runAs(w, 0, by, call, ...args(w))).toBe("OK");
  w.m.beforeStep = null;
  for (let v = 0; v < 4; v++) expect([v, ipiPending(w.m, vcpu(v)), cpl(w.m, vcpu(v))]).toEqual([v, false, 3]);
  if (call === "destroy") for (let v = 0; v < 4; v++) expect([v, current(w, v)]).not.toEqual([v, B]);
  return { words: picture(w), early };
}

describe.each(["saturating", "explicit"] as const)("shootdown interrupts, %s", (tlb) => {
  const shape = { ...TINY, tlb };

  it.each(CALLS)("%s comes to the same when they are delivered at once", (...row) => {
    const late = machineAfter(shape, row, null);
    const soon = machineAfter(shape, row, () => true);
    expect(soon.early).toBeGreaterThan(0);
    expect(soon.words).toEqual(late.words);
  });

  it.each(CALLS)(`%s comes to the same in whatever order and at whatever step they are delivered (seed ${SEED})`, (...row) => {
    const late = machineAfter(shape, row, null);
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (choices) => {
        const iterator = choices[Symbol.iterator]();
        expect(machineAfter(shape, row, () => iterator.next().value === true).words).toEqual(late.words);
      }),
      { seed: SEED, numRuns: 20 },
    );
  });
});
