/** From ids of states back to a run of the system with the names of the initial state, which the oracle confirms. */
import { evaluate, type Scope, type Valuation } from "../../spec/lang/evaluate.ts";
import { environmentOf, step, type Instance, type System } from "../../spec/lang/system.ts";
import type { Searchable } from "../compile/compile.ts";
import { allowed, type Cells, type InstanceIndex } from "../compile/compiled.ts";
import type { Expander, Finding } from "./expansion.ts";
import type { Violation } from "./result.ts";

/** The checker contradicts itself: nothing it says can be trusted. */
export class SelfCheckError extends Error {
  override readonly name = "SelfCheckError";
}

const sameWords = (a: Int32Array, b: Int32Array): boolean => a.every((word, i) => word === b[i]);

/** The path of ids from the initial state. */
const pathTo = (parents: ArrayLike<number>, id: number): readonly number[] => {
  const path = [id];
  for (let at = id; parents[at] !== at;) {
    at = parents[at] ?? at;
    path.unshift(at);
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
export const violationOf = (compiled: Searchable, expander: Expander, parents: ArrayLike<number>, { property: clause, state, instance }: Finding): Violation => {
  const { system } = compiled, property = system.properties[clause];
  if (property === undefined) throw new SelfCheckError(`property ${clause} does not exist`);
  const { canonical, packing } = expander.expansion;
  const wanted = new Int32Array(packing.words), reached = new Int32Array(packing.words);
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

  for (const id of pathTo(parents, state).slice(1)) {
    canonical(expander.cellsOf(id), wanted, 0);
    go((after) => {
      canonical(after, reached, 0);
      return sameWords(reached, wanted);
    });
  }
  let binding: Scope | null = null;
  if (instance < 0) binding = stateCheck?.binding(at) ?? null;
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
