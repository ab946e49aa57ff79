import type { Frame, Pcid, Vcpu } from "./identifiers.ts";
import { frame, pcid } from "./identifiers.ts";
import type { Cpl, Machine } from "./state.ts";
import { CPL, CR3_PCID, CR3_ROOT, PAGING, announce, notify, setVcpuWord, vcpuWord } from "./state.ts";
import { contextLoaded } from "./tlb.ts";

/** The register file, in the order of a save area: call number and result, four arguments, two general registers that carry secrets, control flow and flags. */
export const REGISTERS = ["RAX", "RDI", "RSI", "RDX", "R10", "RBX", "RBP", "RIP", "RFLAGS"] as const;

export const RAX = 0;
export const RDI = 1;
export const RSI = 2;
export const RDX = 3;
export const R10 = 4;
export const RBX = 5;
export const RBP = 6;
export const RIP = 7;
export const RFLAGS = 8;

/** Returns the low 32 bits of a register, all that the model keeps. */
export function readRegister(m: Machine, v: Vcpu, register: number): number {
  return vcpuWord(m, v, register);
}

/** Sets a register to `value` modulo 2^32. */
export function writeRegister(m: Machine, v: Vcpu, register: number, value: number): void {
  setVcpuWord(m, v, register, value);
}

/** Returns the root table in CR3 (SDM vol. 3, 4.5.2); frame 0 before the first load. */
export function currentRoot(m: Machine, v: Vcpu): Frame {
  return frame(vcpuWord(m, v, CR3_ROOT));
}

/** Returns the current PCID, bits 0 to 11 of CR3 with CR4.PCIDE set (SDM vol. 3, 4.10.1). */
export function currentPcid(m: Machine, v: Vcpu): Pcid {
  return pcid(vcpuWord(m, v, CR3_PCID));
}

/** Returns the current privilege level: 0 the monitor, 3 a domain. */
export function cpl(m: Machine, v: Vcpu): Cpl {
  return vcpuWord(m, v, CPL) === 3 ? 3 : 0;
}

/** Sets the privilege level, as SYSCALL, SYSRET, interrupt delivery and IRET do. */
export function setCpl(m: Machine, v: Vcpu, level: Cpl): void {
  announce(m);
  setVcpuWord(m, v, CPL, level);
  notify(m, "cpl", v, 0);
}

/**
 * MOV to CR3. Without `noFlush` (bit 63) it invalidates the translations of `tag` that are not global and all its paging-structure-cache entries; with
 * it nothing, so that whatever was cached under `tag` is usable again, stale or not (SDM vol. 3, 4.10.4.1). The first load also turns paging on.
 */
export function loadCr3(m: Machine, v: Vcpu, root: Frame, tag: Pcid, noFlush: boolean): void {
  announce(m);
  setVcpuWord(m, v, CR3_ROOT, root);
  setVcpuWord(m, v, CR3_PCID, tag);
  setVcpuWord(m, v, PAGING, 1);
  contextLoaded(m, v, tag, noFlush);
  notify(m, "cr3", v, 0);
}
