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

const none: readonly Vcpu[] = [];

/** Where shootdown interrupts are pending. Asked before every step of every call. */
const pendingOn = (m: Machine): readonly Vcpu[] => {
  let found: Vcpu[] | null = null;
  for (let v = 0; v < m.vcpus; v++) if (ipiPending(m, vcpu(v))) (found ??= []).push(vcpu(v));
  return found ?? none;
};

/** How many sets of these, besides the empty one, and the members of one of them, from 0 on. */
const setsOf = (members: readonly Vcpu[]): number => 2 ** members.length - 1;
const membersOf = (members: readonly Vcpu[], set: number): readonly Vcpu[] => members.filter((_, i) => ((set + 1) & (1 << i)) !== 0);

/** What there is to try in the middle of a call, besides that with which it has run. */
export interface Middles {
  /** Other moments at which shootdown interrupts may be taken, by their numbers. */
  readonly deliveries: readonly number[];
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

/** States of the machine, by 53 bits of their hash, in which runs of a call have found out what else there is to try. A run that is in one of them goes on as another did. */
export interface Asked { readonly deliveries: Set<number>; /** `null`: nothing is injected. */ readonly injections: Set<number> | null }

/**
 * The same. Shootdown interrupts are taken when `delivery` says, and `again`; before step `injection.step` of all its steps that vector is injected, and then
 * what comes after it. With `asked` it is found out what else there is to try: what is injected and changes no word of the machine leads to the run that is made anyway.
 */
export const enterAmidst = (m: Machine, v: Vcpu, { delivery, again, injection }: Pick<CallAction, "delivery" | "again" | "injection">, asked: Asked | null): Middles => {
  const injections: Injection[] = [], deliveries: number[] = [];
  let moment = 0, step = 0, next = injection;
  const early = [...(delivery === null ? [] : [delivery]), ...(again === undefined ? [] : [again])];
  const isFirst = delivery === null && injection === undefined;
  const isToAsk = (states: Set<number> | null): boolean => {
    if (states === null) return false;
    const known = states.size;
    // The first run asks before every step, also where the one before has written nothing.
    return states.add(stateOf(m)).size > known || isFirst;
  };
  m.beforeStep = () => {
    const at = step++;
    for (; next?.step === at; next = next.then) if (vectorsNow(m, vcpu(next.vcpu)).includes(next.vector)) injectVector(m, vcpu(next.vcpu), next.vector);
    if (asked !== null && isToAsk(asked.injections)) {
      for (let w = 0; w < m.vcpus; w++) {
        for (const vector of vectorsNow(m, vcpu(w))) if (matters(m, vcpu(w), vector)) injections.push({ step: at, vcpu: w, vector });
      }
    }
    const pending = pendingOn(m);
    if (pending.length === 0) return;
    const first = moment, taken = early[0];
    moment += setsOf(pending);
    if (taken !== undefined) {
      if (taken < first || taken >= moment) return;
      early.shift();
      for (const w of membersOf(pending, taken - first)) deliverIpi(m, w);
    } else if (asked !== null && isToAsk(asked.deliveries)) {
      for (let number = first; number < moment; number++) deliveries.push(number);
    }
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
