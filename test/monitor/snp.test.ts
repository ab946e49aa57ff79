import { describe, expect, it } from "vitest";
import { C_BIT } from "../../hw/entry.ts";
import { hostRead, hostRemap, hostRmpUpdate, hostWrite } from "../../hw/host.ts";
import { frame, page, systemFrame, vcpu } from "../../hw/identifiers.ts";
import { NestedFault } from "../../hw/nested.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import { forEachCached } from "../../hw/tlb.ts";
import { load, store } from "../../hw/user.ts";
import {
  A, B, cell, changedBesideRax, enter, entriesOf, isZero, kind, owner, picture, R, ROOT, run, runAs, RW, TINY, wordOf, world, type CallName, type CodeName,
  type World,
} from "./world.ts";

const SNP = { ...TINY, platform: "sev-snp" } as const;
const V0 = vcpu(0);
const P0 = page(0);
const INVALID = 4;

/** The machine with A's frame 0 after a call of A. */
function after(call: CallName): { readonly w: World; readonly f: number } {
  const w = world(SNP, [A]);
  const f = w.own(A, 0);
  expect(run(w, 0, call, f)).toBe("OK");
  return { w, f };
}

/** System frames that are validated as the guest frame: never more than one. */
const validated = (w: World, f: number): readonly number[] =>
  Array.from({ length: w.m.systemFrames }, (_, s) => s).filter((s) => {
    const entry = rmpEntry(w.m, systemFrame(s));
    return entry.validated && (entry.guestFrame as number) === f;
  });

/** The host puts a spare system frame behind the guest frame, assigned and not validated. */
function swap(w: World, f: number, spare = 0): void {
  hostRmpUpdate(w.m, systemFrame(w.m.frames + spare), { assigned: true, guestFrame: frame(f) });
  hostRemap(w.m, frame(f), systemFrame(w.m.frames + spare));
}

describe("the platform's calls", () => {
  type Step = readonly [by: number, call: CallName, ...args: number[]];
  const { own, table, m } = world(SNP);
  const a0 = own(A, 0);
  const invalid: Step[] = [[A, "invalidate", a0]];
  const cases: readonly (readonly [guard: string, before: readonly Step[], step: Step, code: CodeName])[] = [
    ["validate.arguments", [], [A, "validate", m.frames], "BAD_ARGUMENT"],
    ["validate.owned", invalid, [B, "validate", a0], "NOT_OWNER"],
    ["validate.owned (monitor frame)", [], [A, "validate", 0], "NOT_OWNER"],
    ["validate.not-validated", [], [A, "validate", a0], "ALREADY"],
    ["validate.not-validated (table)", [], [A, "validate", table(A, 1)], "ALREADY"],
    ["validate.not-validated (shared)", [[A, "share_host", a0]], [A, "validate", a0], "ALREADY"],
    ["validate.not-validated (twice)", [...invalid, [A, "validate", a0]], [A, "validate", a0], "ALREADY"],
    ["invalidate.arguments", [], [A, "invalidate", m.frames], "BAD_ARGUMENT"],
    ["invalidate.owned", [], [B, "invalidate", a0], "NOT_OWNER"],
    ["invalidate.validated", invalid, [A, "invalidate", a0], "ALREADY"],
    ["invalidate.kind-data (table)", [], [A, "invalidate", table(A, 1)], "BAD_KIND"],
    ["invalidate.kind-data (shared)", [[A, "share_host", a0]], [A, "invalidate", a0], "BAD_KIND"],
    ["invalidate.unreferenced", [[A, "map", A, 0, a0, R]], [A, "invalidate", a0], "BUSY"],
    ["invalidate.unreferenced (offered)", [[A, "grant", a0, B, R]], [A, "invalidate", a0], "BUSY"],
    ["map.kind-data (invalid)", invalid, [A, "map", A, 0, a0, R], "BAD_KIND"],
    ["grant.kind-data (invalid)", invalid, [A, "grant", a0, B, R], "BAD_KIND"],
    ["table_add.kind-data (invalid)", invalid, [A, "table_add", A, 1, 1, a0], "BAD_KIND"],
    ["share_host.kind-data (invalid)", invalid, [A, "share_host", a0], "BAD_KIND"],
    ["unshare_host.kind-shared (invalid)", invalid, [A, "unshare_host", a0], "BAD_KIND"],
  ];
  it.each(cases)("%s", (_, before, [by, call, ...args], code) => {
    const w = world(SNP);
    for (const [caller, name, ...rest] of before) expect(runAs(w, 0, caller, name, ...rest)).toBe("OK");
    enter(w, 0, by);
    run(w, 0, 0, ...args);
    const picked = picture(w);
    expect(run(w, 0, call, ...args)).toBe(code);
    expect(changedBesideRax(w, 0, picked)).toEqual([]);
  });

  it.each(["validate", "invalidate"] as const)("%s is no call on hyperenclave, whatever its argument", (call) => {
    const w = world(TINY, [A]);
    for (const f of [w.own(A, 0), w.m.frames, 0]) expect(run(w, 0, call, f)).toBe("BAD_CALL");
  });
});

describe("validation", () => {
  it("starts with every frame validated as itself, and the header says the platform", () => {
    const w = world(SNP);
    for (let f = 0; f < w.m.frames; f++) expect(validated(w, f)).toEqual([f]);
    expect([w.m.memory.words[16], world(TINY).m.memory.words[16]]).toEqual([1, 0]);
  });

  it("is given up and taken again, and nothing of the content is left", () => {
    const { w, f } = after("invalidate");
    expect([kind(w, f), validated(w, f), owner(w, f)]).toEqual([INVALID, [], A]);
    expect(run(w, 0, "validate", f)).toBe("OK");
    expect([kind(w, f), validated(w, f), isZero(w, f)]).toEqual([2, [f], true]);
  });

  it("scrubs what the host has put there", () => {
    const { w, f } = after("invalidate");
    const spare = systemFrame(w.m.frames);
    hostWrite(w.m, spare, 0, 77);
    hostWrite(w.m, spare, 7, 77);
    swap(w, f);
    expect(run(w, 0, "validate", f)).toBe("OK");
    expect([validated(w, f), isZero(w, f)]).toEqual([[w.m.frames], true]);
  });

  it("never happens twice: of a frame that the host has swapped, a second validation is ALREADY and the frame faults", () => {
    const w = world(SNP, [A]);
    const f = w.own(A, 0);
    swap(w, f);
    expect(run(w, 0, "validate", f)).toBe("ALREADY");
    expect(validated(w, f)).toEqual([f]);
    expect(run(w, 0, "map", A, 0, f, RW)).toBe("OK");
    expect(load(w.m, V0, P0, 0)).toEqual({ ok: false, fault: "not-validated" });
    hostRemap(w.m, frame(f), systemFrame(f));
    expect(load(w.m, V0, P0, 0)).toMatchObject({ ok: true, value: 1 << A });
  });

  it("ends the vCPU where the host has nothing to validate, and hands out nothing", () => {
    const { w, f } = after("invalidate");
    hostRmpUpdate(w.m, systemFrame(f), { assigned: false, guestFrame: frame(0) });
    expect(() => run(w, 0, "validate", f)).toThrow(NestedFault);
    expect([kind(w, f), validated(w, f)]).toEqual([INVALID, []]);
  });

  it.each(["invalidate", "share_host"] as const)("%s ends the vCPU where the host swaps the memory between the scrub and PVALIDATE", (call) => {
    const w = world(SNP, [A]);
    const f = w.own(A, 0);
    w.m.observer = (m, event, at, word) => {
      if (event !== "write" || at !== f || word !== w.m.wordsPerFrame - 1) return;
      m.observer = null;
      swap(w, f);
    };
    expect(() => run(w, 0, call, f)).toThrow(NestedFault);
    expect([kind(w, f), validated(w, f)]).toEqual([2, [f]]);
  });

  it("a frame that is swapped between validation and use faults, in the monitor too", () => {
    const { w, f } = after("invalidate");
    expect(run(w, 0, "validate", f)).toBe("OK");
    expect(run(w, 0, "map", A, 0, f, RW)).toBe("OK");
    expect(store(w.m, V0, P0, 0, 5)).toMatchObject({ ok: true });
    swap(w, f);
    expect(load(w.m, V0, P0, 0)).toMatchObject({ ok: false });
    hostRemap(w.m, frame(f), "absent");
    expect(store(w.m, V0, P0, 0, 6)).toMatchObject({ ok: false, fault: "nested-page" });
    hostRemap(w.m, frame(w.own(A, 1)), "absent");
    expect(() => run(w, 0, "create", 3, w.own(A, 1))).toThrow(NestedFault);
  });

  it.each(["invalidate", "share_host"] as const)("reclaim brings a frame back that the dead gave away by %s", (call) => {
    const w = world(SNP);
    const f = w.own(B, 0);
    expect(runAs(w, 0, B, call, f)).toBe("OK");
    expect(runAs(w, 0, A, "destroy", B)).toBe("OK");
    if (call === "share_host") hostWrite(w.m, systemFrame(f), 0, 77);
    expect(runAs(w, 0, A, "reclaim", f)).toBe("OK");
    expect([owner(w, f), kind(w, f), validated(w, f), isZero(w, f)]).toEqual([A, 2, [f], true]);
  });
});

describe("sharing with the host", () => {
  it("shows the host an empty frame, in the clear, and takes it back empty", () => {
    const { w, f } = after("share_host");
    expect([kind(w, f), validated(w, f), rmpEntry(w.m, systemFrame(f)).assigned]).toEqual([3, [], false]);
    expect(hostWrite(w.m, systemFrame(f), 0, 77)).toBe("ok");
    expect(run(w, 0, "map", A, 0, f, RW)).toBe("OK");
    expect(load(w.m, V0, P0, 0)).toMatchObject({ ok: true, value: 77 });
    expect(store(w.m, V0, P0, 1, 5)).toMatchObject({ ok: true });
    expect(hostRead(w.m, systemFrame(f), 1)).toBe(5);
    expect(run(w, 0, "unmap", A, 0)).toBe("OK");
    expect(run(w, 0, "unshare_host", f)).toBe("OK");
    expect([kind(w, f), validated(w, f), isZero(w, f)]).toEqual([2, [f], true]);
    expect(hostWrite(w.m, systemFrame(f), 0, 78)).toBe("rmp-fault");
    expect(hostRead(w.m, systemFrame(f), 0)).toBe("ciphertext");
  });

  it("leaves the C-bit clear in mappings of shared frames alone, protected ones included", () => {
    const { w, f } = after("share_host");
    expect(run(w, 0, "map", A, 0, f, RW)).toBe("OK");
    expect(run(w, 0, "map", A, 1, w.own(A, 1), RW)).toBe("OK");
    expect([run(w, 0, "protect", A, 0, R), run(w, 0, "protect", A, 1, R)]).toEqual(["OK", "OK"]);
    const bits = entriesOf(w).map(({ table, slot, to }) => [to, (wordOf(w, table, 2 * slot + 1) & C_BIT) !== 0]);
    expect(bits).not.toEqual([]);
    for (const [to, bit] of bits) expect([to, bit]).toEqual([to, to !== f]);
    load(w.m, V0, P0, 0);
    forEachCached(w.m, V0, (_tag, _global, _page, to, _writable, user, _executable, encrypted) => {
      if (user) expect([to, encrypted]).toEqual([to, (to as number) !== f]);
    });
  });

  it("ends the vCPU where the host keeps the frame, and hands out nothing", () => {
    const { w, f } = after("share_host");
    hostRemap(w.m, frame(f), "absent");
    expect(() => run(w, 0, "unshare_host", f)).toThrow(NestedFault);
    expect([kind(w, f), validated(w, f), cell(w, "frame", f, 0)]).toEqual([3, [], A + 1]);
  });

  it("begins at boot for frames that the image shares", () => {
    const w0 = world(SNP);
    const rows = Array.from({ length: w0.m.frames - w0.monitorFrames }, (_, n) => n + w0.monitorFrames);
    const [shared, invalid] = [w0.own(A, 0), w0.own(A, 1)];
    const frameTable = rows.map((f) => {
      const level = cell(w0, "frame", f, 1) >>> 8;
      const own = f === shared ? 3 : f === invalid ? 4 : level > 0 ? 1 : 2;
      return { owner: owner(w0, f), kind: own, level } as const;
    });
    const w = world(SNP, [A], { frameTable, contents: [{ frame: shared, word: 9 }] });
    expect([kind(w, shared), kind(w, invalid), validated(w, shared), validated(w, invalid)]).toEqual([3, INVALID, [], []]);
    expect([hostRead(w.m, systemFrame(shared), 0), owner(w, shared), ROOT]).toEqual([9, A, 0]);
  });
});
