import type { Vcpu } from "./identifiers.ts";
import { MachineHang } from "./interrupts.ts";
import { launch } from "./nested.ts";
import type { Handlers, Machine, MachineShape } from "./state.ts";
import { stateOf } from "./state.ts";
import { setCpl } from "./vcpu.ts";

export type { BeforeStep, Cpl, Handlers, Machine, MachineShape, Observer, Platform, StepKind, TlbMode } from "./state.ts";

/**
 * Returns a machine of this shape after reset: all words 0, paging off, CPL 0, no software. On sev-snp the guest has been launched: every frame of it is backed by the
 * system frame of its number, assigned and validated (SEV-SNP ABI 56860, SNP_LAUNCH_UPDATE). Throws RangeError for an empty shape.
 */
export function createMachine(shape: MachineShape): Machine {
  const m = stateOf(shape);
  if (m.nestedBase !== 0) launch(m);
  return m;
}

/** Installs the entry points of the monitor (IA32_LSTAR and the interrupt descriptor of the shootdown vector, SDM vol. 3, 5.8.8 and 6.10). */
export function installHandlers(m: Machine, handlers: Handlers): void {
  m.handlers = handlers;
}

/** SYSCALL, the installed handler, SYSRET: enters at CPL 0 and leaves at CPL 3 (SDM vol. 2, SYSCALL and SYSRET). Throws MachineHang without a handler. */
export function systemCall(m: Machine, v: Vcpu): void {
  if (m.handlers === null) throw new MachineHang(`vCPU ${v}: SYSCALL without a handler`);
  setCpl(m, v, 0);
  m.handlers.call(m, v);
  setCpl(m, v, 3);
}
