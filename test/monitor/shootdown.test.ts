import { describe, expect, it } from "vitest";
import { page, vcpu } from "../../hw/identifiers.ts";
import { forEachCached, forEachStructure } from "../../hw/tlb.ts";
import { fetch, load, store } from "../../hw/user.ts";
import { A, B, enter, isZero, owner, R, ROOT, run, runAs, RW, RX, TINY, world, type Shape, type World } from "./world.ts";

const BOTH: readonly Shape[] = [TINY, { ...TINY, tlb: "explicit" }];
const P0 = page(0);

/** Whether any vCPU has the frame cached, as a page or as a page table, under any PCID. */
function isCached(w: World, f: number): boolean {
  let found = false;
  for (let v = 0; v < w.m.vcpus; v++) {
    forEachCached(w.m, vcpu(v), (_pcid, _global, _page, to) => (found ||= (to as number) === f));
    forEachStructure(w.m, vcpu(v), (_pcid, _level, _prefix, to) => (found ||= (to as number) === f));
  }
  return found;
}

/** A runs on vCPU 1, and has used its page 0, mapped to its frame 0. */
function used(shape: Shape, access: number): World {
  const w = world(shape, [ROOT, A]);
  expect(runAs(w, 0, A, "map", A, 0, w.own(A, 0), access)).toBe("OK");
  expect(load(w.m, vcpu(1), P0, 0)).toMatchObject({ ok: true, frame: w.own(A, 0), value: 1 << A });
  expect(isCached(w, w.own(A, 0))).toBe(true);
  return w;
}

describe.each(BOTH.map((shape) => [shape.tlb, shape] as const))("with the %s TLB", (_, shape) => {
  it("unmap is complete on every vCPU", () => {
    const w = used(shape, RW);
    expect(runAs(w, 0, A, "unmap", A, 0)).toBe("OK");
    expect(load(w.m, vcpu(1), P0, 0)).toMatchObject({ ok: false, fault: "not-present" });
    expect(isCached(w, w.own(A, 0))).toBe(false);
  });

  it("unmap reaches translations that wait under a PCID that runs nowhere", () => {
    const w = used(shape, RW);
    enter(w, 1, ROOT);
    expect(isCached(w, w.own(A, 0))).toBe(true);
    expect(runAs(w, 0, A, "unmap", A, 0)).toBe("OK");
    expect(isCached(w, w.own(A, 0))).toBe(false);
  });

  it("protect that reduces is complete on every vCPU", () => {
    const w = used(shape, RW);
    expect(store(w.m, vcpu(1), P0, 0, 9)).toMatchObject({ ok: true });
    expect(runAs(w, 0, A, "protect", A, 0, R)).toBe("OK");
    expect(store(w.m, vcpu(1), P0, 0, 9)).toMatchObject({ ok: false, fault: "protection" });
    expect(load(w.m, vcpu(1), P0, 0)).toMatchObject({ ok: true });
  });

  it("protect never lets one vCPU write what another may execute, not even inside the call", () => {
    const w = used(shape, RW);
    w.m.observer = (m) => {
      const rights = { writable: false, executable: false };
      for (let v = 0; v < m.vcpus; v++) {
        forEachCached(m, vcpu(v), (_pcid, _global, _page, to, writable, user, executable) => {
          if (!user || (to as number) !== w.own(A, 0)) return;
          rights.writable ||= writable;
          rights.executable ||= executable;
        });
      }
      expect(rights).not.toEqual({ writable: true, executable: true });
    };
    expect(runAs(w, 0, A, "protect", A, 0, RX)).toBe("OK");
    w.m.observer = null;
    expect(fetch(w.m, vcpu(1), P0)).toMatchObject({ ok: true });
  });

  it("revoke takes the receiver's mappings from every vCPU, and the frame may become a table", () => {
    const w = world(shape, [ROOT, B]);
    const f = w.own(A, 0);
    runAs(w, 0, A, "grant", f, B, RW);
    runAs(w, 0, B, "accept", f);
    expect(runAs(w, 0, B, "map", B, 0, f, RW)).toBe("OK");
    expect(store(w.m, vcpu(1), P0, 0, 7)).toMatchObject({ ok: true, frame: f });
    expect(runAs(w, 0, A, "table_add", A, 1, 1, f)).toBe("BUSY");
    expect(runAs(w, 0, A, "revoke", f, B)).toBe("OK");
    expect(store(w.m, vcpu(1), P0, 0, 7)).toMatchObject({ ok: false });
    expect(isCached(w, f)).toBe(false);
    expect(runAs(w, 0, A, "table_add", A, 1, 1, f)).toBe("OK");
    expect(isZero(w, f)).toBe(true);
  });

  it("table_remove: no walk cache leads to the frame when it is data again", () => {
    const w = used(shape, RW);
    const table = w.table(A, 1);
    expect(runAs(w, 0, A, "unmap", A, 0)).toBe("OK");
    w.m.observer = (_m, event, a) => {
      if (event === "write" && a === table) expect(isCached(w, table)).toBe(false);
    };
    expect(runAs(w, 0, A, "table_remove", A, 1, 0)).toBe("OK");
    expect(isCached(w, table)).toBe(false);
  });

  it("destroy: nothing of the domain is cached when its frames go on, and a scrub precedes every new owner", () => {
    const w = world(shape, [ROOT, B]);
    expect(runAs(w, 0, B, "map", B, 0, w.own(B, 0), RW)).toBe("OK");
    expect(load(w.m, vcpu(1), P0, 0)).toMatchObject({ ok: true, value: 1 << B });
    expect(runAs(w, 0, A, "destroy", B)).toBe("OK");
    forEachCached(w.m, vcpu(1), (pcid) => expect(pcid).not.toBe(B + 1));
    for (const f of [w.table(B, 2), w.table(B, 1), w.own(B, 0), w.own(B, 1)]) {
      expect(isCached(w, f)).toBe(false);
      w.m.observer = () => {
        if (owner(w, f) === A) expect(isZero(w, f)).toBe(true);
      };
      expect(runAs(w, 0, A, "reclaim", f)).toBe("OK");
      w.m.observer = null;
    }
  });

  it("destroy: a grant of a dead owner reaches nobody", () => {
    const w = world(shape, [ROOT, ROOT]);
    const f = w.own(B, 0);
    runAs(w, 0, B, "grant", f, ROOT, R);
    expect(run(w, 0, "accept", f)).toBe("OK");
    expect(run(w, 0, "map", ROOT, 0, f, R)).toBe("OK");
    expect(load(w.m, vcpu(1), P0, 0)).toMatchObject({ ok: true, value: 1 << B });
    expect(runAs(w, 0, A, "destroy", B)).toBe("OK");
    expect(load(w.m, vcpu(1), P0, 0)).toMatchObject({ ok: false });
    expect(run(w, 0, "unmap", ROOT, 0)).toBe("NOT_MAPPED");
    expect(isCached(w, f)).toBe(false);
  });
});
