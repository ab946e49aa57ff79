/**
 * Threads and vCPUs. A thread is a pair (home, vCPU): it runs, or its registers lie in its save area, never both. Which domain it is in, and how
 * it got there, is on its stack: the calls that it made through gates, which the policy fixes.
 */
import {
  CODES, currentPcid, domain, GATE, gateOrNone, gateWord, isPhase, isPreemptive, loadCr3, NONE, pcidOf, PHASES, RAX, RBX, RDI, readRegister,
  readState, REGISTERS, RFLAGS, RIP, rootOf, saveWord, scheduler, stackSize, stackWord, VCPU, vcpuWord, writeRegister, writeState,
  type Domain, type Gate, type Machine, type None, type Vcpu,
} from "./foundation.ts";

export const calleeOf = (m: Machine, g: Gate): Domain => domain(readState(m, gateWord(m, g, GATE.callee)));

/** Whether the policy lets the domain call the gate. */
export const lists = (m: Machine, g: Gate, d: Domain): boolean => ((readState(m, gateWord(m, g, GATE.callers)) >>> d) & 1) === 1;

/** How many calls of the thread have not returned. */
export function depthOf(m: Machine, home: Domain, v: Vcpu): number {
  const size = stackSize(m);
  let depth = 0;
  for (let n = 0; n < size && readState(m, stackWord(m, home, v, n, 0)) !== 0; n++) depth += 1;
  return depth;
}

/** The domain that the thread is in after this many of its calls. */
export function domainAt(m: Machine, home: Domain, v: Vcpu, depth: number): Domain {
  const through = depth === 0 ? NONE : gateOrNone(readState(m, stackWord(m, home, v, depth - 1, 0)));
  return through === NONE ? home : calleeOf(m, through);
}

/** After how many of its calls the thread is in `d`; a thread is in a domain at most once. NONE where it is not in `d`. */
export function depthIn(m: Machine, home: Domain, v: Vcpu, d: Domain): number | None {
  const top = depthOf(m, home, v);
  for (let depth = 0; depth <= top; depth++) if (domainAt(m, home, v, depth) === d) return depth;
  return NONE;
}

/** What the register of the caller was at this call: RBX to RFLAGS are kept. */
export const keptRegister = (m: Machine, home: Domain, v: Vcpu, depth: number, register: number): number =>
  readState(m, stackWord(m, home, v, depth, register - RBX + 1));

/** Puts the call onto the stack of the running thread, and the registers that are no arguments as the callee is to find them. */
export function push(m: Machine, home: Domain, v: Vcpu, g: Gate): void {
  const depth = depthOf(m, home, v);
  writeState(m, stackWord(m, home, v, depth, 0), g + 1);
  for (let r = RBX; r <= RFLAGS; r++) {
    writeState(m, stackWord(m, home, v, depth, r - RBX + 1), readRegister(m, v, r));
    writeRegister(m, v, r, 0);
  }
  writeRegister(m, v, RIP, g + 1);
  writeRegister(m, v, RDI, g);
}

/** Takes the last call of the running thread off its stack, and puts back the registers of the caller that are no results. */
export function pop(m: Machine, home: Domain, v: Vcpu): void {
  const depth = depthOf(m, home, v) - 1;
  for (let r = RBX; r <= RFLAGS; r++) writeRegister(m, v, r, keptRegister(m, home, v, depth, r));
  writeRegister(m, v, RDI, 0);
  forget(m, home, v, depth);
}

/** Empties the stack of the thread from this depth on. */
export function forget(m: Machine, home: Domain, v: Vcpu, from: number): void {
  const end = stackWord(m, home, v, stackSize(m), 0);
  for (let word = stackWord(m, home, v, from, 0); word < end; word++) writeState(m, word, 0);
}

/** The domain whose thread the vCPU runs, or will run when it leaves the monitor. */
export const homeOf = (m: Machine, v: Vcpu): Domain => domain(readState(m, vcpuWord(m, v, VCPU.home)));

export const setHome = (m: Machine, v: Vcpu, home: Domain): void => writeState(m, vcpuWord(m, v, VCPU.home), home);

/** The domain that the thread of the vCPU is in: the callee of its last call, or its home. */
export const currentOf = (m: Machine, v: Vcpu): Domain => domainAt(m, homeOf(m, v), v, depthOf(m, homeOf(m, v), v));

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
  if (currentPcid(m, v) === pcidOf(d)) return;
  // Translations that are still tagged with its PCID are true: every right that was taken was shot down on all vCPUs.
  loadCr3(m, v, rootOf(m, d), pcidOf(d), true);
}

function clearSaveArea(m: Machine, home: Domain, v: Vcpu): void {
  for (let r = 0; r < REGISTERS.length; r++) writeState(m, saveWord(m, home, v, r), 0);
}
