/** One monitor call on the machine: what a caller in ring 3 does before and after SYSCALL, and when others take the interrupts that it sends. */
import { vcpu, type Vcpu } from "../../hw/identifiers.ts";
import { deliverIpi, ipiPending } from "../../hw/interrupts.ts";
import { systemCall, type Machine } from "../../hw/machine.ts";
import { R10, RAX, RDI, RDX, readRegister, RSI, writeRegister } from "../../hw/vcpu.ts";

/** Puts number and arguments into their registers. */
export const loadCall = (m: Machine, v: Vcpu, number: number, a: number, b: number, c: number, d: number): void => {
  writeRegister(m, v, RAX, number);
  writeRegister(m, v, RDI, a);
  writeRegister(m, v, RSI, b);
  writeRegister(m, v, RDX, c);
  writeRegister(m, v, R10, d);
};

/** Enters the monitor and comes back; interrupts are taken when the call waits for them. The code is found in RAX of the thread that called, wherever that is by now. */
export const enter = (m: Machine, v: Vcpu): void => systemCall(m, v);

const isPending = (m: Machine): boolean => {
  for (let v = 0; v < m.vcpus; v++) if (ipiPending(m, vcpu(v))) return true;
  return false;
};

/**
 * The same; before step number `delivery` of those at which a shootdown interrupt is pending, all that are pending are taken. Returns how many such steps there were
 * without that: with `null` for `delivery`, how many moments there are to try.
 */
export const enterDelivering = (m: Machine, v: Vcpu, delivery: number | null): number => {
  let moments = 0;
  m.beforeStep = () => {
    if (!isPending(m) || moments++ !== delivery) return;
    for (let w = 0; w < m.vcpus; w++) deliverIpi(m, vcpu(w));
  };
  try {
    systemCall(m, v);
  } finally {
    m.beforeStep = null;
  }
  return moments;
};

/** The caller has read the code and forgets code and arguments, so that states that differ in nothing else are one. */
export const consume = (m: Machine, v: Vcpu): void => {
  for (const register of [RAX, RDI, RSI, RDX, R10]) if (readRegister(m, v, register) !== 0) writeRegister(m, v, register, 0);
};
