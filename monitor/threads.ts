/** Threads and vCPUs. A thread is a pair (home, vCPU): it runs, or its registers lie in its save area, never both. */
import { vcpu, type Vcpu } from "../hw/identifiers.ts";
import { sendIpi, waitForIpi } from "../hw/interrupts.ts";
import type { Machine } from "../hw/machine.ts";
import { currentPcid, loadCr3, readRegister, REGISTERS, writeRegister } from "../hw/vcpu.ts";
import { domainOfPcid, isPhase, pcidOf, PHASES, ROOT_DOMAIN, rootOf } from "./domains.ts";
import { domain, type Domain } from "./identifiers.ts";
import { readState, saveWord, scheduler, vcpuWord, writeState } from "./layout.ts";

const HOME = 0;

/** The domain whose thread the vCPU runs, or will run when it leaves the monitor. */
export const homeOf = (m: Machine, v: Vcpu): Domain => domain(readState(m, vcpuWord(m, v, HOME)));

export const setHome = (m: Machine, v: Vcpu, home: Domain): void => writeState(m, vcpuWord(m, v, HOME), home);

/** Brings the vCPU into the context of its home. Runs on the vCPU itself, last thing before it leaves the monitor. */
export function enterHome(m: Machine, v: Vcpu): void {
  const before = domainOfPcid(currentPcid(m, v));
  const home = homeOf(m, v);
  if (before === home) return;
  saveRegisters(m, before, v);
  // Translations that are still tagged with the home's PCID are true: every right that was taken was shot down on all vCPUs.
  loadCr3(m, v, rootOf(m, home), pcidOf(home), true);
  loadRegisters(m, home, v);
}

/** Moves every vCPU that runs a thread of `d` to the scheduler's thread, then deletes the threads of `d`. */
export function expel(m: Machine, d: Domain): void {
  const heir = isPhase(m, scheduler(m), PHASES.sealed) ? scheduler(m) : ROOT_DOMAIN;
  for (let n = 0; n < m.vcpus; n++) {
    const w = vcpu(n);
    if (homeOf(m, w) === d) {
      setHome(m, w, heir);
      sendIpi(m, w);
      waitForIpi(m, w);
    }
    clearSaveArea(m, d, w);
  }
}

function saveRegisters(m: Machine, home: Domain, v: Vcpu): void {
  for (let r = 0; r < REGISTERS.length; r++) writeState(m, saveWord(m, home, v, r), readRegister(m, v, r));
}

function loadRegisters(m: Machine, home: Domain, v: Vcpu): void {
  for (let r = 0; r < REGISTERS.length; r++) writeRegister(m, v, r, readState(m, saveWord(m, home, v, r)));
  clearSaveArea(m, home, v);
}

function clearSaveArea(m: Machine, home: Domain, v: Vcpu): void {
  for (let r = 0; r < REGISTERS.length; r++) writeState(m, saveWord(m, home, v, r), 0);
}
