/**
 * A booted machine to try the monitor on, and a small assembly language to drive it: what the tests do, they do through
 * registers and SYSCALL. The family: root (0, the scheduler) is parent of A (1), A is parent of B (2), slot C (3) is free and A's to
 * create, slot 4 is free and root's. All may grant everything to each other, but B may only grant r to root. A may call B, B may call A
 * and C, both may call root, and A slot 4; A and B may tell the host.
 */
import { geometry, type Geometry } from "../../hw/geometry.ts";
import { frame, vcpu } from "../../hw/identifiers.ts";
import { createMachine, systemCall, type Machine, type TlbMode } from "../../hw/machine.ts";
import { readPhysical } from "../../hw/physical.ts";
import { readShared } from "../../hw/shared.ts";
import { R10, RAX, RDI, RDX, readRegister, RSI, writeRegister } from "../../hw/vcpu.ts";
import { boot } from "../../image/boot.ts";
import type { BootImage } from "../../image/image.ts";
import { monitorFramesNeeded } from "../../image/size.ts";
import { CALLS, CODES } from "../../monitor/abi.ts";
import { domain as toDomain } from "../../monitor/identifiers.ts";
import { homeOf, leave, setHome } from "../../monitor/threads.ts";

export const ROOT = 0;
export const A = 1;
export const B = 2;
export const C = 3;
export const R = 1;
export const RW = 3;
export const RX = 5;
export const RWX = 7;
export const DATA_FRAMES = 4;
const DOMAINS = 5;

/** A and B may drive the first device, B alone the second. */
export const X0 = 0;
export const X1 = 1;
export const DEVICES = 2;

/** Gates by where they lead. */
export const TO_B = 0;
export const TO_A = 1;
export const TO_ROOT = 2;
export const TO_C = 3;
export const GATES = 5;

export type CallName = keyof typeof CALLS;
export type CodeName = keyof typeof CODES;

export interface Shape {
  readonly levels: number;
  readonly indexBits: number;
  readonly vcpus: number;
  readonly tlb: TlbMode;
  /** Calls on a stack; 2 unless told. */
  readonly stack?: number;
  readonly preemptive?: boolean;
  /** Two spare system frames for the host. */
  readonly platform?: "sev-snp";
}

export const TINY: Shape = { levels: 2, indexBits: 2, vcpus: 2, tlb: "saturating" };
const GEOMETRIES = [[2, 1], [2, 2], [3, 2], [4, 9]] as const;

const SNP: readonly Shape[] = [{ ...TINY, platform: "sev-snp" }, { ...TINY, levels: 3, tlb: "explicit", platform: "sev-snp" }];

/** Every geometry, 1 to 4 vCPUs and both TLBs; the real geometry, whose frames are large, with 2 vCPUs. And some of them under an untrusted host. */
export const SHAPES: readonly Shape[] = GEOMETRIES.flatMap(([levels, indexBits]) =>
  (indexBits === 9 ? [2] : [1, 2, 3, 4]).flatMap((vcpus): Shape[] => [
    { levels, indexBits, vcpus, tlb: "explicit" },
    { levels, indexBits, vcpus, tlb: "saturating" },
  ]),
).concat(SNP);

export const nameOf = (s: Shape): string => `${s.levels} x ${s.indexBits}, ${s.vcpus} vCPUs, ${s.tlb}${s.platform === undefined ? "" : `, ${s.platform}`}`;

export interface World {
  readonly m: Machine;
  readonly g: Geometry;
  readonly shape: Shape;
  readonly monitorFrames: number;
  /** Frame number of a data frame of a domain: 0 .. DATA_FRAMES-1. */
  readonly own: (domain: number, n: number) => number;
  /** Frame number of the page table of root, A or B at this level. */
  readonly table: (domain: number, level: number) => number;
}

/** Root, A and B have a chain of tables for page 0, and data frames that hold their label in the first and last word. */
export function world(shape: Shape, running: readonly number[] = [], more: Partial<BootImage> = {}): World {
  const g = geometry(shape.levels, shape.indexBits);
  const perDomain = shape.levels + DATA_FRAMES;
  const others = 3 * perDomain;
  const stack = shape.stack ?? 2;
  const monitorFrames = monitorFramesNeeded(g, { others, domains: DOMAINS, vcpus: shape.vcpus, gates: GATES, devices: DEVICES, stack });
  const table = (domain: number, level: number): number => monitorFrames + domain * perDomain + shape.levels - level;
  const own = (domain: number, n: number): number => monitorFrames + domain * perDomain + shape.levels + n;
  const family = [ROOT, A, B];
  const image: BootImage = {
    frames: monitorFrames + others,
    platform: shape.platform ?? "hyperenclave",
    domains: DOMAINS,
    vcpus: shape.vcpus,
    scheduler: ROOT,
    preemptive: shape.preemptive ?? false,
    stack,
    creators: [-1, ROOT, A, A, ROOT],
    edges: Array.from({ length: DOMAINS * DOMAINS }, (_, n) => (n === B * DOMAINS + ROOT ? R : RWX)),
    gates: [
      { callee: B, callers: [A] },
      { callee: A, callers: [B] },
      { callee: ROOT, callers: [A, B] },
      { callee: C, callers: [B] },
      { callee: 4, callers: [A] },
    ],
    tellsHost: [A, B],
    devices: [
      { drivers: [A, B], owner: -1, maps: [] },
      { drivers: [B], owner: -1, maps: [] },
    ],
    slots: [
      { phase: 2, parent: -1, root: table(ROOT, shape.levels) },
      { phase: 2, parent: ROOT, root: table(A, shape.levels) },
      { phase: 2, parent: A, root: table(B, shape.levels) },
      { phase: 0, parent: -1, root: -1 },
      { phase: 0, parent: -1, root: -1 },
    ],
    frameTable: family.flatMap((owner) => [
      ...Array.from({ length: shape.levels }, (_, n) => ({ owner, kind: 1 as const, level: shape.levels - n })),
      ...Array.from({ length: DATA_FRAMES }, () => ({ owner, kind: 2 as const, level: 0 })),
    ]),
    links: family.flatMap((domain) =>
      Array.from({ length: shape.levels - 1 }, (_, n) => shape.levels - 1 - n).map((level) => {
        return { domain, level, index: 0, frame: table(domain, level) };
      }),
    ),
    mappings: [],
    grants: [],
    contents: family.flatMap((domain) =>
      Array.from({ length: DATA_FRAMES }, (_, n) => ({ frame: own(domain, n), word: 1 << domain })),
    ),
    running: Array.from({ length: shape.vcpus }, (_, v) => running[v] ?? ROOT),
    ...more,
  };
  const tlbCapacity = shape.tlb === "explicit" ? 8 : 700;
  const host = shape.platform === undefined ? {} : { platform: shape.platform, spareFrames: 2 };
  const m = createMachine({ geometry: g, frames: image.frames, vcpus: shape.vcpus, tlb: shape.tlb, tlbCapacity, devices: DEVICES, ...host });
  boot(m, image);
  return { m, g, shape, monitorFrames, own, table };
}

/** MOV of the number and the arguments, SYSCALL; the code by name. */
export function run(w: World, v: number, call: CallName | number, ...args: readonly number[]): CodeName | undefined {
  writeRegister(w.m, vcpu(v), RAX, typeof call === "number" ? call : CALLS[call]);
  [RDI, RSI, RDX, R10].forEach((register, n) => writeRegister(w.m, vcpu(v), register, args[n] ?? 0));
  systemCall(w.m, vcpu(v));
  return codeIn(w, v);
}

/** What RAX says. */
export function codeIn(w: World, v: number): CodeName | undefined {
  const code = readRegister(w.m, vcpu(v), RAX);
  return (Object.keys(CODES) as CodeName[]).find((name) => CODES[name] === code);
}

/** Lets `domain` run on the vCPU by means of the scheduler, root, which must run there now; makes one call as it. */
export function runAs(w: World, v: number, domain: number, call: CallName, ...args: readonly number[]): CodeName | undefined {
  const from = home(w, v);
  enter(w, v, domain);
  const code = run(w, v, call, ...args);
  enter(w, v, from);
  return code;
}

/** Makes `domain` the home of the vCPU without a trace in the registers of anyone: as if an interrupt had let the scheduler switch. */
export function enter(w: World, v: number, domain: number): void {
  if (domain === home(w, v)) return;
  const before = homeOf(w.m, vcpu(v));
  setHome(w.m, vcpu(v), toDomain(domain));
  leave(w.m, vcpu(v), before);
}

type Table = "frame" | "domain" | "grant" | "vcpu" | "save" | "gate" | "device" | "stack";

/** The layout, stated again from its description. */
function place(w: World, table: Table, row: number, column: number): number {
  const rows = w.m.frames - w.monitorFrames + 1;
  const rowOf = (f: number): number => (f < w.monitorFrames ? 0 : f - w.monitorFrames + 1);
  const domains = 17 + 4 * rows;
  const grants = domains + 8 * DOMAINS + DOMAINS * DOMAINS;
  const vcpus = grants + rows * DOMAINS;
  const saves = vcpus + 4 * w.m.vcpus;
  const gates = saves + 9 * DOMAINS * w.m.vcpus;
  switch (table) {
    case "frame":
      return 17 + 4 * rowOf(row) + column;
    case "domain":
      return domains + 8 * row + column;
    case "grant":
      return grants + DOMAINS * rowOf(row) + column;
    case "vcpu":
      return vcpus + 4 * row + column;
    case "save":
      return saves + 9 * row + column;
    case "gate":
      return gates + 2 * row + column;
    case "device":
      return gates + 2 * GATES + 2 * row + column;
    case "stack":
      return gates + 2 * GATES + 2 * DEVICES + 6 * row + column;
  }
}

export const cell = (w: World, table: Table, row: number, column: number): number => w.m.memory.words[place(w, table, row, column)] ?? 0;

export const home = (w: World, v: number): number => cell(w, "vcpu", v, 0);
/** The calls that the thread (home, v) is in, from the bottom: the gates. */
export function stack(w: World, d: number, v: number): readonly number[] {
  const size = w.shape.stack ?? 2;
  const gates = Array.from({ length: size }, (_, n) => cell(w, "stack", (d * w.m.vcpus + v) * size + n, 0) - 1);
  return gates.filter((gate) => gate >= 0);
}

/** The domain that a vCPU runs. */
export function current(w: World, v: number): number {
  const top = stack(w, home(w, v), v).at(-1);
  return top === undefined ? home(w, v) : cell(w, "gate", top, 0);
}

/** The domain that a device belongs to; -1 is nobody. */
export const driver = (w: World, x: number): number => cell(w, "device", x, 0) - 1;
export const owner = (w: World, f: number): number => cell(w, "frame", f, 0) - 1;
export const kind = (w: World, f: number): number => cell(w, "frame", f, 1) & 0xff;
export const phase = (w: World, d: number): number => cell(w, "domain", d, 0);
/** As the monitor reads the frame: a shared one in the clear; 0 where nothing that is confirmed stands behind it. */
export function wordOf(w: World, f: number, n: number): number {
  if (kind(w, f) === 4) return 0;
  return (kind(w, f) === 3 ? readShared : readPhysical)(w.m, frame(f), n);
}
export const isZero = (w: World, f: number): boolean =>
  Array.from({ length: w.m.wordsPerFrame }, (_, n) => wordOf(w, f, n)).every((word) => word === 0);

/** Where a vCPU's RAX stands among the words of the machine. */
const raxOf = (w: World, v: number): number => w.m.vcpuBase + v * ((w.m.tlbBase - w.m.vcpuBase) / w.m.vcpus) + RAX;

export const picture = (w: World): Uint32Array => w.m.memory.words.slice();

/** The words that differ from the picture, RAX of the vCPU aside: none after a denied call. */
export function changedBesideRax(w: World, v: number, before: Uint32Array): readonly number[] {
  const rax = raxOf(w, v);
  const changed: number[] = [];
  w.m.memory.words.forEach((word, n) => {
    if (word !== before[n] && n !== rax) changed.push(n);
  });
  return changed;
}

const has = (low: number, bit: number): boolean => (low & bit) !== 0;

/** What the page tables map, read from the bits: each used entry of each user table. */
export function entriesOf(w: World): { readonly table: number; readonly slot: number; readonly level: number; readonly to: number; readonly access: number }[] {
  const found = [];
  for (let table = w.monitorFrames; table < w.m.frames; table++) {
    if (kind(w, table) !== 1) continue;
    const level = cell(w, "frame", table, 1) >>> 8;
    const entries = 1 << w.shape.indexBits;
    for (let slot = 0; slot < (level === w.shape.levels ? entries / 2 : entries); slot++) {
      const low = wordOf(w, table, 2 * slot);
      const high = wordOf(w, table, 2 * slot + 1);
      if (low === 0 && high === 0) continue;
      const access = R | (has(low, 2) ? 2 : 0) | (has(high, 0x80000000) ? 0 : 4);
      found.push({ table, slot, level, to: (low >>> 12) + (high & 0xff) * 0x100000, access });
    }
  }
  return found;
}

/** What the devices' page tables map, read from the bits. */
export function dmaOf(w: World): { readonly device: number; readonly page: number; readonly to: number; readonly access: number }[] {
  const found = [];
  for (let device = 0; device < DEVICES; device++) {
    for (let page = 0; page < 1 << w.shape.indexBits; page++) {
      const table = (w.m.memory.words[14] ?? 0) + device;
      const low = wordOf(w, table, 2 * page);
      const high = wordOf(w, table, 2 * page + 1);
      if (low !== 0 || high !== 0) found.push({ device, page, to: (low >>> 12) + (high & 0xff) * 0x100000, access: has(high, 0x40000000) ? 3 : 1 });
    }
  }
  return found;
}

/** Every counter beside the number of things that it stands for. */
export function counts(w: World): { readonly name: string; readonly kept: number; readonly counted: number }[] {
  const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const frames = all(w.m.frames - w.monitorFrames).map((n) => n + w.monitorFrames);
  const entries = entriesOf(w);
  const mapped = (f: number): number => entries.filter((e) => e.level === 1 && e.to === f).length;
  const granted = (f: number): number => all(DOMAINS).filter((d) => cell(w, "grant", f, d) !== 0).length;
  const dma = dmaOf(w);
  const reached = (f: number): number => dma.filter((e) => e.to === f).length;
  const owned = (d: number): number => frames.filter((f) => owner(w, f) === d).length;
  return [
    ...frames.map((f) => ({ name: `references of ${f}`, kept: cell(w, "frame", f, 2), counted: mapped(f) + granted(f) + reached(f) })),
    ...frames.map((f) => ({ name: `used of ${f}`, kept: cell(w, "frame", f, 3), counted: entries.filter((e) => e.table === f).length })),
    ...all(DOMAINS).map((d) => ({ name: `owned by ${d}`, kept: cell(w, "domain", d, 3), counted: owned(d) })),
    ...all(DOMAINS).map((d) => ({
      name: `children of ${d}`,
      kept: cell(w, "domain", d, 4),
      counted: all(DOMAINS).filter((e) => phase(w, e) !== 0 && cell(w, "domain", e, 1) === d + 1).length,
    })),
  ];
}

/** Whether domain `d` is authorised for the frame: its owner, or by an accepted grant of at least these rights. */
export function authorised(w: World, d: number, f: number, access: number): boolean {
  const grant = cell(w, "grant", f, d);
  return owner(w, f) === d || (grant >>> 4 === 2 && (grant & access) === access);
}
