/** One monitor call on the machine: what a caller in ring 3 does before and after SYSCALL, and what happens in the middle of it. */
import { vcpu, type Vcpu } from "../../hw/identifiers.ts";
import { deliverIpi, injectVector, ipiPending, type Vector } from "../../hw/interrupts.ts";
import { systemCall, type Machine } from "../../hw/machine.ts";
import { hash, mark, undo, type Mark } from "../../hw/memory.ts";
import { NestedFault } from "../../hw/nested.ts";
import { cpl, R10, RAX, RDI, RDX, readRegister, RSI, writeRegister } from "../../hw/vcpu.ts";
import type { CallAction, Injection } from "./action.ts";

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

/** What there is to try in the middle of a call, besides that with which it has run. */
export interface Middles {
  /** At so many of its steps a shootdown interrupt was pending. */
  readonly deliveries: number;
  /** Where what the host injects makes a difference. */
  readonly injections: readonly Injection[];
}

/** 53 bits of the machine's hash. */
const stateOf = ({ memory }: Machine): number => {
  const { hashLow, hashHigh } = hash(memory);
  return (hashHigh & 0x1fffff) * 2 ** 32 + (hashLow >>> 0);
};

/** Whether a word has another value than at the mark. */
const hasChanged = ({ memory: { words, log, logLength } }: Machine, since: Mark): boolean => {
  const first = new Map<number, number>();
  for (let i: number = since; i < logLength; i += 2) {
    const word = log[i] ?? 0;
    if (!first.has(word)) first.set(word, log[i + 1] ?? 0);
  }
  for (const [word, value] of first) if (words[word] !== value) return true;
  return false;
};

/** Whether the vector, injected now, changes anything at all of the machine, which is left as it is. Where its handler ends for want of memory the vCPU stops, and others go on as if it did not. */
const matters = (m: Machine, v: Vcpu, vector: Vector): boolean => {
  const { observer, beforeStep } = m, now = mark(m.memory);
  m.observer = null;
  m.beforeStep = null;
  try {
    injectVector(m, v, vector);
    return hasChanged(m, now);
  } catch (fault) {
    if (fault instanceof NestedFault) return false;
    throw fault;
  } finally {
    undo(m.memory, now);
    m.observer = observer;
    m.beforeStep = beforeStep;
  }
};

/** What can be injected now: an external interrupt from ring 3 waits for the monitor's lock. */
const vectorsNow = (m: Machine, v: Vcpu): readonly Vector[] => (cpl(m, v) === 0 ? ["shootdown", "external"] : ["shootdown"]);

/**
 * The same. Before step number `delivery` of those at which a shootdown interrupt is pending, all that are pending are taken; before step `injection.step` of all its steps that vector is injected, and then
 * what comes after it. With `asked` it is found out where one more
 * would matter: one that changes no word of the machine leads to the run that is made anyway. States of the machine in which that has been asked are in the set, and are put there: a run that is in one of them goes on as another did.
 */
export const enterAmidst = (m: Machine, v: Vcpu, { delivery, injection }: Pick<CallAction, "delivery" | "injection">, asked: Set<number> | null): Middles => {
  const injections: Injection[] = [];
  let deliveries = 0, step = 0, next = injection;
  const isFirst = delivery === null && injection === undefined;
  const isToAsk = (): boolean => {
    if (asked === null) return false;
    const known = asked.size;
    // The first run asks before every step, also where the one before has written nothing.
    return asked.add(stateOf(m)).size > known || isFirst;
  };
  m.beforeStep = () => {
    const at = step++;
    for (; next?.step === at; next = next.then) if (vectorsNow(m, vcpu(next.vcpu)).includes(next.vector)) injectVector(m, vcpu(next.vcpu), next.vector);
    if (isToAsk()) {
      for (let w = 0; w < m.vcpus; w++) {
        for (const vector of vectorsNow(m, vcpu(w))) if (matters(m, vcpu(w), vector)) injections.push({ step: at, vcpu: w, vector });
      }
    }
    if (!isPending(m) || deliveries++ !== delivery) return;
    for (let w = 0; w < m.vcpus; w++) deliverIpi(m, vcpu(w));
  };
  try {
    systemCall(m, v);
  } finally {
    m.beforeStep = null;
  }
  return { deliveries, injections };
};

/** The caller has read the code and forgets code and arguments, so that states that differ in nothing else are one. */
export const consume = (m: Machine, v: Vcpu): void => {
  for (const register of [RAX, RDI, RSI, RDX, R10]) if (readRegister(m, v, register) !== 0) writeRegister(m, v, register, 0);
};
