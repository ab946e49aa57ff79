/**
 * The monitor's tables in memory, stated a second time from their documentation and not from its code: a wrong constant that both sides share would hide
 * itself. All positions are words from physical word 0; monitor frames come first, so its state is contiguous.
 */
import { readWord } from "../../hw/memory.ts";
import type { Machine } from "../../hw/machine.ts";

const MAGIC = 0x52464d4e;

export interface MonitorTables {
  readonly frames: number;
  readonly domains: number;
  readonly vcpus: number;
  readonly monitorFrames: number;
  /** Rows of 4: owner + 1 (0 is the monitor), kind | level << 8, references, used entries. Row 0 is all of the monitor's frames. */
  readonly frameTable: number;
  /** Rows of 8: phase, parent + 1, root + 1, frames owned, children, creator + 1. */
  readonly domainTable: number;
  /** A row a frame as in the frame table, a column a domain: 0, or (1 offered, 2 accepted) << 4 | access. */
  readonly grantTable: number;
  /** Rows of 4: home, and three words of shootdown request. */
  readonly vcpuTable: number;
  /** Rows of 9 registers, for each home, for each vCPU. */
  readonly saveAreas: number;
  readonly gates: number;
  readonly devices: number;
  /** Calls that a thread can be in at once. */
  readonly stack: number;
  /** Rows of 2: owner + 1 (0 is nobody), drivers. */
  readonly deviceTable: number;
  /** Rows of 6: gate + 1 (0 is unused), RBX, RBP, RIP, RFLAGS of the caller; for each home, for each vCPU, from the bottom. */
  readonly stacks: number;
  /** Physical frame of the IO page table of the first device; the others follow. */
  readonly ioTables: number;
}

/** Kinds of frames, in the low byte of their column; a page table has its level above that. */
export const tableTag = 1;
export const dataTag = 2;
export const sharedTag = 3;
export const invalidTag = 4;

export const frameRow = 4;
export const domainRow = 8;
export const vcpuRow = 4;
export const saveRow = 9;
export const deviceRow = 2;
export const stackRow = 6;
const gateRow = 2;

/** Whether the header of a monitor that was made for this machine lies in its first words. */
export const hasMonitor = (m: Machine): boolean => readWord(m.memory, 0) === MAGIC && readWord(m.memory, 1) === m.frames && readWord(m.memory, 3) === m.vcpus;

/**
 * Where the tables are, by the header.
 * @throws RangeError if it is not the header of a booted monitor.
 */
export const monitorTables = (m: Machine): MonitorTables => {
  const header = Array.from({ length: 17 }, (_, word) => readWord(m.memory, word));
  const [, frames = 0, domains = 0, vcpus = 0, , , , monitorFrames = 0, , gates = 0, devices = 0, stack = 0, , , ioTables = 0] = header;
  if (!hasMonitor(m)) throw new RangeError("no monitor has been booted on this machine");
  const rows = frames - monitorFrames + 1;
  const frameTable = header.length;
  const domainTable = frameTable + rows * frameRow;
  const edgeTable = domainTable + domains * domainRow;
  const grantTable = edgeTable + domains * domains;
  const vcpuTable = grantTable + rows * domains;
  const saveAreas = vcpuTable + vcpus * vcpuRow;
  const deviceTable = saveAreas + domains * vcpus * saveRow + gates * gateRow;
  const stacks = deviceTable + devices * deviceRow;
  return { frames, domains, vcpus, monitorFrames, frameTable, domainTable, grantTable, vcpuTable, saveAreas, gates, devices, stack, deviceTable, stacks, ioTables };
};
