import { describe, expect, it } from "vitest";
import { deviceRegister, dmaLoad, dmaStore, usableDma, writeDeviceRegister } from "../../hw/dma.ts";
import { device, ioPage } from "../../hw/identifiers.ts";
import { forEachIoCached, forEachIoRoot } from "../../hw/iommu.ts";
import { A, B, cell, counts, dmaOf, driver, isZero, owner, R, ROOT, run, runAs, RW, TINY, world, X0, X1, type Shape, type World } from "./world.ts";

const BOTH: readonly Shape[] = [TINY, { ...TINY, tlb: "explicit" }, { ...TINY, levels: 2, indexBits: 1 }];
const I0 = ioPage(0);

/** Whether any device keeps a translation to the frame. */
function isKept(w: World, f: number): boolean {
  let found = false;
  for (const x of [X0, X1]) forEachIoCached(w.m, device(x), (_page, to) => (found ||= (to as number) === f));
  return found;
}

/** B was granted a frame of A, and the device of B has written into it. */
function reached(shape: Shape): { readonly w: World; readonly f: number } {
  const w = world(shape);
  const f = w.own(A, 0);
  runAs(w, 0, A, "grant", f, B, RW);
  runAs(w, 0, B, "accept", f);
  expect(runAs(w, 0, B, "dev_assign", X1, B)).toBe("OK");
  expect(runAs(w, 0, B, "dma_map", X1, 0, f, RW)).toBe("OK");
  expect(dmaStore(w.m, device(X1), I0, 0, 7)).toMatchObject({ ok: true, frame: f });
  writeDeviceRegister(w.m, device(X1), 7);
  expect([isKept(w, f), cell(w, "frame", f, 2)]).toEqual([true, 2]);
  return { w, f };
}

/** No DMA reaches the frame, now or from what is cached. */
function expectUnreached(w: World, f: number): void {
  expect(usableDma(w.m, device(X1), I0, "r")).toEqual([]);
  expect(dmaStore(w.m, device(X1), I0, 0, 9)).toMatchObject({ ok: false });
  expect([isKept(w, f), dmaOf(w)]).toEqual([false, []]);
  for (const { name, kept, counted } of counts(w)) expect([name, kept]).toEqual([name, counted]);
}

describe.each(BOTH.map((shape) => [`${shape.tlb} at ${shape.levels} x ${shape.indexBits}`, shape] as const))("devices, %s", (_, shape) => {
  it("reach nothing before they are assigned, and then what their domain maps for them", () => {
    const w = world(shape);
    for (const x of [X0, X1]) expect(dmaLoad(w.m, device(x), I0, 0)).toMatchObject({ ok: false });
    expect(runAs(w, 0, A, "dev_assign", X0, B)).toBe("OK");
    expect([driver(w, X0), dmaLoad(w.m, device(X0), I0, 0)]).toMatchObject([B, { ok: false }]);
    expect(runAs(w, 0, B, "dma_map", X0, 0, w.own(B, 0), R)).toBe("OK");
    expect(dmaLoad(w.m, device(X0), I0, 0)).toEqual({ ok: true, frame: w.own(B, 0), value: 1 << B });
    expect(dmaStore(w.m, device(X0), I0, 0, 1)).toMatchObject({ ok: false });
    expect(dmaLoad(w.m, device(X1), I0, 0)).toMatchObject({ ok: false });
  });

  it("dma_unmap is complete on return", () => {
    const { w, f } = reached(shape);
    expect(runAs(w, 0, B, "dma_unmap", X1, 0)).toBe("OK");
    expectUnreached(w, f);
  });

  it.each([["revoke", A, [B]], ["relinquish", B, []]] as const)("%s ends the DMA that rests on the grant before the grant", (call, by, more) => {
    const { w, f } = reached(shape);
    w.m.observer = () => {
      if (cell(w, "grant", f, B) === 0) expect(isKept(w, f)).toBe(false);
    };
    expect(runAs(w, 0, by, call, f, ...more)).toBe("OK");
    w.m.observer = null;
    expectUnreached(w, f);
    expect(runAs(w, 0, A, "table_add", A, 1, 1, f)).toBe(shape.indexBits === 1 ? "BAD_ARGUMENT" : "OK");
  });

  it.each([["dev_release", B, [X1]], ["destroy", ROOT, [B]]] as const)("%s: a device that reads as long as it can has forgotten all of it on return", (call, by, args) => {
    const { w } = reached(shape);
    let reads = 0;
    w.m.observer = () => {
      const read = dmaLoad(w.m, device(X1), I0, 0);
      if (!read.ok) return;
      reads++;
      writeDeviceRegister(w.m, device(X1), read.value ?? 0);
    };
    expect(runAs(w, 0, by, call, ...args)).toBe("OK");
    w.m.observer = null;
    expect(reads).toBeGreaterThan(0);
    expect(deviceRegister(w.m, device(X1))).toBe(0);
  });

  it("dev_release: the device reaches nothing, forgets everything and may go to another", () => {
    const { w, f } = reached(shape);
    expect(runAs(w, 0, B, "dev_release", X1)).toBe("OK");
    expectUnreached(w, f);
    forEachIoRoot(w.m, device(X1), () => expect.unreachable());
    expect([driver(w, X1), deviceRegister(w.m, device(X1))]).toEqual([-1, 0]);
    expect(runAs(w, 0, B, "dev_assign", X1, B)).toBe("OK");
    expectUnreached(w, f);
  });

  it("dev_assign resets the device", () => {
    const w = world(shape);
    writeDeviceRegister(w.m, device(X0), 5);
    expect(runAs(w, 0, A, "dev_assign", X0, A)).toBe("OK");
    expect(deviceRegister(w.m, device(X0))).toBe(0);
  });

  it("destroy releases the devices of the dead, before a frame of its goes on", () => {
    const { w, f } = reached(shape);
    expect(runAs(w, 0, B, "dma_map", X1, 1, w.own(B, 0), RW)).toBe("OK");
    dmaStore(w.m, device(X1), ioPage(1), 0, 7);
    expect(run(w, 0, "destroy", B)).toBe("OK");
    expectUnreached(w, f);
    expect([isKept(w, w.own(B, 0)), driver(w, X1), deviceRegister(w.m, device(X1))]).toEqual([false, -1, 0]);
    expect(run(w, 0, "reclaim", w.own(B, 0))).toBe("OK");
    expect([owner(w, w.own(B, 0)), isZero(w, w.own(B, 0))]).toEqual([ROOT, true]);
  });

  it("destroy of the owner of a frame ends the DMA of its receivers", () => {
    const w = world(shape);
    const f = w.own(B, 0);
    runAs(w, 0, B, "grant", f, A, RW);
    runAs(w, 0, A, "accept", f);
    runAs(w, 0, A, "dev_assign", X0, A);
    expect(runAs(w, 0, A, "dma_map", X0, 0, f, RW)).toBe("OK");
    expect(dmaStore(w.m, device(X0), I0, 0, 7)).toMatchObject({ ok: true });
    expect(run(w, 0, "destroy", B)).toBe("OK");
    expect([isKept(w, f), usableDma(w.m, device(X0), I0, "w"), driver(w, X0)]).toEqual([false, [], A]);
  });
});
