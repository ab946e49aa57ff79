import { describe, expect, it } from "vitest";
import { vcpu } from "../../hw/identifiers.ts";
import { cpl, currentPcid, currentRoot, R10, RAX, RBX, RDI, RDX, readRegister, REGISTERS, RSI, writeRegister } from "../../hw/vcpu.ts";
import { A, B, cell, codeIn, home, nameOf, ROOT, run, runAs, SHAPES, TINY, world, type World } from "./world.ts";

const context = (w: World, v: number): readonly number[] =>
  [home(w, v), currentRoot(w.m, vcpu(v)), currentPcid(w.m, vcpu(v)), cpl(w.m, vcpu(v))];
const save = (w: World, d: number, v: number): readonly number[] => REGISTERS.map((_, r) => cell(w, "save", d * w.m.vcpus + v, r));

describe.each(SHAPES.map((shape) => [nameOf(shape), shape] as const))("threads at %s", (_, shape) => {
  it("each vCPU starts in its home: its root, its PCID, CPL 3, registers 0", () => {
    const w = world(shape, [A, B]);
    for (let v = 0; v < shape.vcpus; v++) {
      const d = [A, B][v] ?? ROOT;
      expect(context(w, v)).toEqual([d, w.table(d, shape.levels), d + 1, 3]);
      expect(REGISTERS.map((_name, r) => readRegister(w.m, vcpu(v), r))).toEqual(REGISTERS.map(() => 0));
    }
  });

  it("switch saves what ran and loads what runs next", () => {
    const w = world(shape);
    const v = vcpu(shape.vcpus - 1);
    writeRegister(w.m, v, RBX, 0x1234);
    run(w, v, "switch", A);
    expect(context(w, v)).toEqual([A, w.table(A, shape.levels), A + 1, 3]);
    expect(readRegister(w.m, v, RBX)).toBe(0);
    expect(save(w, ROOT, v)).toEqual([0, 0, 0, 0, 0, 0x1234, 0, 0, 0]);
    writeRegister(w.m, v, RBX, 0x5678);
    // The scheduler stopped in its call; whoever takes the vCPU back finds OK there.
    expect(runAs(w, v, ROOT, "switch", ROOT)).toBe("OK");
    expect(readRegister(w.m, v, RBX)).toBe(0x5678);
    expect(save(w, A, v)).toEqual(REGISTERS.map(() => 0));
  });

  it("a thread that stopped in switch finds OK and no arguments when it runs again", () => {
    const w = world(shape);
    run(w, 0, "switch", B);
    expect(runAs(w, 0, ROOT, "seal", 0)).toBe("DENIED");
    expect(save(w, ROOT, 0)[RAX]).toBe(3);
    expect([RDI, RSI, RDX, R10].map((r) => save(w, B, 0)[r])).toEqual([0, 0, 0, 0]);
  });

  it("a switch to itself changes nothing but RAX and the argument", () => {
    const w = world(shape);
    writeRegister(w.m, vcpu(0), RBX, 7);
    expect(run(w, 0, "switch", ROOT)).toBe("OK");
    expect([readRegister(w.m, vcpu(0), RBX), readRegister(w.m, vcpu(0), RDI)]).toEqual([7, 0]);
    expect(context(w, 0)).toEqual([ROOT, w.table(ROOT, shape.levels), 1, 3]);
  });
});

describe("destroy", () => {
  it("moves the other vCPUs to the scheduler's threads, with their registers, and deletes the domain's", () => {
    const w = world({ ...TINY, vcpus: 3 });
    writeRegister(w.m, vcpu(1), RBX, 0xaaaa);
    run(w, 1, "switch", B);
    run(w, 2, "switch", B);
    writeRegister(w.m, vcpu(1), RBX, 0xbbbb);
    expect(runAs(w, 0, A, "destroy", B)).toBe("OK");
    for (const v of [1, 2]) expect(context(w, v)).toEqual([ROOT, w.table(ROOT, 2), 1, 3]);
    expect(readRegister(w.m, vcpu(1), RBX)).toBe(0xaaaa);
    expect(codeIn(w, 1)).toBe("OK");
    for (const v of [0, 1, 2]) expect(save(w, B, v)).toEqual(REGISTERS.map(() => 0));
  });
});
