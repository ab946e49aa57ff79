/**
 * Where the monitor's state lies: in the monitor frames, as words counted from physical word 0. Nothing that the monitor
 * knows lives anywhere else, so a snapshot of physical memory is a snapshot of the monitor.
 *
 *     header        16 words
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
import {
  entriesPerTable, frame, readPhysical, REGISTERS, vcpu, wordsPerFrame, writePhysical, type Device, type Frame, type Geometry, type Machine,
  type Vcpu,
} from "./hardware.ts";
import { domain, type Domain, type Gate } from "./identifiers.ts";

export const MAGIC = 0x52464d4e;

/** Words of the header. */
export const HEADER = {
  magic: 0, frames: 1, domains: 2, vcpus: 3, levels: 4, indexBits: 5, scheduler: 6, monitorFrames: 7, directory: 8,
  gates: 9, devices: 10, stackSize: 11, preemptive: 12, ioPages: 13, ioTables: 14, deviceTable: 15,
} as const;

const HEADER_WORDS = 16;
const FRAME_ROW = 4;
const DOMAIN_ROW = 8;
const VCPU_ROW = 4;
const SAVE_ROW = REGISTERS.length;
const GATE_ROW = 2;
const DEVICE_ROW = 2;
const STACK_ROW = 6;

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

export const gateCount = (m: Machine): number => readState(m, HEADER.gates);

export const deviceCount = (m: Machine): number => readState(m, HEADER.devices);

/** How many calls a thread can be in at once. */
export const stackSize = (m: Machine): number => readState(m, HEADER.stackSize);

/** First frame of the hardware's device table. */
export const deviceTable = (m: Machine): Frame => frame(readState(m, HEADER.deviceTable));

/** The IO page table of the device. */
export const ioTable = (m: Machine, x: Device): Frame => frame(readState(m, HEADER.ioTables) + x);

/** The table of level L-1 under the first entry of the upper half of every root. */
export const monitorDirectory = (m: Machine): Frame => frame(readState(m, HEADER.directory));

const rowOf = (m: Machine, f: Frame): number => Math.max(0, f - monitorFrames(m) + 1);

const frameRows = (m: Machine): number => m.frames - monitorFrames(m) + 1;

const domainTable = (rows: number): number => HEADER_WORDS + rows * FRAME_ROW;

const edgeTable = (rows: number, domains: number): number => domainTable(rows) + domains * DOMAIN_ROW;

const grantTable = (rows: number, domains: number): number => edgeTable(rows, domains) + domains * domains;

const vcpuTable = (rows: number, domains: number): number => grantTable(rows, domains) + rows * domains;

const saveAreas = (rows: number, domains: number, vcpus: number): number => vcpuTable(rows, domains) + vcpus * VCPU_ROW;

/** Index of a word of the frame's row. */
export const frameWord = (m: Machine, f: Frame, column: number): number => HEADER_WORDS + rowOf(m, f) * FRAME_ROW + column;

/** Index of a word of the domain's row. */
export const domainWord = (m: Machine, d: Domain, column: number): number => domainTable(frameRows(m)) + d * DOMAIN_ROW + column;

/** Index of the word with the rights that `from` may grant to `to`. */
export function edgeWord(m: Machine, from: Domain, to: Domain): number {
  const domains = domainCount(m);
  return edgeTable(frameRows(m), domains) + from * domains + to;
}

/** Index of the word with the grant of `f` to `receiver`. */
export function grantWord(m: Machine, f: Frame, receiver: Domain): number {
  const domains = domainCount(m);
  return grantTable(frameRows(m), domains) + rowOf(m, f) * domains + receiver;
}

/** Index of a word of the vCPU's row. */
export const vcpuWord = (m: Machine, v: Vcpu, column: number): number => vcpuTable(frameRows(m), domainCount(m)) + v * VCPU_ROW + column;

/** Index of the word that keeps a register of the thread (home, v). */
export const saveWord = (m: Machine, home: Domain, v: Vcpu, register: number): number =>
  saveAreas(frameRows(m), domainCount(m), m.vcpus) + (home * m.vcpus + v) * SAVE_ROW + register;

/** Index of the first word after the save areas. */
const gateTable = (m: Machine): number => saveWord(m, domain(domainCount(m)), vcpu(0), 0);

const deviceRows = (m: Machine): number => gateTable(m) + gateCount(m) * GATE_ROW;

/** Index of a word of the gate's row. */
export const gateWord = (m: Machine, g: Gate, column: number): number => gateTable(m) + g * GATE_ROW + column;

/** Index of a word of the device's row. */
export const deviceWord = (m: Machine, x: Device, column: number): number => deviceRows(m) + x * DEVICE_ROW + column;

/** Index of a word of one call on the stack of the thread (home, v). */
export function stackWord(m: Machine, home: Domain, v: Vcpu, depth: number, column: number): number {
  const stack = (home * m.vcpus + v) * stackSize(m);
  return deviceRows(m) + deviceCount(m) * DEVICE_ROW + (stack + depth) * STACK_ROW + column;
}

/** How many there are of what the monitor keeps rows for. */
export interface Sizes {
  /** Frames outside the monitor. */
  readonly others: number;
  readonly domains: number;
  readonly vcpus: number;
  readonly gates: number;
  readonly devices: number;
  /** Calls on a stack. */
  readonly stack: number;
}

/** Frames of the hardware's device table. */
export const deviceTableFrames = (g: Geometry, devices: number): number => Math.ceil(devices / entriesPerTable(g));

/** M: what holds the tables above, the IOMMU's tables, and one page table a level below the roots. */
export function monitorFramesNeeded(g: Geometry, { others, domains, vcpus, gates, devices, stack }: Sizes): number {
  const threads = domains * vcpus * (SAVE_ROW + stack * STACK_ROW);
  const words = saveAreas(others + 1, domains, vcpus) + threads + gates * GATE_ROW + devices * DEVICE_ROW;
  return Math.ceil(words / wordsPerFrame(g)) + deviceTableFrames(g, devices) + devices + g.levels - 1;
}
