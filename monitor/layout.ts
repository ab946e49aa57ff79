/**
 * Where the monitor's state lies: in the monitor frames, as words counted from physical word 0. Nothing that the monitor
 * knows lives anywhere else, so a snapshot of physical memory is a snapshot of the monitor.
 *
 *     header        16 words
 *     frame table   1 + P rows of 4   owner + 1 (0 monitor), kind | level << 8, references, used entries
 *     domain table  D rows of 8       phase, parent + 1, root + 1, frames owned, children, creator + 1, 0, 0
 *     edge table    D rows of D       rights that the row's domain may grant to the column's
 *     grant table   1 + P rows of D   state << 4 | access
 *     vCPU table    V rows of 4       home, shootdown request, its PCID, its page
 *     save areas    D x V rows of 9   registers of the thread (home, vCPU) while it does not run
 *     directory     monitor half      levels - 1 page tables, a frame each, on a frame boundary
 *
 * P is the number of frames outside the monitor. The monitor's own frames share row 0 of the frame and grant tables:
 * owner monitor, kind monitor, granted to nobody, and no call ever writes it. (A row for each would never end at small
 * geometries: a 16-byte frame holds less than the row that describes it.)
 */
import { wordsPerFrame, type Geometry } from "../hw/geometry.ts";
import { frame, type Frame, type Vcpu } from "../hw/identifiers.ts";
import type { Machine } from "../hw/machine.ts";
import { readPhysical, writePhysical } from "../hw/physical.ts";
import { REGISTERS } from "../hw/vcpu.ts";
import { domain, type Domain } from "./identifiers.ts";

export const MAGIC = 0x52464d4e;

/** Words of the header; the others are zero. */
export const HEADER = {
  magic: 0, frames: 1, domains: 2, vcpus: 3, levels: 4, indexBits: 5, scheduler: 6, monitorFrames: 7, directory: 8,
} as const;

const HEADER_WORDS = 16;
const FRAME_ROW = 4;
const DOMAIN_ROW = 8;
const VCPU_ROW = 4;
const SAVE_ROW = REGISTERS.length;

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
export function saveWord(m: Machine, home: Domain, v: Vcpu, register: number): number {
  return saveAreas(frameRows(m), domainCount(m), m.vcpus) + (home * m.vcpus + v) * SAVE_ROW + register;
}

/** M, given the number of frames outside the monitor: what holds the tables above, and one page table a level below the roots. */
export function monitorFramesNeeded(g: Geometry, others: number, domains: number, vcpus: number): number {
  const words = saveAreas(others + 1, domains, vcpus) + domains * vcpus * SAVE_ROW;
  return Math.ceil(words / wordsPerFrame(g)) + g.levels - 1;
}
