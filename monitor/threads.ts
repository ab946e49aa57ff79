/** Threads and vCPUs. A thread is a pair (home, vCPU): it runs, or its registers lie in its save area, never both. */
import { currentPcid, loadCr3, RAX, RBX, readRegister, REGISTERS, writeRegister, type Machine, type Vcpu } from "./hardware.ts";
import { CODES } from "./abi.ts";
import { domainOfPcid, isPhase, pcidOf, PHASES, rootOf } from "./domains.ts";
import { depthOf, domainAt, forget, keptRegister } from "./gates.ts";
import { domain, type Domain } from "./identifiers.ts";
import { isPreemptive, readState, saveWord, scheduler, vcpuWord, writeState } from "./layout.ts";

const HOME = 0;

/** The domain whose thread the vCPU runs, or will run when it leaves the monitor. */
export const homeOf = (m: Machine, v: Vcpu): Domain => domain(readState(m, vcpuWord(m, v, HOME)));

export const setHome = (m: Machine, v: Vcpu, home: Domain): void => writeState(m, vcpuWord(m, v, HOME), home);

/** The domain that the thread of the vCPU is in: the callee of its last call, or its home. */
export function currentOf(m: Machine, v: Vcpu): Domain {
  const home = homeOf(m, v);
  return domainAt(m, home, v, depthOf(m, home, v));
}

/**
 * Brings the vCPU into the thread and the domain that it is to run; `before` is the home of the thread that entered the monitor.
 * Runs on the vCPU itself, last thing before it leaves the monitor.
 */
export function leave(m: Machine, v: Vcpu, before: Domain): void {
  if (homeOf(m, v) === before) return enterDomain(m, v, currentOf(m, v));
  for (let r = 0; r < REGISTERS.length; r++) writeState(m, saveWord(m, before, v, r), readRegister(m, v, r));
  resume(m, v);
}

/** Loads the thread of the vCPU from its save area; what the registers hold is lost. */
export function resume(m: Machine, v: Vcpu): void {
  const home = homeOf(m, v);
  enterDomain(m, v, currentOf(m, v));
  for (let r = 0; r < REGISTERS.length; r++) writeRegister(m, v, r, readState(m, saveWord(m, home, v, r)));
  clearSaveArea(m, home, v);
}

/** The handler of external interrupts: the thread stops as it is, and the scheduler's runs where the policy says so. */
export function interrupt(m: Machine, v: Vcpu): void {
  const before = homeOf(m, v);
  if (isPreemptive(m) && isPhase(m, scheduler(m), PHASES.sealed)) setHome(m, v, scheduler(m)); // spec: interrupt.effect
  leave(m, v, before);
}

/** Ends a thread that has stopped from the domain on that it is in after `depth` calls: that one's caller will find ABORTED. A home has no caller. */
export function cut(m: Machine, home: Domain, v: Vcpu, depth: number): void {
  clearSaveArea(m, home, v);
  if (depth === 0) return forget(m, home, v, 0);
  writeState(m, saveWord(m, home, v, RAX), CODES.ABORTED);
  for (let r = RBX; r < REGISTERS.length; r++) writeState(m, saveWord(m, home, v, r), keptRegister(m, home, v, depth - 1, r));
  forget(m, home, v, depth - 1);
}

function enterDomain(m: Machine, v: Vcpu, d: Domain): void {
  if (domainOfPcid(currentPcid(m, v)) === d) return;
  // Translations that are still tagged with its PCID are true: every right that was taken was shot down on all vCPUs.
  loadCr3(m, v, rootOf(m, d), pcidOf(d), true);
}

function clearSaveArea(m: Machine, home: Domain, v: Vcpu): void {
  for (let r = 0; r < REGISTERS.length; r++) writeState(m, saveWord(m, home, v, r), 0);
}
