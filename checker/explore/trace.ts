/** From ids of states back to a run of the system with the names of the initial state, which the oracle confirms. */
import { evaluate, type Scope, type Valuation } from "../../spec/lang/evaluate.ts";
import { environmentOf, step, type Instance, type System } from "../../spec/lang/system.ts";
import type { Kernel, Searchable } from "../compile/compile.ts";
import { allowed, type Cells, type InstanceIndex } from "../compile/compiled.ts";
import type { Storage } from "../compile/storage.ts";
import type { Violation } from "./result.ts";
import type { Store } from "./store.ts";

/** Where a property is violated: in a state, or by a step that leaves it. */
export interface Finding { readonly property: number; readonly words: Int32Array; readonly step: boolean }

/** The checker contradicts itself: nothing it says can be trusted. */
export class SelfCheckError extends Error {
  override readonly name = "SelfCheckError";
}

const sameWords = (a: Int32Array, b: Int32Array): boolean => a.every((word, i) => word === b[i]);

/** The keys of the states on the path from the initial state. */
const pathTo = ({ memory: { log } }: Store, { key, stride }: Storage, id: number): readonly Int32Array[] => {
  const path: Int32Array[] = [];
  for (let at = id, from = -1; at !== from;) {
    path.unshift(log.slice(at * stride, at * stride + key));
    from = at;
    at = log[at * stride + key] ?? at;
  }
  return path;
};

/** What the oracle says of a property after a trace: the first binding that fails, or `null`. */
const oracleAgrees = (system: System, violation: Violation, clause: number): boolean => {
  const property = system.properties[clause];
  if (property === undefined) return false;
  let before: Valuation = system.initial, after: Valuation = system.initial, last: Instance | null = null;
  for (const instance of violation.instanceTrace) {
    const outcome = step(system, after, instance);
    if (outcome.kind !== "allowed") return false;
    before = after;
    after = outcome.next;
    last = instance;
  }
  const environment = property.form === "state"
    ? environmentOf(system, after)
    : { bounds: system.bounds, stores: { state: before, next: after, constant: system.constants, ...(last === null ? {} : { step: system.describe(last) }) } };
  return evaluate(environment, violation.binding, property.given) === true && evaluate(environment, violation.binding, property.then) === false;
};

/**
 * The violation of a finding.
 * @throws SelfCheckError if generated code and oracle disagree on it.
 */
export const violationOf = (compiled: Searchable, kernel: Kernel, store: Store, { property: clause, words: state, step: isStep }: Finding): Violation => {
  const { system } = compiled, property = system.properties[clause];
  if (property === undefined) throw new SelfCheckError(`property ${clause} does not exist`);
  const { storage } = compiled, reached = new Int32Array(storage.words), reachedKey = new Int32Array(storage.key);
  const stepCheck = compiled.stepChecks.find((check) => check.property === property);
  const stateCheck = compiled.stateChecks.find((check) => check.property === property);
  const trace: InstanceIndex[] = [];
  let at: Cells = compiled.state.encode(system.initial);

  /** The first allowed instance whose successor is as asked; orbits guarantee that there is one. */
  const go = (suits: (after: Cells, index: InstanceIndex) => boolean): Cells => {
    const after = at.slice();
    for (let index = 0; index < compiled.instances.length; index++) {
      if (compiled.outcome(at, index) !== allowed) continue;
      compiled.apply(at, index, after);
      if (!suits(after, index)) continue;
      trace.push(index);
      const before = at;
      at = after;
      return before;
    }
    throw new SelfCheckError(`${property.id}: step ${trace.length + 1} of the counterexample is lost`);
  };

  for (const wanted of pathTo(store, storage, store.idOf(state)).slice(1)) {
    go((after) => {
      kernel.canonical(after, reached, 0);
      kernel.keyOf(reached, 0, reachedKey);
      return sameWords(reachedKey, wanted);
    });
  }
  let binding: Scope | null = null;
  if (!isStep) binding = stateCheck?.binding(at) ?? null;
  else {
    const before = go((after, index) => stepCheck?.violated(at, after, index) === true);
    binding = stepCheck?.binding(before, at, trace.at(-1) ?? 0) ?? null;
  }
  if (binding === null) throw new SelfCheckError(`${property.id}: the counterexample does not violate it`);
  const instanceTrace = trace.flatMap((index) => compiled.instances[index] ?? []);
  const violation: Violation = { property: property.id, clause, place: property.place, instanceTrace, binding };
  if (!oracleAgrees(system, violation, clause)) throw new SelfCheckError(`${property.id}: the oracle does not confirm the counterexample`);
  return violation;
};
