import { C_BIT } from "./entry.ts";
import type { Geometry } from "./geometry.ts";
import { wordsPerFrame } from "./geometry.ts";
import type { Device, Vcpu } from "./identifiers.ts";
import type { Memory } from "./memory.ts";
import { createMemory, readWord, writeWord } from "./memory.ts";

/**
 * What an observer is told of: a write to physical memory, an invalidation, a CR3 load, an interrupt sent or acknowledged, a change of privilege; of the IOMMU a new
 * device table, an invalidation command and its completion; of SEV-SNP a change of the nested table, of the RMP, and a write by the host.
 */
export type StepKind = "write" | "flush" | "cr3" | "ipi" | "ack" | "cpl" | "iobase" | "ioflush" | "iodrain" | "nested" | "rmp" | "host";

/**
 * Called after each machine step: `write` with frame and first word written, `host` with system frame and word, `iobase` and `nested` with the frame, `rmp` with the
 * system frame, `ioflush` with the device, `iodrain` with 0, every other kind with the vCPU; then 0.
 */
export type Observer = (m: Machine, event: StepKind, a: number, b: number) => void;

/** A privilege level. */
export type Cpl = 0 | 3;

/** The entry points of the monitor, which run at CPL 0. That of an interrupt is told the privilege level that it interrupts: the processor has pushed it with CS (SDM vol. 3, 6.12.1). */
export interface Handlers {
  readonly call: (m: Machine, v: Vcpu) => void;
  readonly shootdown: (m: Machine, v: Vcpu, interrupted: Cpl) => void;
  /** External interrupts. */
  readonly interrupt?: (m: Machine, v: Vcpu, interrupted: Cpl) => void;
}

/** Called before each privileged step, so that a scheduler of interrupts can deliver what is pending, early and in any order. Steps that it causes call it again. */
export type BeforeStep = (m: Machine) => void;

/** `explicit`: a finite TLB with LRU, filled by real accesses. `saturating`: every translation that any walk could have cached. */
export type TlbMode = "explicit" | "saturating";

/** `plain`: frames are memory. `sev-snp`: an untrusted host translates them once more, and the RMP checks it (nested.ts). */
export type Platform = "plain" | "sev-snp";

export interface MachineShape {
  readonly geometry: Geometry;
  readonly frames: number;
  readonly vcpus: number;
  readonly tlb: TlbMode;
  /** Entries per vCPU: the size of the explicit TLB, the bound beyond which the saturating one gives up with a RangeError. */
  readonly tlbCapacity: number;
  /** DMA engines behind the IOMMU, 0 to 4; absent: none. Each has an IOTLB of the mode and capacity above. */
  readonly devices?: number;
  /** Absent: plain. */
  readonly platform?: Platform;
  /** System frames beyond those of the guest, on sev-snp only; absent: none. */
  readonly spareFrames?: number;
}

/** A machine. Its state is `memory`; everything else is its shape, the installed software and the observer. */
export interface Machine {
  readonly geometry: Geometry;
  readonly frames: number;
  readonly vcpus: number;
  readonly devices: number;
  /** Frames of memory there are: `frames`, and the host's spare ones. */
  readonly systemFrames: number;
  readonly memory: Memory;
  readonly tlbMode: TlbMode;
  readonly tlbCapacity: number;
  readonly wordsPerFrame: number;
  readonly vcpuBase: number;
  readonly tlbBase: number;
  readonly tlbStride: number;
  readonly ioBase: number;
  readonly ioStride: number;
  /** How many frames are memory themselves: all of a plain machine, none where the host translates them. */
  readonly directFrames: number;
  /** Where the nested table begins; 0 on a plain machine, whose frames are not translated. */
  readonly nestedBase: number;
  readonly rmpBase: number;
  /** The one word in which the host keeps what it has learnt. */
  readonly hostBase: number;
  /** The C-bit in the high word of an entry; 0 on a plain machine, where the bit is reserved. */
  readonly cBit: number;
  /** Where a saturating TLB or IOTLB is rebuilt before it is written back; without meaning between steps. */
  readonly workspace: Uint32Array;
  handlers: Handlers | null;
  observer: Observer | null;
  beforeStep: BeforeStep | null;
}

/** Words of one TLB entry (see tlb-entry.ts). */
export const TLB_ENTRY_WORDS = 3;
/** Words before the entries of a TLB: how many translations (saturating: how many entries in all), how many paging-structure entries (explicit only). */
export const TLB_HEADER_WORDS = 2;
/** Paging-structure entries of the explicit TLB, per vCPU. */
export const EXPLICIT_STRUCTURES = 4;

// Control words of a vCPU, after its nine general registers.
export const CR3_ROOT = 9;
export const CR3_PCID = 10;
export const CPL = 11;
/** Interrupts requested and not yet taken, one bit each (the IRR of the local APIC, SDM vol. 3, 11.8.4). */
export const REQUESTED = 12;
/** CR0.PG: 0 from reset to the first CR3 load, during which nothing walks. */
export const PAGING = 13;
const VCPU_WORDS = 14;

/** The word of the IOMMU itself: device table base register, as frame number + 1; 0 from reset until it is set. */
const IOMMU_WORDS = 1;
/** Words of a device before the entries of its IOTLB. */
export const IO_HEADER_WORDS = 4;
/** What the device remembers. */
export const IO_REGISTER = 0;
/** Commands under way (explicit only). */
export const IO_PENDING = 1;
/** How many translations are cached; in saturating mode, how many entries in all. */
export const IO_COUNT = 2;
/** How many device-table entries are cached (explicit only). */
export const IO_DEVICE_ENTRIES = 3;
const MOST_DEVICES = 4;
/** Words of an RMP entry (see rmp.ts). */
export const RMP_WORDS = 2;

/** Returns a machine after reset: memory, registers and TLBs zero, paging off, CPL 0. Throws RangeError for a shape without frames, vCPUs or TLB entries. */
export function stateOf(shape: MachineShape): Machine {
  for (const [name, value] of [["frames", shape.frames], ["vcpus", shape.vcpus], ["tlbCapacity", shape.tlbCapacity]] as const) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, found ${value}`);
  }
  const devices = shape.devices ?? 0;
  if (!Number.isInteger(devices) || devices < 0 || devices > MOST_DEVICES) throw new RangeError(`devices must be an integer in 0..${MOST_DEVICES}, found ${devices}`);
  const snp = shape.platform === "sev-snp";
  const spare = shape.spareFrames ?? 0;
  if (!Number.isInteger(spare) || spare < 0 || (spare > 0 && !snp)) throw new RangeError(`spareFrames must be a natural number, and 0 on a plain machine, found ${spare}`);
  const systemFrames = shape.frames + spare;
  const frameWords = wordsPerFrame(shape.geometry);
  const vcpuBase = systemFrames * frameWords;
  const tlbBase = vcpuBase + shape.vcpus * VCPU_WORDS;
  const slots = shape.tlbCapacity + (shape.tlb === "explicit" ? EXPLICIT_STRUCTURES : 0);
  const tlbStride = TLB_HEADER_WORDS + slots * TLB_ENTRY_WORDS;
  const ioBase = tlbBase + shape.vcpus * tlbStride;
  // One more slot for the device-table entry that the explicit IOTLB caches.
  const ioStride = IO_HEADER_WORDS + (shape.tlbCapacity + (shape.tlb === "explicit" ? 1 : 0)) * TLB_ENTRY_WORDS;
  const ioEnd = ioBase + (devices === 0 ? 0 : IOMMU_WORDS + devices * ioStride);
  const rmpBase = ioEnd + (snp ? shape.frames : 0);
  const hostBase = rmpBase + (snp ? systemFrames * RMP_WORDS : 0);
  return {
    geometry: shape.geometry,
    frames: shape.frames,
    vcpus: shape.vcpus,
    devices,
    systemFrames,
    memory: createMemory(hostBase + 1),
    tlbMode: shape.tlb,
    tlbCapacity: shape.tlbCapacity,
    wordsPerFrame: frameWords,
    vcpuBase,
    tlbBase,
    tlbStride,
    ioBase,
    ioStride,
    directFrames: snp ? 0 : shape.frames,
    nestedBase: snp ? ioEnd : 0,
    rmpBase,
    hostBase,
    cBit: snp ? C_BIT : 0,
    workspace: new Uint32Array(shape.tlbCapacity * TLB_ENTRY_WORDS),
    handlers: null,
    observer: null,
    beforeStep: null,
  };
}

/** Returns register or control word `field` of `v`. */
export function vcpuWord(m: Machine, v: Vcpu, field: number): number {
  return readWord(m.memory, m.vcpuBase + v * VCPU_WORDS + field);
}

/** Sets register or control word `field` of `v`. */
export function setVcpuWord(m: Machine, v: Vcpu, field: number, value: number): void {
  writeWord(m.memory, m.vcpuBase + v * VCPU_WORDS + field, value);
}

/** Returns the index of the first word of the TLB of `v`. */
export function tlbStart(m: Machine, v: Vcpu): number {
  return m.tlbBase + v * m.tlbStride;
}

/** Returns the index of the first word of device `x`. Throws RangeError for a device that the machine does not have. */
export function deviceStart(m: Machine, x: Device): number {
  if (!(x >= 0 && x < m.devices)) throw new RangeError(`no device ${x}: the machine has ${m.devices}`);
  return m.ioBase + IOMMU_WORDS + x * m.ioStride;
}

/** Lets the scheduler of interrupts, if there is one, act before a privileged step. */
export function announce(m: Machine): void {
  if (m.beforeStep !== null) m.beforeStep(m);
}

/** Tells the observer, if there is one, that a step is complete. */
export function notify(m: Machine, event: StepKind, a: number, b: number): void {
  if (m.observer !== null) m.observer(m, event, a, b);
}
