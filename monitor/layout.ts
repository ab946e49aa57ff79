/**
 * Where the monitor's state lies: in the monitor frames, as words counted from physical word 0. Nothing that the monitor
 * knows lives anywhere else, so a snapshot of physical memory is a snapshot of the monitor.
 *
 *     header        17 words   0 magic, 1 frames, 2 domains D, 3 vCPUs V, 4 levels, 5 index bits, 6 scheduler, 7 monitor frames, 8 first frame of the
 *                              directory, 9 gates G, 10 devices X, 11 stack size S, 12 preemptive, 13 entries of an IO page table, 14 first IO page
 *                              table, 15 first frame of the device table, 16 platform (0 hyperenclave, 1 sev-snp)
 *     frame table   1 + P rows of 4   owner + 1 (0 monitor), kind | level << 8, references, used entries
 *     domain table  D rows of 8       phase, parent + 1, root + 1, frames owned, children, creator + 1, tells host, 0
 *     edge table    D rows of D       rights that the row's domain may grant to the column's
 *     grant table   1 + P rows of D   state << 4 | access
 *     vCPU table    V rows of 4       home, shootdown request, its PCID, its page
 *     save areas    D x V rows of 9   registers of the thread (home, vCPU) while it does not run
 *     gate table    G rows of 2       callee, bit mask of the callers
 *     device table  X rows of 2       owner + 1 (0 nobody), bit mask of the domains that may drive it
 *     stacks        D x V x S of 6    calls of the thread (home, vCPU) from the bottom: gate + 1 (0 unused), RBX, RBP, RIP, RFLAGS, 0
 *     IOMMU tables  on frame boundary the device table of the hardware, then an IO page table per device, a frame each
 *     directory     monitor half      levels - 1 page tables, a frame each
 *
 * P is the number of frames outside the monitor. The monitor's own frames share row 0 of the frame and grant tables:
 * owner monitor, kind monitor, granted to nobody, and no call ever writes it. (A row for each would never end at small
 * geometries: a 16-byte frame holds less than the row that describes it.)
 */
import { device, frame, readPhysical, REGISTERS, wordsPerFrame, writePhysical } from "../hw/ring0.ts";
import type { Device, Frame, Machine, Vcpu } from "../hw/ring0.ts";
import { domain, NONE, type Domain, type Gate, type None } from "./identifiers.ts";

export const MAGIC = 0x52464d4e;

/** Words of the header. */
export const HEADER = {
  magic: 0, frames: 1, domains: 2, vcpus: 3, levels: 4, indexBits: 5, scheduler: 6, monitorFrames: 7, directory: 8,
  gates: 9, devices: 10, stackSize: 11, preemptive: 12, ioPages: 13, ioTables: 14, deviceTable: 15, sevSnp: 16,
} as const;

export const HEADER_WORDS = 17;

/** Words of a row. */
export const ROW = { frame: 4, domain: 8, vcpu: 4, thread: REGISTERS.length, gate: 2, device: 2, call: 6 } as const;

/** Columns of the rows that have names. */
export const FRAME = { owner: 0, kind: 1, references: 2, used: 3 } as const;
export const DOMAIN = { phase: 0, parent: 1, root: 2, owned: 3, children: 4, creator: 5, tellsHost: 6 } as const;
export const VCPU = { home: 0, request: 1, pcid: 2, page: 3 } as const;
export const GATE = { callee: 0, callers: 1 } as const;
export const DEVICE = { owner: 0, drivers: 1 } as const;

/** The word at `index` of the monitor's state. */
export function readState(m: Machine, index: number): number {
  const size = wordsPerFrame(m.geometry);
  return readPhysical(m, frame(Math.floor(index / size)), index % size);
}

export function writeState(m: Machine, index: number, value: number): void {
  const size = wordsPerFrame(m.geometry);
  writePhysical(m, frame(Math.floor(index / size)), index % size, value);
}

export const addToState = (m: Machine, index: number, change: number): void => writeState(m, index, readState(m, index) + change);

export const domainCount = (m: Machine): number => readState(m, HEADER.domains);

/** M: frames 0 .. M-1 are the monitor's. */
export const monitorFrames = (m: Machine): number => readState(m, HEADER.monitorFrames);

/** The domain that may call `switch`. */
export const scheduler = (m: Machine): Domain => domain(readState(m, HEADER.scheduler));

/** Whether an interrupt runs the scheduler's thread; otherwise it resumes the one that it stopped. */
export const isPreemptive = (m: Machine): boolean => readState(m, HEADER.preemptive) === 1;

/** Whether the host gives and takes the memory behind frames, and the RMP tells what it did. */
export const isSevSnp = (m: Machine): boolean => readState(m, HEADER.sevSnp) === 1;

export const gateCount = (m: Machine): number => readState(m, HEADER.gates);

export const deviceCount = (m: Machine): number => readState(m, HEADER.devices);

/** How many calls a thread can be in at once. */
export const stackSize = (m: Machine): number => readState(m, HEADER.stackSize);

/** First frame of the hardware's device table. */
export const deviceTable = (m: Machine): Frame => frame(readState(m, HEADER.deviceTable));

/** The IO page table of the device. */
export const ioTable = (m: Machine, x: Device): Frame => frame(readState(m, HEADER.ioTables) + x);

/** The device whose IO page table the frame is; NONE where it is none. */
export function deviceOf(m: Machine, table: Frame): Device | None {
  const n = table - readState(m, HEADER.ioTables);
  return n >= 0 && n < deviceCount(m) ? device(n) : NONE;
}

/** The table of level L-1 under the first entry of the upper half of every root. */
export const monitorDirectory = (m: Machine): Frame => frame(readState(m, HEADER.directory));

// Where each table begins: where the one before it ends.
const frameRows = (m: Machine): number => m.frames - monitorFrames(m) + 1;
const threads = (m: Machine): number => domainCount(m) * m.vcpus;
const domainTable = (m: Machine): number => HEADER_WORDS + frameRows(m) * ROW.frame;
const edgeTable = (m: Machine): number => domainTable(m) + domainCount(m) * ROW.domain;
const grantTable = (m: Machine): number => edgeTable(m) + domainCount(m) * domainCount(m);
const vcpuTable = (m: Machine): number => grantTable(m) + frameRows(m) * domainCount(m);
const saveAreas = (m: Machine): number => vcpuTable(m) + m.vcpus * ROW.vcpu;
const gateTable = (m: Machine): number => saveAreas(m) + threads(m) * ROW.thread;
const deviceRows = (m: Machine): number => gateTable(m) + gateCount(m) * ROW.gate;
const stacks = (m: Machine): number => deviceRows(m) + deviceCount(m) * ROW.device;

const rowOf = (m: Machine, f: Frame): number => Math.max(0, f - monitorFrames(m) + 1);

/** Index of a word of the frame's row. */
export const frameWord = (m: Machine, f: Frame, column: number): number => HEADER_WORDS + rowOf(m, f) * ROW.frame + column;

/** Index of a word of the domain's row. */
export const domainWord = (m: Machine, d: Domain, column: number): number => domainTable(m) + d * ROW.domain + column;

/** Index of the word with the rights that `from` may grant to `to`. */
export const edgeWord = (m: Machine, from: Domain, to: Domain): number => edgeTable(m) + from * domainCount(m) + to;

/** Index of the word with the grant of `f` to `receiver`. */
export const grantWord = (m: Machine, f: Frame, receiver: Domain): number => grantTable(m) + rowOf(m, f) * domainCount(m) + receiver;

/** Index of a word of the vCPU's row. */
export const vcpuWord = (m: Machine, v: Vcpu, column: number): number => vcpuTable(m) + v * ROW.vcpu + column;

/** Index of the word that keeps a register of the thread (home, v). */
export const saveWord = (m: Machine, home: Domain, v: Vcpu, register: number): number =>
  saveAreas(m) + (home * m.vcpus + v) * ROW.thread + register;

/** Index of a word of the gate's row. */
export const gateWord = (m: Machine, g: Gate, column: number): number => gateTable(m) + g * ROW.gate + column;

/** Index of a word of the device's row. */
export const deviceWord = (m: Machine, x: Device, column: number): number => deviceRows(m) + x * ROW.device + column;

/** Index of a word of one call on the stack of the thread (home, v). */
export const stackWord = (m: Machine, home: Domain, v: Vcpu, depth: number, column: number): number =>
  stacks(m) + ((home * m.vcpus + v) * stackSize(m) + depth) * ROW.call + column;
