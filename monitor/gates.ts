/** Gates, which the policy fixes, and the stacks of the calls through them: which domain a thread is in, and how it got there. */
import { RBX, RDI, readRegister, RFLAGS, RIP, writeRegister, type Machine, type Vcpu } from "./hardware.ts";
import { domain, gateOrNone, NONE, type Domain, type Gate, type None } from "./identifiers.ts";
import { addToState, gateWord, readState, stackSize, stackWord, writeState } from "./layout.ts";

const COLUMN = { callee: 0, callers: 1 } as const;

export const calleeOf = (m: Machine, g: Gate): Domain => domain(readState(m, gateWord(m, g, COLUMN.callee)));

/** Whether the policy lets the domain call the gate. */
export const lists = (m: Machine, g: Gate, d: Domain): boolean => ((readState(m, gateWord(m, g, COLUMN.callers)) >>> d) & 1) === 1;

export const setCallee = (m: Machine, g: Gate, callee: Domain): void => writeState(m, gateWord(m, g, COLUMN.callee), callee);

export const letCall = (m: Machine, g: Gate, d: Domain): void => addToState(m, gateWord(m, g, COLUMN.callers), 1 << d);

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
