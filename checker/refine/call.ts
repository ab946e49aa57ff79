/** One monitor call on the machine: what a caller in ring 3 does before and after SYSCALL. */
import type { Vcpu } from "../../hw/identifiers.ts";
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

/** Enters the monitor and comes back. The code is found in RAX of the thread that called, wherever that is by now. */
export const enter = (m: Machine, v: Vcpu): void => systemCall(m, v);

/** The caller has read the code and forgets code and arguments, so that states that differ in nothing else are one. */
export const consume = (m: Machine, v: Vcpu): void => {
  for (const register of [RAX, RDI, RSI, RDX, R10]) if (readRegister(m, v, register) !== 0) writeRegister(m, v, register, 0);
};
