import { describe, expect, it } from "vitest";
import { page, vcpu } from "../../hw/identifiers.ts";
import { forEachCached } from "../../hw/tlb.ts";
import { fetch, load, store } from "../../hw/user.ts";
import type { BootImage } from "../../image/image.ts";
import { A, B, cell, isZero, phase, R, ROOT, run, runAs, RW, RX, world, type Shape, type World } from "./world.ts";

/** The entry beside the one that leads to the leaf table of page 0 maps two pages, 2 and 3. */
const SHAPES: readonly Shape[] = [
  { levels: 3, indexBits: 1, vcpus: 2, tlb: "saturating" },
  { levels: 3, indexBits: 1, vcpus: 2, tlb: "explicit" },
  { levels: 3, indexBits: 1, vcpus: 2, tlb: "saturating", platform: "sev-snp" },
];
const [P2, P3] = [page(2), page(3)];

/** The first of two frames of A, aligned as a large page must be. */
function pairOf(shape: Shape): number {
  const first = world(shape).own(A, 0);
  return first + (first % 2);
}

/** `by` maps two frames of A by one large page, and has used it on vCPU 1. */
function large(shape: Shape, by: number, access: number, more: Partial<BootImage> = {}): { readonly w: World; readonly f: number } {
  const f = pairOf(shape);
  const w = world(shape, [ROOT, by], { mappings: [{ domain: by, level: 2, page: 2, frame: f, access }], ...more });
  expect(load(w.m, vcpu(1), P2, 0)).toMatchObject({ ok: true, frame: f, value: 1 << A });
  expect(load(w.m, vcpu(1), P3, 0)).toMatchObject({ ok: true, frame: f + 1, value: 1 << A });
  return { w, f };
}

const references = (w: World, f: number): readonly number[] => [cell(w, "frame", f, 2), cell(w, "frame", f + 1, 2)];

function expectUnreached(w: World, f: number): void {
  for (const v of [0, 1]) {
    forEachCached(w.m, vcpu(v), (_tag, _global, _page, to) => expect([f, f + 1]).not.toContain(to));
    for (const at of [P2, P3]) expect(load(w.m, vcpu(v), at, 0)).toMatchObject({ ok: false });
  }
}

describe.each(SHAPES.map((shape) => [`${shape.tlb}, ${shape.platform ?? "hyperenclave"}`, shape] as const))("a large page of the boot image, %s", (_, shape) => {
  it("refers to each of its frames", () => {
    const { w, f } = large(shape, A, RW);
    expect(references(w, f)).toEqual([1, 1]);
    for (const one of [f, f + 1]) expect(runAs(w, 0, A, "create", 3, one)).toBe("BUSY");
    expect(runAs(w, 0, A, "share_host", f + 1)).toBe("BUSY");
  });

  it("is in the way of tables and pages, and no call splits it or takes it for a table", () => {
    const { w, f } = large(shape, A, RW);
    expect(runAs(w, 0, A, "map", A, 3, f, R)).toBe("NO_TABLE");
    expect(runAs(w, 0, A, "unmap", A, 3)).toBe("NOT_MAPPED");
    expect(runAs(w, 0, A, "protect", A, 2, R)).toBe("NOT_MAPPED");
    expect(runAs(w, 0, A, "table_add", A, 1, 1, w.own(A, f === w.own(A, 0) ? 2 : 0))).toBe("EXISTS");
    expect(runAs(w, 0, A, "table_remove", A, 1, 1)).toBe("NO_TABLE");
    expect(load(w.m, vcpu(1), P3, 0)).toMatchObject({ ok: true });
  });

  it("is an alias of each of its frames", () => {
    const { w, f } = large(shape, A, RW);
    for (const one of [f, f + 1]) {
      expect(runAs(w, 0, A, "map", A, 0, one, RX)).toBe("CONFLICT");
      expect(runAs(w, 0, A, "grant", one, B, RX)).toBe("CONFLICT");
    }
    expect(runAs(w, 0, A, "map", A, 0, f + 1, RW)).toBe("OK");
    const code = large(shape, A, RX);
    expect(fetch(code.w.m, vcpu(1), P3)).toMatchObject({ ok: true });
    expect(runAs(code.w, 0, A, "map", A, 0, code.f + 1, RW)).toBe("CONFLICT");
  });

  it("goes with its domain", () => {
    const f = world(shape).own(B, 0) + (world(shape).own(B, 0) % 2);
    const w = world(shape, [ROOT, B], { mappings: [{ domain: B, level: 2, page: 2, frame: f, access: RW }] });
    expect(store(w.m, vcpu(1), P3, 0, 5)).toMatchObject({ ok: true, frame: f + 1 });
    expect(run(w, 0, "destroy", B)).toBe("OK");
    expect([references(w, f), phase(w, B)]).toEqual([[0, 0], 3]);
    expectUnreached(w, f);
    expect(run(w, 0, "reclaim", f + 1)).toBe("OK");
    expect(isZero(w, f + 1)).toBe(true);
  });

  it.each(["revoke", "relinquish"] as const)("goes as a whole with the grant of one of its frames, by %s", (call) => {
    const first = pairOf(shape);
    const grants = [first, first + 1].map((frame) => ({ frame, domain: B, accepted: true, access: RW }));
    const { w, f } = large(shape, B, RW, { grants });
    expect(references(w, f)).toEqual([2, 2]);
    expect(call === "revoke" ? runAs(w, 0, A, "revoke", f + 1, B) : runAs(w, 0, B, "relinquish", f + 1)).toBe("OK");
    expect(references(w, f)).toEqual([1, 0]);
    expectUnreached(w, f);
  });
});
