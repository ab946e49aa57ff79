import { describe, expect, it } from "vitest";
import { frame } from "../../hw/identifiers.ts";
import { writeShared } from "../../hw/shared.ts";
import { CALLS } from "../../monitor/abi.ts";
import {
  A, B, C, cell, changedBesideRax, enter, isZero, kind, nameOf, owner, phase, picture, R, ROOT, run, runAs, RW, RWX, RX, SHAPES,
  TINY, wordOf, world, X0, X1, type CallName, type CodeName, type World,
} from "./world.ts";

type Step = readonly [by: number, call: CallName, ...args: number[]];

/** Plays steps that must all succeed, then one whose code is of interest; a denied one must change RAX alone. */
function play(w: World, first: readonly Step[], [by, call, ...args]: Step): CodeName | undefined {
  for (const [caller, name, ...rest] of first) expect([name, runAs(w, 0, caller, name, ...rest)]).toEqual([name, "OK"]);
  enter(w, 0, by);
  // Arguments are put into the registers before the picture is taken.
  run(w, 0, 0, ...args);
  const before = picture(w);
  const code = run(w, 0, call, ...args);
  if (code !== "OK") expect(changedBesideRax(w, 0, before)).toEqual([]);
  return code;
}

describe("the codes of each guard, first to last", () => {
  const w0 = world(TINY);
  const { own, table } = w0;
  const N = w0.m.frames;
  const [r0, r1] = [own(ROOT, 0), own(ROOT, 1)];
  const [a0, a1, a2] = [own(A, 0), own(A, 1), own(A, 2)];
  const b0 = own(B, 0);
  const created: Step[] = [[A, "create", C, a0]];
  const built: Step[] = [...created, [A, "donate", a1, C], [A, "table_add", C, 1, 0, a1]];
  const dead: Step[] = [[A, "destroy", B]];
  const mapped: Step[] = [[A, "map", A, 0, a0, RW]];
  const offered: Step[] = [[A, "grant", a0, B, R]];
  const driven: Step[] = [[A, "dev_assign", X0, A]];
  const reached: Step[] = [...driven, [A, "dma_map", X0, 0, a0, RW]];
  const open: Step[] = [[A, "share_host", a0]];
  const shared: Step[] = [...offered, [B, "accept", a0]];

  const cases: readonly (readonly [guard: string, before: readonly Step[], step: Step, code: CodeName])[] = [
    ["create.arguments", [], [A, "create", 5, a0], "BAD_ARGUMENT"],
    ["create.arguments", [], [A, "create", C, N], "BAD_ARGUMENT"],
    ["create.who", [], [ROOT, "create", C, r0], "DENIED"],
    ["create.slot-free", created, [A, "create", C, a1], "BAD_DOMAIN"],
    ["create.owned", [], [A, "create", C, r0], "NOT_OWNER"],
    ["create.owned (monitor frame)", [], [A, "create", C, 0], "NOT_OWNER"],
    ["create.kind-data", [], [A, "create", C, table(A, 1)], "BAD_KIND"],
    ["create.unreferenced (mapped)", mapped, [A, "create", C, a0], "BUSY"],
    ["create.unreferenced (offered)", offered, [A, "create", C, a0], "BUSY"],
    ["seal.arguments", [], [A, "seal", 5], "BAD_ARGUMENT"],
    ["seal.who", created, [ROOT, "seal", C], "DENIED"],
    ["seal.building", [], [ROOT, "seal", A], "BAD_PHASE"],
    ["destroy.arguments", [], [A, "destroy", 5], "BAD_ARGUMENT"],
    ["destroy.who (itself)", [], [A, "destroy", A], "DENIED"],
    ["destroy.who (root)", [], [A, "destroy", ROOT], "DENIED"],
    ["destroy.who (free)", [], [A, "destroy", C], "DENIED"],
    ["destroy.live", dead, [ROOT, "destroy", B], "BAD_PHASE"],
    ["destroy.no-children", [], [ROOT, "destroy", A], "BUSY"],
    ["reclaim.arguments", [], [A, "reclaim", N], "BAD_ARGUMENT"],
    ["reclaim.who (monitor)", [], [ROOT, "reclaim", 0], "DENIED"],
    ["reclaim.who (live)", [], [A, "reclaim", b0], "DENIED"],
    ["reclaim.who (stranger)", dead, [B, "reclaim", b0], "DENIED"],
    ["release.arguments", [], [A, "release", 5], "BAD_ARGUMENT"],
    ["release.who", [], [B, "release", A], "DENIED"],
    ["release.dying", [], [A, "release", B], "BAD_PHASE"],
    ["release.owns-nothing", dead, [A, "release", B], "BUSY"],
    ["donate.arguments", [], [A, "donate", N, C], "BAD_ARGUMENT"],
    ["donate.arguments", [], [A, "donate", a0, 5], "BAD_ARGUMENT"],
    ["donate.who", created, [ROOT, "donate", r0, C], "DENIED"],
    ["donate.building", [], [A, "donate", a0, B], "BAD_PHASE"],
    ["donate.owned", created, [A, "donate", r0, C], "NOT_OWNER"],
    ["donate.owned (given)", created, [A, "donate", a0, C], "NOT_OWNER"],
    ["donate.kind-data", created, [A, "donate", table(A, 1), C], "BAD_KIND"],
    ["donate.unreferenced", [...created, [A, "map", A, 0, a1, R]], [A, "donate", a1, C], "BUSY"],
    ["table_add.arguments (level 0)", [], [A, "table_add", A, 0, 0, a0], "BAD_ARGUMENT"],
    ["table_add.arguments (level)", [], [A, "table_add", A, 3, 0, a0], "BAD_ARGUMENT"],
    ["table_add.arguments (monitor half)", [], [A, "table_add", A, 1, 2, a0], "BAD_ARGUMENT"],
    ["table_add.arguments (root index)", [], [A, "table_add", A, 2, 1, a0], "BAD_ARGUMENT"],
    ["table_add.arguments (frame)", [], [A, "table_add", A, 1, 1, N], "BAD_ARGUMENT"],
    ["table_add.who (sealed child)", [], [A, "table_add", B, 1, 1, a0], "DENIED"],
    ["table_add.who (stranger)", created, [B, "table_add", C, 1, 0, b0], "DENIED"],
    ["table_add.parent-table (root)", [], [A, "table_add", A, 2, 0, a0], "NO_TABLE"],
    ["table_add.slot-empty", [], [A, "table_add", A, 1, 0, a0], "EXISTS"],
    ["table_add.owned", [], [A, "table_add", A, 1, 1, b0], "NOT_OWNER"],
    ["table_add.owned (the parent's)", created, [A, "table_add", C, 1, 0, a1], "NOT_OWNER"],
    ["table_add.kind-data (itself)", [], [A, "table_add", A, 1, 1, table(A, 1)], "BAD_KIND"],
    ["table_add.kind-data (root)", [], [A, "table_add", A, 1, 1, table(A, 2)], "BAD_KIND"],
    ["table_add.unreferenced", mapped, [A, "table_add", A, 1, 1, a0], "BUSY"],
    ["table_remove.arguments", [], [A, "table_remove", A, 1, 2], "BAD_ARGUMENT"],
    ["table_remove.who", [], [ROOT, "table_remove", A, 1, 0], "DENIED"],
    ["table_remove.present", [], [A, "table_remove", A, 1, 1], "NO_TABLE"],
    ["table_remove.not-root", [], [A, "table_remove", A, 2, 0], "BAD_LEVEL"],
    ["table_remove.empty", mapped, [A, "table_remove", A, 1, 0], "BUSY"],
    ["map.arguments (page)", [], [A, "map", A, 8, a0, R], "BAD_ARGUMENT"],
    ["map.arguments (all bits)", [], [A, "map", A, 0xffffffff, a0, R], "BAD_ARGUMENT"],
    ["map.arguments (access)", [], [A, "map", A, 0, a0, 8], "BAD_ARGUMENT"],
    ["map.arguments (frame)", [], [A, "map", A, 0, N, R], "BAD_ARGUMENT"],
    ["map.who (sealed child)", [], [A, "map", B, 0, b0, R], "DENIED"],
    ["map.who (building)", built, [ROOT, "map", C, 0, a0, R], "DENIED"],
    ["map.who (free)", [], [A, "map", C, 0, a0, R], "DENIED"],
    ["map.table-present", [], [A, "map", A, 4, a0, R], "NO_TABLE"],
    ["map.page-empty", mapped, [A, "map", A, 0, a1, R], "EXISTS"],
    ["map.readable", [], [A, "map", A, 0, a0, 0], "BAD_ACCESS"],
    ["map.readable (w)", [], [A, "map", A, 0, a0, 2], "BAD_ACCESS"],
    ["map.write-xor-execute", [], [A, "map", A, 0, a0, RWX], "BAD_ACCESS"],
    ["map.authorised", [], [A, "map", A, 0, b0, R], "NOT_AUTHORISED"],
    ["map.authorised (monitor)", [], [A, "map", A, 0, 0, R], "NOT_AUTHORISED"],
    ["map.authorised (offer)", offered, [B, "map", B, 0, a0, R], "NOT_AUTHORISED"],
    ["map.authorised (more)", shared, [B, "map", B, 0, a0, RW], "NOT_AUTHORISED"],
    ["map.authorised (the parent's)", built, [A, "map", C, 0, a2, R], "NOT_AUTHORISED"],
    ["map.kind-data", [], [A, "map", A, 0, table(A, 1), RW], "BAD_KIND"],
    ["map.no-conflict (own)", mapped, [A, "map", A, 1, a0, RX], "CONFLICT"],
    ["map.no-conflict (offer)", [[A, "grant", a0, B, RX]], [A, "map", A, 0, a0, RW], "CONFLICT"],
    ["unmap.arguments", [], [A, "unmap", A, 8], "BAD_ARGUMENT"],
    ["unmap.who", mapped, [ROOT, "unmap", A, 0], "DENIED"],
    ["unmap.mapped", [], [A, "unmap", A, 0], "NOT_MAPPED"],
    ["unmap.mapped (no table)", [], [A, "unmap", A, 4], "NOT_MAPPED"],
    ["protect.arguments", [], [A, "protect", A, 0, 8], "BAD_ARGUMENT"],
    ["protect.who", mapped, [ROOT, "protect", A, 0, R], "DENIED"],
    ["protect.mapped", [], [A, "protect", A, 0, R], "NOT_MAPPED"],
    ["protect.mapped (no table)", [], [A, "protect", A, 4, R], "NOT_MAPPED"],
    ["protect.readable", mapped, [A, "protect", A, 0, 4], "BAD_ACCESS"],
    ["protect.write-xor-execute", mapped, [A, "protect", A, 0, RWX], "BAD_ACCESS"],
    ["protect.authorised", [...shared, [B, "map", B, 0, a0, R]], [B, "protect", B, 0, RW], "NOT_AUTHORISED"],
    ["protect.no-conflict (alias)", [...mapped, [A, "map", A, 1, a0, RW]], [A, "protect", A, 0, RX], "CONFLICT"],
    ["protect.no-conflict (grant)", [...mapped, [A, "grant", a0, B, RW]], [A, "protect", A, 0, RX], "CONFLICT"],
    ["grant.arguments", [], [A, "grant", a0, 5, R], "BAD_ARGUMENT"],
    ["grant.arguments", [], [A, "grant", a0, B, 8], "BAD_ARGUMENT"],
    ["grant.who (itself)", [], [A, "grant", a0, A, R], "DENIED"],
    ["grant.who (edge)", [], [B, "grant", b0, ROOT, RW], "DENIED"],
    ["grant.owned", [], [A, "grant", b0, B, R], "NOT_OWNER"],
    ["grant.kind-data", [], [A, "grant", table(A, 1), B, R], "BAD_KIND"],
    ["grant.none-yet", offered, [A, "grant", a0, B, RW], "EXISTS"],
    ["grant.readable", [], [A, "grant", a0, B, 0], "BAD_ACCESS"],
    ["grant.write-xor-execute", [], [A, "grant", a0, B, RWX], "BAD_ACCESS"],
    ["grant.no-conflict (own)", mapped, [A, "grant", a0, B, RX], "CONFLICT"],
    ["grant.no-conflict (grants)", [[A, "grant", a0, B, RX]], [A, "grant", a0, ROOT, RW], "CONFLICT"],
    ["grant.receiver-sealed (free)", [], [A, "grant", a0, C, R], "BAD_PHASE"],
    ["grant.receiver-sealed (building)", created, [A, "grant", a1, C, R], "BAD_PHASE"],
    ["accept.arguments", [], [A, "accept", N], "BAD_ARGUMENT"],
    ["accept.offered", [], [B, "accept", a0], "NOT_OFFERED"],
    ["accept.offered (monitor)", [], [B, "accept", 0], "NOT_OFFERED"],
    ["accept.offered (again)", shared, [B, "accept", a0], "NOT_OFFERED"],
    ["relinquish.arguments", [], [A, "relinquish", N], "BAD_ARGUMENT"],
    ["relinquish.granted", offered, [A, "relinquish", a0], "NOT_GRANTED"],
    ["relinquish.granted (monitor)", [], [A, "relinquish", 0], "NOT_GRANTED"],
    ["revoke.arguments", [], [A, "revoke", a0, 5], "BAD_ARGUMENT"],
    ["revoke.owned", shared, [B, "revoke", a0, B], "NOT_OWNER"],
    ["revoke.granted", mapped, [A, "revoke", a0, A], "NOT_GRANTED"],
    ["switch.arguments", [], [ROOT, "switch", 5], "BAD_ARGUMENT"],
    ["switch.who", [], [A, "switch", B], "DENIED"],
    ["switch.sealed (free)", [], [ROOT, "switch", C], "BAD_PHASE"],
    ["switch.sealed (dying)", dead, [ROOT, "switch", B], "BAD_PHASE"],
    ["share_host.arguments", [], [A, "share_host", N], "BAD_ARGUMENT"],
    ["share_host.who", [], [ROOT, "share_host", r0], "DENIED"],
    ["share_host.owned", [], [A, "share_host", b0], "NOT_OWNER"],
    ["share_host.kind-data (table)", [], [A, "share_host", table(A, 1)], "BAD_KIND"],
    ["share_host.kind-data (again)", open, [A, "share_host", a0], "BAD_KIND"],
    ["share_host.unreferenced (mapped)", mapped, [A, "share_host", a0], "BUSY"],
    ["share_host.unreferenced (offered)", offered, [A, "share_host", a0], "BUSY"],
    ["unshare_host.arguments", [], [A, "unshare_host", N], "BAD_ARGUMENT"],
    ["unshare_host.who", [], [ROOT, "unshare_host", r0], "DENIED"],
    ["unshare_host.owned", open, [B, "unshare_host", a0], "NOT_OWNER"],
    ["unshare_host.kind-shared", [], [A, "unshare_host", a0], "BAD_KIND"],
    ["unshare_host.kind-shared (table)", [], [A, "unshare_host", table(A, 1)], "BAD_KIND"],
    ["unshare_host.unreferenced", [...open, ...mapped], [A, "unshare_host", a0], "BUSY"],
    ["map.kind-data (shared, rx)", open, [A, "map", A, 0, a0, RX], "BAD_KIND"],
    ["map.kind-data (shared, rw)", open, [A, "map", A, 0, a0, RW], "OK"],
    ["protect.kind-data (shared, rx)", [...open, ...mapped], [A, "protect", A, 0, RX], "BAD_KIND"],
    ["grant.kind-data (shared)", open, [A, "grant", a0, B, R], "BAD_KIND"],
    ["table_add.kind-data (shared)", open, [A, "table_add", A, 1, 1, a0], "BAD_KIND"],
    ["create.kind-data (shared)", open, [A, "create", C, a0], "BAD_KIND"],
    ["dev_assign.arguments (device)", [], [A, "dev_assign", 2, A], "BAD_ARGUMENT"],
    ["dev_assign.arguments (domain)", [], [A, "dev_assign", X0, 5], "BAD_ARGUMENT"],
    ["dev_assign.who (policy)", [], [A, "dev_assign", X1, A], "DENIED"],
    ["dev_assign.who (stranger)", [], [B, "dev_assign", X0, A], "DENIED"],
    ["dev_assign.who (ancestor)", [], [ROOT, "dev_assign", X1, B], "OK"],
    ["dev_assign.sealed", dead, [A, "dev_assign", X1, B], "BAD_PHASE"],
    ["dev_assign.unassigned", driven, [B, "dev_assign", X0, B], "EXISTS"],
    ["dma_map.arguments (device)", driven, [A, "dma_map", 2, 0, a0, R], "BAD_ARGUMENT"],
    ["dma_map.arguments (page)", driven, [A, "dma_map", X0, 4, a0, R], "BAD_ARGUMENT"],
    ["dma_map.arguments (frame)", driven, [A, "dma_map", X0, 0, N, R], "BAD_ARGUMENT"],
    ["dma_map.arguments (access)", driven, [A, "dma_map", X0, 0, a0, 8], "BAD_ARGUMENT"],
    ["dma_map.who (nobody's)", [], [A, "dma_map", X0, 0, a0, R], "DENIED"],
    ["dma_map.who", driven, [B, "dma_map", X0, 0, b0, R], "DENIED"],
    ["dma_map.page-empty", reached, [A, "dma_map", X0, 0, a1, R], "EXISTS"],
    ["dma_map.readable", driven, [A, "dma_map", X0, 0, a0, 2], "BAD_ACCESS"],
    ["dma_map.no-execute", driven, [A, "dma_map", X0, 0, a0, RX], "BAD_ACCESS"],
    ["dma_map.authorised", driven, [A, "dma_map", X0, 0, b0, R], "NOT_AUTHORISED"],
    ["dma_map.authorised (monitor)", driven, [A, "dma_map", X0, 0, 0, R], "NOT_AUTHORISED"],
    ["dma_map.authorised (more)", [...shared, [B, "dev_assign", X1, B]], [B, "dma_map", X1, 0, a0, RW], "NOT_AUTHORISED"],
    ["dma_map.kind-data", driven, [A, "dma_map", X0, 0, table(A, 1), RW], "BAD_KIND"],
    ["dma_map.kind-data (shared is fine)", [...driven, ...open], [A, "dma_map", X0, 0, a0, RW], "OK"],
    ["dma_map.no-conflict (own page)", [...driven, [A, "map", A, 0, a0, RX]], [A, "dma_map", X0, 0, a0, RW], "CONFLICT"],
    ["dma_map.no-conflict (grant)", [...driven, [A, "grant", a0, B, RX]], [A, "dma_map", X0, 0, a0, RW], "CONFLICT"],
    ["dma_map.no-conflict (r and x)", [...driven, [A, "map", A, 0, a0, RX]], [A, "dma_map", X0, 0, a0, R], "OK"],
    ["map.no-conflict (dma)", reached, [A, "map", A, 0, a0, RX], "CONFLICT"],
    ["protect.no-conflict (dma)", [...mapped, ...reached], [A, "protect", A, 0, RX], "CONFLICT"],
    ["grant.no-conflict (dma)", reached, [A, "grant", a0, B, RX], "CONFLICT"],
    ["create.unreferenced (dma)", reached, [A, "create", C, a0], "BUSY"],
    ["share_host.unreferenced (dma)", reached, [A, "share_host", a0], "BUSY"],
    ["dma_unmap.arguments (device)", reached, [A, "dma_unmap", 2, 0], "BAD_ARGUMENT"],
    ["dma_unmap.arguments (page)", reached, [A, "dma_unmap", X0, 4], "BAD_ARGUMENT"],
    ["dma_unmap.who", reached, [B, "dma_unmap", X0, 0], "DENIED"],
    ["dma_unmap.mapped", reached, [A, "dma_unmap", X0, 1], "NOT_MAPPED"],
    ["dev_release.arguments", reached, [A, "dev_release", 2], "BAD_ARGUMENT"],
    ["dev_release.who", reached, [B, "dev_release", X0], "DENIED"],
    ["order: who before slot-free", created, [ROOT, "create", C, r0], "DENIED"],
    ["order: owned before kind-data", [], [A, "create", C, table(B, 1)], "NOT_OWNER"],
    ["order: arguments before who", [], [B, "map", A, 8, a0, R], "BAD_ARGUMENT"],
    ["order: table-present before readable", [], [A, "map", A, 4, b0, 0], "NO_TABLE"],
    ["order: readable before write-xor-execute and authorised", [], [A, "map", A, 0, b0, 6], "BAD_ACCESS"],
    ["order: authorised before kind-data", [], [A, "map", A, 0, table(B, 1), R], "NOT_AUTHORISED"],
    ["order: slot-empty before owned", [], [A, "table_add", A, 1, 0, b0], "EXISTS"],
    ["order: no-conflict before receiver-sealed", mapped, [A, "grant", a0, C, RX], "CONFLICT"],
    ["unknown", [[ROOT, "create", 4, r1]], [ROOT, "donate", r0, 4], "OK"],
  ];
  it.each(cases)("%s", (_, before, step, code) => {
    expect(play(world(TINY), before, step)).toBe(code);
  });

  it.each([0, 21, 22, 27, 0xffffffff, ...Object.values(CALLS).map((n) => n + 0x100)])("call %d does not exist", (number) => {
    const w = world(TINY);
    const before = picture(w);
    expect(run(w, 0, number)).toBe("BAD_CALL");
    expect(changedBesideRax(w, 0, before)).toEqual([]);
  });
});

describe.each(SHAPES.map((shape) => [nameOf(shape), shape] as const))("each call succeeds at %s", (_, shape) => {
  it("life: create, donate, table_add, map, seal, switch, destroy, reclaim, release", () => {
    const w = world(shape);
    const frames = Array.from({ length: shape.levels - 1 }, (_unused, n) => w.own(A, n + 1));
    expect(runAs(w, 0, A, "create", C, w.own(A, 0))).toBe("OK");
    expect([phase(w, C), kind(w, w.own(A, 0)), owner(w, w.own(A, 0))]).toEqual([1, 1, C]);
    expect(wordOf(w, w.own(A, 0), 0)).toBe(0);
    // The chain of tables takes A's other frames; at four levels the parent has none left for the image.
    frames.forEach((f, n) => {
      expect(runAs(w, 0, A, "donate", f, C)).toBe("OK");
      expect(wordOf(w, f, 0)).toBe(1 << A);
      expect(runAs(w, 0, A, "table_add", C, shape.levels - 1 - n, 0, f)).toBe("OK");
      expect(isZero(w, f)).toBe(true);
    });
    if (shape.levels < 4) {
      expect(runAs(w, 0, A, "donate", w.own(A, 3), C)).toBe("OK");
      expect(runAs(w, 0, A, "map", C, 1, w.own(A, 3), RX)).toBe("OK");
    }
    expect(run(w, 0, "switch", C)).toBe("BAD_PHASE");
    expect(runAs(w, 0, A, "seal", C)).toBe("OK");
    const last = shape.vcpus - 1;
    run(w, last, "switch", C);
    expect(cell(w, "vcpu", last, 0)).toBe(C);
    if (last === 0) enter(w, 0, ROOT);
    expect(runAs(w, 0, A, "destroy", C)).toBe("OK");
    expect([phase(w, C), cell(w, "vcpu", last, 0)]).toEqual([3, ROOT]);
    for (const f of [w.own(A, 0), ...frames]) {
      expect(run(w, 0, "reclaim", f)).toBe("OK");
      expect([kind(w, f), owner(w, f), isZero(w, f)]).toEqual([2, ROOT, true]);
    }
    if (shape.levels < 4) expect(runAs(w, 0, A, "reclaim", w.own(A, 3))).toBe("OK");
    expect(runAs(w, 0, A, "release", C)).toBe("OK");
    expect(phase(w, C)).toBe(0);
  });

  it("sharing: grant, accept, map, protect, unmap, relinquish, revoke", () => {
    const w = world(shape);
    const f = w.own(A, 0);
    expect(runAs(w, 0, A, "grant", f, B, RW)).toBe("OK");
    expect(runAs(w, 0, B, "accept", f)).toBe("OK");
    expect(runAs(w, 0, B, "map", B, 0, f, RW)).toBe("OK");
    expect(runAs(w, 0, B, "protect", B, 0, R)).toBe("OK");
    expect(runAs(w, 0, B, "map", B, 1, f, RW)).toBe("OK");
    expect(runAs(w, 0, B, "unmap", B, 1)).toBe("OK");
    expect(cell(w, "frame", f, 2)).toBe(2);
    expect(runAs(w, 0, A, "revoke", f, B)).toBe("OK");
    expect(runAs(w, 0, B, "unmap", B, 0)).toBe("NOT_MAPPED");
    expect(runAs(w, 0, A, "grant", f, B, R)).toBe("OK");
    expect(runAs(w, 0, B, "relinquish", f)).toBe("OK");
    expect(cell(w, "frame", f, 2)).toBe(0);
  });

  it("the host: share_host and unshare_host leave nothing in the frame, and so does reclaim", () => {
    const w = world(shape);
    const f = w.own(B, 0);
    expect(runAs(w, 0, B, "share_host", f)).toBe("OK");
    expect([kind(w, f), isZero(w, f)]).toEqual([3, true]);
    writeShared(w.m, frame(f), 1, 7);
    expect(runAs(w, 0, B, "unshare_host", f)).toBe("OK");
    expect([kind(w, f), owner(w, f), isZero(w, f)]).toEqual([2, B, true]);
    runAs(w, 0, B, "share_host", f);
    writeShared(w.m, frame(f), 1, 7);
    run(w, 0, "destroy", B);
    w.m.observer = (_m, event, a) => {
      if (event === "write" && a === f) expect(kind(w, f)).toBe(2);
    };
    expect(run(w, 0, "reclaim", f)).toBe("OK");
    w.m.observer = null;
    expect([kind(w, f), owner(w, f), isZero(w, f)]).toEqual([2, ROOT, true]);
  });

  it("tables: table_remove returns the frame scrubbed, table_add links it again", () => {
    const w = world(shape);
    const table = w.table(A, 1);
    expect(runAs(w, 0, A, "table_remove", A, 1, 0)).toBe("OK");
    expect([kind(w, table), isZero(w, table)]).toEqual([2, true]);
    expect(runAs(w, 0, A, "map", A, 0, w.own(A, 0), R)).toBe("NO_TABLE");
    expect(runAs(w, 0, A, "table_add", A, 1, 0, table)).toBe("OK");
    expect(runAs(w, 0, A, "map", A, 0, w.own(A, 0), R)).toBe("OK");
  });
});
