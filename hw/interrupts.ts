import type { Vcpu } from "./identifiers.ts";
import type { Machine } from "./state.ts";
import { IPI_PENDING, notify, setVcpuWord, vcpuWord } from "./state.ts";
import { cpl, setCpl } from "./vcpu.ts";

/** Software waits for something that cannot happen any more, or enters where no software is installed. */
export class MachineHang extends Error {
  override readonly name = "MachineHang";
}

/** Sends the shootdown interrupt to `to` by its local APIC: pending until delivered, and a second one merges with the first (SDM vol. 3, 11.6.1 and 11.8.4). */
export function sendIpi(m: Machine, to: Vcpu): void {
  setVcpuWord(m, to, IPI_PENDING, 1);
  notify(m, "ipi", to, 0);
}

/** Tells whether a shootdown interrupt waits for `v` (its bit in the IRR, SDM vol. 3, 11.8.4). */
export function ipiPending(m: Machine, v: Vcpu): boolean {
  return vcpuWord(m, v, IPI_PENDING) !== 0;
}

/**
 * Delivers the pending interrupt to `v`: acknowledges it, runs the handler at CPL 0 and returns to the privilege level before (SDM vol. 3, 6.12.1 and
 * IRET). Without a pending one it does nothing. Throws MachineHang without a handler.
 */
export function deliverIpi(m: Machine, v: Vcpu): void {
  if (!ipiPending(m, v)) return;
  if (m.handlers === null) throw new MachineHang(`vCPU ${v}: shootdown interrupt without a handler`);
  setVcpuWord(m, v, IPI_PENDING, 0);
  const interrupted = cpl(m, v);
  setCpl(m, v, 0);
  m.handlers.shootdown(m, v);
  setCpl(m, v, interrupted === 3 ? 3 : 0);
  notify(m, "ack", v, 0);
}

/**
 * Waits until `v` has acknowledged. A vCPU that waits for the monitor's lock takes the interrupt too, so the wait ends by delivering what is
 * still pending. Throws MachineHang without a handler, where the wait would never end.
 */
export function waitForIpi(m: Machine, v: Vcpu): void {
  deliverIpi(m, v);
}
