import fc from "fast-check";
import { P, PS, RW, US, entryHigh, entryLow } from "../../hw/entry.ts";
import { allPages, entriesPerTable, geometry, wordsPerFrame } from "../../hw/geometry.ts";
import type { Geometry } from "../../hw/geometry.ts";
import { frame, page, pcid, vcpu } from "../../hw/identifiers.ts";
import type { Frame, Page, Pcid, Vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { writeEntry, writePhysical } from "../../hw/physical.ts";
import { forEachCached, forEachStructure, invlpg, invpcidAddress, invpcidAll, invpcidAllNonGlobal, invpcidContext } from "../../hw/tlb.ts";
import type { Right } from "../../hw/user.ts";
import { loadCr3 } from "../../hw/vcpu.ts";

/** What the monitor does to the hardware. */
export type SystemStep =
  | { readonly do: "entry"; readonly at: Frame; readonly index: number; readonly low: number; readonly high: number }
  | { readonly do: "word"; readonly at: Frame; readonly word: number; readonly value: number }
  | { readonly do: "cr3"; readonly v: Vcpu; readonly root: Frame; readonly tag: Pcid; readonly noFlush: boolean }
  | { readonly do: "invlpg"; readonly v: Vcpu; readonly at: Page }
  | { readonly do: "address"; readonly v: Vcpu; readonly tag: Pcid; readonly at: Page }
  | { readonly do: "context"; readonly v: Vcpu; readonly tag: Pcid }
  | { readonly do: "all"; readonly v: Vcpu }
  | { readonly do: "allNonGlobal"; readonly v: Vcpu };

/** What ring 3 does. */
export interface AccessStep {
  readonly do: "access";
  readonly v: Vcpu;
  readonly at: Page;
  readonly right: Right;
  readonly word: number;
  readonly value: number;
}

export const VCPUS = 2;
export const FRAMES = 5;
export const TINY = [geometry(2, 1), geometry(2, 2), geometry(3, 1)] as const;

/** Entries that lead somewhere most of the time: present, open to ring 3, in memory or just outside, seldom reserved. */
export function entryWords(frames: number): fc.Arbitrary<{ low: number; high: number }> {
  const likely = fc.record({
    to: fc.nat(frames).map(frame),
    flags: fc.nat(0xfff),
    nx: fc.boolean(),
    present: fc.nat(9),
    open: fc.nat(3),
    large: fc.nat(3),
    beyond: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(0xfff) }),
  });
  return likely.map(({ to, flags, nx, present, open, large, beyond }) => {
    const chosen = (flags & ~0x81) | (present > 0 ? P : 0) | (open > 0 ? RW | US : 0) | (large === 0 ? PS : 0);
    return { low: entryLow(to, chosen), high: (entryHigh(to, nx && open < 2) | (beyond << 8)) >>> 0 };
  });
}

/** Writes that fill every entry of every frame, so that walks go deep from the first step on. */
export function contents(g: Geometry): fc.Arbitrary<SystemStep[]> {
  const slots = FRAMES * entriesPerTable(g);
  return fc.array(entryWords(FRAMES), { minLength: slots, maxLength: slots }).map((list) =>
    list.map((words, n) => ({ do: "entry" as const, at: frame(n % FRAMES), index: Math.floor(n / FRAMES), ...words })),
  );
}

export function systemStep(g: Geometry): fc.Arbitrary<SystemStep> {
  const v = fc.nat(VCPUS - 1).map(vcpu);
  const tag = fc.integer({ min: 1, max: 3 }).map(pcid);
  const at = fc.nat(FRAMES - 1).map(frame);
  const anyPage = fc.nat(allPages(g) - 1).map(page);
  const words = entryWords(FRAMES);
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("entry" as const), at, index: fc.nat(entriesPerTable(g) - 1), words }).map(({ words: w, ...rest }) => ({ ...rest, ...w })) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("entry" as const), at, index: fc.nat(entriesPerTable(g) - 1), low: fc.constant(0), high: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("word" as const), at, word: fc.nat(wordsPerFrame(g) - 1), value: words.map((w) => w.low) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("cr3" as const), v, root: at, tag, noFlush: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("invlpg" as const), v, at: anyPage }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("address" as const), v, tag, at: anyPage }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("context" as const), v, tag }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("all" as const, "allNonGlobal" as const), v }) },
  );
}

export function accessStep(g: Geometry): fc.Arbitrary<AccessStep> {
  return fc.record({
    do: fc.constant("access" as const),
    v: fc.nat(VCPUS - 1).map(vcpu),
    at: fc.nat(allPages(g)).map(page),
    right: fc.constantFrom<Right>("r", "w", "x"),
    word: fc.nat(wordsPerFrame(g) - 1),
    value: entryWords(FRAMES).map((w) => w.low),
  });
}

export function perform(m: Machine, step: SystemStep): void {
  switch (step.do) {
    case "entry":
      return writeEntry(m, step.at, step.index, step.low, step.high);
    case "word":
      return writePhysical(m, step.at, step.word, step.value);
    case "cr3":
      return loadCr3(m, step.v, step.root, step.tag, step.noFlush);
    case "invlpg":
      return invlpg(m, step.v, step.at);
    case "address":
      return invpcidAddress(m, step.v, step.tag, step.at);
    case "context":
      return invpcidContext(m, step.v, step.tag);
    case "all":
      return invpcidAll(m, step.v);
    case "allNonGlobal":
      return invpcidAllNonGlobal(m, step.v);
  }
}

/** The cached translations of `v` as readable text: PCID, page, frame, rights. */
export function translations(m: Machine, v: Vcpu): string[] {
  const found: string[] = [];
  forEachCached(m, v, (tag, global, at, to, writable, user, executable) => {
    found.push(`${tag}: ${at} -> ${to} ${writable ? "w" : "-"}${user ? "u" : "-"}${executable ? "x" : "-"}${global ? "g" : "-"}`);
  });
  return found;
}

/** The paging-structure entries of `v` as readable text: PCID, level and prefix of the table, its frame. */
export function structures(m: Machine, v: Vcpu): string[] {
  const found: string[] = [];
  forEachStructure(m, v, (tag, level, prefix, table) => {
    found.push(`${tag}: level ${level} table ${prefix} -> ${table}`);
  });
  return found;
}
