import { describe, expect, it } from "vitest";
import { vcpu } from "../../hw/identifiers.ts";
import { systemCall } from "../../hw/machine.ts";
import {
  cpl, currentPcid, currentRoot, R10, RAX, RBP, RBX, RDI, RDX, readRegister, REGISTERS, RFLAGS, RIP, RSI, writeRegister,
} from "../../hw/vcpu.ts";
import { CALLS, CODES } from "../../monitor/abi.ts";
import {
  A, B, C, cell, changedBesideRax, codeIn, current, enter, home, nameOf, picture, ROOT, run, runAs, SHAPES, stack, TINY, TO_A, TO_B, TO_C, TO_ROOT,
  world, type World,
} from "./world.ts";

/** RAX, RDI, RSI, RDX, R10, RBX, RBP, RIP, RFLAGS. */
const registers = (w: World, v: number): readonly number[] => REGISTERS.map((_, r) => readRegister(w.m, vcpu(v), r));
const context = (w: World, v: number): readonly number[] =>
  [current(w, v), currentRoot(w.m, vcpu(v)), currentPcid(w.m, vcpu(v)), cpl(w.m, vcpu(v))];
const expected = (w: World, d: number): readonly number[] => [d, w.table(d, w.shape.levels), d + 1, 3];
const set = (w: World, v: number, values: readonly number[]): void => values.forEach((value, r) => writeRegister(w.m, vcpu(v), r, value));
const save = (w: World, d: number, v: number): readonly number[] => REGISTERS.map((_, r) => cell(w, "save", d * w.m.vcpus + v, r));
const NOTHING = REGISTERS.map(() => 0);

/** The call with every register set. */
function callWith(w: World, v: number, values: readonly number[]): void {
  set(w, v, values);
  systemCall(w.m, vcpu(v));
}

describe.each(SHAPES.map((shape) => [nameOf(shape), shape] as const))("gates at %s", (_, shape) => {
  it("enter the callee at the gate's entry with the argument registers alone, and return results alone", () => {
    const w = world(shape, [A]);
    callWith(w, 0, [CALLS.call, TO_B, 11, 12, 13, 14, 15, 16, 17]);
    expect(context(w, 0)).toEqual(expected(w, B));
    expect(registers(w, 0)).toEqual([0, TO_B, 11, 12, 13, 0, 0, TO_B + 1, 0]);
    expect([home(w, 0), stack(w, A, 0), save(w, A, 0)]).toEqual([A, [TO_B], NOTHING]);
    callWith(w, 0, [CALLS.return, 20, 21, 22, 23, 24, 25, 26, 27]);
    expect(context(w, 0)).toEqual(expected(w, A));
    expect(registers(w, 0)).toEqual([CODES.OK, 0, 21, 22, 23, 14, 15, 16, 17]);
    expect(stack(w, A, 0)).toEqual([]);
    for (let column = 0; column < 6; column++) expect(cell(w, "stack", A * shape.vcpus * 2, column)).toBe(0);
  });

  it("nest, and return in the reverse order", () => {
    const w = world(shape, [A]);
    callWith(w, 0, [CALLS.call, TO_B, 0, 0, 0, 101, 102, 103, 104]);
    callWith(w, 0, [CALLS.call, TO_ROOT, 1, 2, 3, 201, 202, 203, 204]);
    expect([context(w, 0), stack(w, A, 0)]).toEqual([expected(w, ROOT), [TO_B, TO_ROOT]]);
    expect(run(w, 0, "return")).toBe("OK");
    expect([context(w, 0), registers(w, 0).slice(RBX)]).toEqual([expected(w, B), [201, 202, 203, 204]]);
    expect(run(w, 0, "return")).toBe("OK");
    expect([context(w, 0), registers(w, 0).slice(RBX)]).toEqual([expected(w, A), [101, 102, 103, 104]]);
    expect(run(w, 0, "return")).toBe("EMPTY");
  });

  it("a thread that stopped in a callee goes on there", () => {
    const w = world(shape);
    const v = shape.vcpus - 1;
    run(w, v, "switch", A);
    callWith(w, v, [CALLS.call, TO_B, 1, 2, 3, 0, 0, 0, 0]);
    set(w, v, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    enter(w, v, ROOT);
    expect([context(w, v), save(w, A, v)]).toEqual([expected(w, ROOT), [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    run(w, v, "switch", A);
    expect([context(w, v), registers(w, v), save(w, A, v)]).toEqual([expected(w, B), [1, 2, 3, 4, 5, 6, 7, 8, 9], NOTHING]);
    expect(run(w, v, "return")).toBe("OK");
    expect(context(w, v)).toEqual(expected(w, A));
  });

  it("the callee is the caller of calls: what is the home's is not its own", () => {
    const w = world(shape, [A]);
    run(w, 0, "call", TO_B);
    expect(run(w, 0, "map", A, 0, w.own(A, 0), 1)).toBe("DENIED");
    expect(run(w, 0, "map", B, 0, w.own(B, 0), 1)).toBe("OK");
    run(w, 0, "call", TO_ROOT);
    expect(run(w, 0, "switch", B)).toBe("OK");
    expect([home(w, 0), context(w, 0)]).toEqual([B, expected(w, B)]);
  });
});

describe("denials of gates change RAX alone", () => {
  const cases = [
    ["call.gate-exists", [A], [], "call", 5, "BAD_GATE"],
    ["call.gate-exists (all bits)", [A], [], "call", 0xffffffff, "BAD_GATE"],
    ["call.listed", [A], [], "call", TO_A, "DENIED"],
    ["call.listed (the scheduler)", [ROOT], [], "call", TO_B, "DENIED"],
    ["call.listed (the home is, the callee is not)", [A], [TO_B], "call", TO_B, "DENIED"],
    ["call.callee-sealed", [B], [], "call", TO_C, "BAD_PHASE"],
    ["call.not-reentrant (home)", [A], [TO_B], "call", TO_A, "BUSY"],
    ["call.not-reentrant (below)", [B], [TO_A, TO_ROOT], "call", TO_ROOT, "DENIED"],
    ["return.called", [A], [], "return", 0, "EMPTY"],
    ["destroy.not-on-stack (home)", [B], [TO_ROOT], "destroy", B, "BUSY"],
    ["destroy.not-on-stack (waiting)", [A], [TO_B, TO_ROOT], "destroy", B, "BUSY"],
  ] as const;
  it.each(cases)("%s", (_, running, gates, call, argument, code) => {
    const w = world(TINY, running);
    for (const gate of gates) expect(run(w, 0, "call", gate)).toBe("OK");
    run(w, 0, 0, argument);
    const before = picture(w);
    expect(run(w, 0, call, argument)).toBe(code);
    expect(changedBesideRax(w, 0, before)).toEqual([]);
  });

  it("call.room", () => {
    const w = world({ ...TINY, stack: 1 }, [A]);
    expect(run(w, 0, "call", TO_B)).toBe("OK");
    run(w, 0, 0, TO_ROOT);
    const before = picture(w);
    expect(run(w, 0, "call", TO_ROOT)).toBe("NO_ROOM");
    expect(changedBesideRax(w, 0, before)).toEqual([]);
  });
});

describe("destroy cuts the threads of others where they entered the domain", () => {
  it("a running one: its caller finds ABORTED, no results and its own registers", () => {
    const w = world(TINY, [ROOT, A]);
    callWith(w, 1, [CALLS.call, TO_B, 1, 2, 3, 101, 102, 103, 104]);
    set(w, 1, [9, 9, 9, 9, 9, 9, 9, 9, 9]);
    expect(run(w, 0, "destroy", B)).toBe("OK");
    expect(context(w, 1)).toEqual(expected(w, A));
    expect([codeIn(w, 1), registers(w, 1)]).toEqual(["ABORTED", [CODES.ABORTED, 0, 0, 0, 0, 101, 102, 103, 104]]);
    expect([stack(w, A, 1), save(w, A, 1), home(w, 1)]).toEqual([[], NOTHING, A]);
  });

  it("one that went on to another domain from there", () => {
    const w = world(TINY, [ROOT, A]);
    callWith(w, 1, [CALLS.call, TO_B, 1, 2, 3, 101, 102, 103, 104]);
    run(w, 1, "call", TO_ROOT);
    expect(run(w, 0, "destroy", B)).toBe("OK");
    expect([context(w, 1), codeIn(w, 1), registers(w, 1).slice(RBX)]).toEqual([expected(w, A), "ABORTED", [101, 102, 103, 104]]);
  });

  it("one that stopped, on any vCPU", () => {
    const w = world(TINY);
    for (const v of [0, 1]) {
      run(w, v, "switch", A);
      callWith(w, v, [CALLS.call, TO_B, 1, 2, 3, 101, 102, 103, 104]);
      enter(w, v, ROOT);
    }
    expect(run(w, 0, "destroy", B)).toBe("OK");
    for (const v of [0, 1]) expect([stack(w, A, v), save(w, A, v)]).toEqual([[], [CODES.ABORTED, 0, 0, 0, 0, 101, 102, 103, 104]]);
    run(w, 1, "switch", A);
    expect([context(w, 1), codeIn(w, 1)]).toEqual([expected(w, A), "ABORTED"]);
  });

  it("and deletes the domain's own, wherever they are: the vCPU goes on with the scheduler's", () => {
    const w = world(TINY);
    writeRegister(w.m, vcpu(1), RBX, 0xaaaa);
    run(w, 1, "switch", B);
    callWith(w, 1, [CALLS.call, TO_A, 1, 2, 3, 101, 102, 103, 104]);
    expect(context(w, 1)).toEqual(expected(w, A));
    expect(runAs(w, 0, A, "destroy", B)).toBe("OK");
    expect([home(w, 1), context(w, 1), codeIn(w, 1), readRegister(w.m, vcpu(1), RBX)]).toEqual([ROOT, expected(w, ROOT), "OK", 0xaaaa]);
    expect([stack(w, B, 1), save(w, B, 1), save(w, ROOT, 1)]).toEqual([[], NOTHING, NOTHING]);
  });

  it("even where both threads are in the same domain, so that CR3 stays", () => {
    const w = world(TINY, [ROOT, B]);
    callWith(w, 1, [CALLS.call, TO_ROOT, 1, 2, 3, 101, 102, 103, 104]);
    set(w, 1, [9, 9, 9, 9, 9, 9, 9, 9, 9]);
    expect(runAs(w, 0, A, "destroy", B)).toBe("OK");
    expect([home(w, 1), registers(w, 1)]).toEqual([ROOT, NOTHING]);
  });

  it("a thread that never met it goes on undisturbed", () => {
    const w = world(TINY, [ROOT, A]);
    callWith(w, 1, [CALLS.call, TO_ROOT, 1, 2, 3, 101, 102, 103, 104]);
    set(w, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(run(w, 0, "destroy", B)).toBe("OK");
    expect([context(w, 1), stack(w, A, 1), registers(w, 1)]).toEqual([expected(w, ROOT), [TO_ROOT], [1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });
});

it("a gate leads nowhere until its domain lives, and then into the new one", () => {
  const w = world(TINY, [B]);
  expect(run(w, 0, "call", TO_C)).toBe("BAD_PHASE");
  expect(runAs(w, 0, A, "create", C, w.own(A, 0))).toBe("OK");
  expect(run(w, 0, "call", TO_C)).toBe("BAD_PHASE");
  expect(runAs(w, 0, A, "seal", C)).toBe("OK");
  expect(run(w, 0, "call", TO_C)).toBe("OK");
  expect([current(w, 0), currentRoot(w.m, vcpu(0)), readRegister(w.m, vcpu(0), RIP)]).toEqual([C, w.own(A, 0), TO_C + 1]);
  expect([RAX, RDX, R10, RSI, RBP, RFLAGS].map((r) => readRegister(w.m, vcpu(0), r))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(readRegister(w.m, vcpu(0), RDI)).toBe(TO_C);
});
