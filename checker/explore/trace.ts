/** From ids of states back to a run of the system with the names of the initial state, which the oracle confirms. */
import { evaluate, type Scope, type Valuation } from "../../spec/lang/evaluate.ts";
import type { Property } from "../../spec/lang/property.ts";
import { environmentOf, step, type Instance, type System } from "../../spec/lang/system.ts";
import type { Kernel, Searchable } from "../compile/compile.ts";
import { allowed, type Cells, type InstanceIndex } from "../compile/compiled.ts";
import type { Storage } from "../compile/storage.ts";
import type { Stuck } from "./progress.ts";
import type { Violation } from "./result.ts";
import type { Store } from "./store.ts";
import { strandedIn } from "./stranded.ts";

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

/** Whether the oracle can take the trace, and finds the property violated at its end for the binding. */
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
  const environment = property.form !== "step"
    ? environmentOf(system, after)
    : { bounds: system.bounds, stores: { state: before, next: after, constant: system.constants, ...(last === null ? {} : { step: system.describe(last) }) } };
  return evaluate(environment, violation.binding, property.given) === true && evaluate(environment, violation.binding, property.then) === false;
};

/** A run of the system to the state whose words are given, with the names of the initial state; `go` takes it further, to the first successor that suits. */
const runTo = (compiled: Searchable, kernel: Kernel, store: Store, state: Int32Array, id: string): {
  readonly trace: readonly InstanceIndex[]; at(): Cells; go(suits: (after: Cells, index: InstanceIndex) => boolean): Cells;
} => {
  const { storage, system } = compiled, reached = new Int32Array(storage.words), reachedKey = new Int32Array(storage.key);
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
    throw new SelfCheckError(`${id}: step ${trace.length + 1} of the counterexample is lost`);
  };
  for (const wanted of pathTo(store, storage, store.idOf(state)).slice(1)) {
    go((after) => {
      kernel.canonical(after, reached, 0);
      kernel.keyOf(reached, 0, reachedKey);
      return sameWords(reachedKey, wanted);
    });
  }
  return { trace, at: () => at, go };
};

const propertyAt = (system: System, clause: number): Property => {
  const property = system.properties[clause];
  if (property === undefined) throw new SelfCheckError(`property ${clause} does not exist`);
  return property;
};

const confirmed = ({ system, instances }: Searchable, clause: number, trace: readonly InstanceIndex[], binding: Scope): Violation => {
  const { id, place } = propertyAt(system, clause);
  const violation: Violation = { property: id, clause, place, instanceTrace: trace.flatMap((index) => instances[index] ?? []), binding };
  if (!oracleAgrees(system, violation, clause)) throw new SelfCheckError(`${id}: the oracle does not confirm the counterexample`);
  return violation;
};

/**
 * The violation of a finding.
 * @throws SelfCheckError if generated code and oracle disagree on it.
 */
export const violationOf = (compiled: Searchable, kernel: Kernel, store: Store, { property: clause, words: state, step: isStep }: Finding): Violation => {
  const property = propertyAt(compiled.system, clause), run = runTo(compiled, kernel, store, state, property.id);
  const stepCheck = compiled.stepChecks.find((check) => check.property === property);
  const stateCheck = compiled.stateChecks.find((check) => check.property === property);
  let binding: Scope | null = null;
  if (!isStep) binding = stateCheck?.binding(run.at()) ?? null;
  else {
    const before = run.go((after, index) => stepCheck?.violated(run.at(), after, index) === true);
    binding = stepCheck?.binding(before, run.at(), run.trace.at(-1) ?? 0) ?? null;
  }
  if (binding === null) throw new SelfCheckError(`${property.id}: the counterexample does not violate it`);
  return confirmed(compiled, clause, run.trace, binding);
};

/**
 * The violation of a graph property in the state that it is stuck in.
 * @throws SelfCheckError if the oracle does not agree, or a search of its own from there finds other states, or a way out.
 */
export const strandingOf = (compiled: Searchable, kernel: Kernel, store: Store, clause: number, { words, binding, states }: Stuck, symmetry: boolean): Violation => {
  const property = propertyAt(compiled.system, clause), { trace, at } = runTo(compiled, kernel, store, words, property.id);
  const violation = confirmed(compiled, clause, trace, binding);
  const again = strandedIn(compiled.system, property, binding, at(), symmetry);
  if (again !== states) throw new SelfCheckError(`${property.id}: from the end of the counterexample ${again ?? "no end of"} states can be reached, not ${states}`);
  return { ...violation, stranded: states };
};
