import type { Vcpu } from "./identifiers.ts";
import type { Cpl, Machine } from "./state.ts";
import { REQUESTED, announce, notify, setVcpuWord, vcpuWord } from "./state.ts";
import { cpl, setCpl } from "./vcpu.ts";

/** Software waits for something that cannot happen any more, or enters where no software is installed. */
export class MachineHang extends Error {
  override readonly name = "MachineHang";
}

const SHOOTDOWN = 1;
const EXTERNAL = 2;

function isRequested(m: Machine, v: Vcpu, vector: number): boolean {
  return (vcpuWord(m, v, REQUESTED) & vector) !== 0;
}

function request(m: Machine, v: Vcpu, vector: number): void {
  setVcpuWord(m, v, REQUESTED, vcpuWord(m, v, REQUESTED) | vector);
}

function accept(m: Machine, v: Vcpu, vector: number): void {
  setVcpuWord(m, v, REQUESTED, vcpuWord(m, v, REQUESTED) & ~vector);
}

/** Sends the shootdown interrupt to `to` by its local APIC: pending until delivered, and a second one merges with the first (SDM vol. 3, 11.6.1 and 11.8.4). */
export function sendIpi(m: Machine, to: Vcpu): void {
  announce(m);
  request(m, to, SHOOTDOWN);
  notify(m, "ipi", to, 0);
}

/** Tells whether a shootdown interrupt waits for `v` (its bit in the IRR, SDM vol. 3, 11.8.4). */
export function ipiPending(m: Machine, v: Vcpu): boolean {
  return isRequested(m, v, SHOOTDOWN);
}

/**
 * Delivers the pending interrupt to `v`: acknowledges it, runs the handler at CPL 0 and returns to the privilege level before (SDM vol. 3, 6.12.1 and
 * IRET). Without a pending one it does nothing. Throws MachineHang without a handler.
 */
export function deliverIpi(m: Machine, v: Vcpu): void {
  if (!ipiPending(m, v)) return;
  if (m.handlers === null) throw new MachineHang(`vCPU ${v}: shootdown interrupt without a handler`);
  accept(m, v, SHOOTDOWN);
  handle(m, v, m.handlers.shootdown);
  notify(m, "ack", v, 0);
}

/** Runs a handler at CPL 0 and returns to the level before (SDM vol. 3, 6.12.1 and IRET). */
function handle(m: Machine, v: Vcpu, handler: (m: Machine, v: Vcpu, interrupted: Cpl) => void): void {
  const interrupted = cpl(m, v);
  setCpl(m, v, 0);
  handler(m, v, interrupted);
  setCpl(m, v, interrupted);
}

/**
 * Waits until `v` has acknowledged. A vCPU that waits for the monitor's lock takes the interrupt too, so the wait ends by delivering what is
 * still pending. Throws MachineHang without a handler, where the wait would never end.
 */
export function waitForIpi(m: Machine, v: Vcpu): void {
  announce(m);
  deliverIpi(m, v);
}

/** A vector that the guest has a handler for. */
export type Vector = "shootdown" | "external";

/**
 * The host of a sev-snp guest injects a vector that nobody has sent (APM vol. 2, 15.20: the guest takes what EVENTINJ holds, whatever its RFLAGS.IF and local APIC say, also in the middle of a monitor
 * call or of a handler). What the local APIC holds stays as it is. The handler cannot tell it from a true one but by what it interrupts. Throws MachineHang without a handler.
 */
export function injectVector(m: Machine, v: Vcpu, vector: Vector): void {
  const handler = vector === "shootdown" ? m.handlers?.shootdown : m.handlers?.interrupt;
  if (handler === undefined) throw new MachineHang(`vCPU ${v}: an injected ${vector} vector without a handler`);
  handle(m, v, handler);
}

/** An external interrupt for `v`, from a device or injected by the host: pending until taken, and a second one merges with the first (SDM vol. 3, 11.8.4; APM vol. 2, 15.20). */
export function raiseInterrupt(m: Machine, v: Vcpu): void {
  request(m, v, EXTERNAL);
}

/** Tells whether an external interrupt waits for `v` (its bit in the IRR, SDM vol. 3, 11.8.4). */
export function interruptPending(m: Machine, v: Vcpu): boolean {
  return isRequested(m, v, EXTERNAL);
}

/**
 * Takes the pending external interrupt on `v`: acknowledges it, runs the handler at CPL 0 and returns to ring 3. RIP and RFLAGS, which the architecture pushes and IRET pops, stay in
 * their registers here, and no other register changes by itself (SDM vol. 3, 6.12.1 and 6.14). Without a pending one it does nothing, nor while `v` runs the monitor:
 * SYSCALL and interrupt gates clear IF, and the interrupt waits (SDM vol. 3, 6.8.1 and 6.12.1.3). A vCPU that enters so waits for the monitor's lock; hence this is a move between
 * calls, and not one for `beforeStep`. Throws MachineHang without a handler.
 */
export function takeInterrupt(m: Machine, v: Vcpu): void {
  if (!interruptPending(m, v) || cpl(m, v) !== 3) return;
  const handler = m.handlers?.interrupt;
  if (handler === undefined) throw new MachineHang(`vCPU ${v}: external interrupt without a handler`);
  accept(m, v, EXTERNAL);
  handle(m, v, handler);
}
