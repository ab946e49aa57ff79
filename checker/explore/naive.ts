/**
 * A model checker to read first. It does what the fast one does, with nothing but the oracle: no packing, no generated code, no symmetry, states as
 * strings in a map. It is slow, it is the second opinion on every count, and whoever understands it understands what `refmon check` claims.
 */
import { createDigest, leavesOfState } from "../../spec/lang/digest.ts";
import { evaluate, type Environment, type Scope, type Valuation } from "../../spec/lang/evaluate.ts";
import type { Property } from "../../spec/lang/property.ts";
import { environmentOf, instancesOf, step, type Instance, type System } from "../../spec/lang/system.ts";
import { valuesOf } from "../../spec/lang/value.ts";

/** A state that was reached, and how: by an instance from a state found before. */
interface Reached { readonly state: Valuation; readonly leaves: readonly number[]; readonly from: { readonly id: number; readonly by: Instance } | null }

export interface NaiveViolation { readonly property: string; readonly clause: number; readonly instanceTrace: readonly Instance[]; readonly binding: Scope }

export interface NaiveResult {
  readonly closed: boolean;
  readonly depth: number;
  readonly statesDistinct: number;
  readonly transitions: number;
  readonly levels: readonly { readonly depth: number; readonly states: number; readonly digest: string }[];
  readonly digest: string;
  /** How often each transition was allowed, and each guard (`call.guard`) the first to fail. */
  readonly allowed: ReadonlyMap<string, number>;
  readonly failedFirst: ReadonlyMap<string, number>;
  readonly violations: readonly NaiveViolation[];
}

export interface NaiveOptions {
  /** Levels to expand at most. */
  readonly depth: number;
  /** Go on after the first level with a violation. */
  readonly allViolations: boolean;
}

/** Every way to bind a property's variables, the first one slowest. */
const bindingsOf = (system: System, { bindings }: Property): readonly Scope[] => bindings.reduce<readonly Scope[]>(
  (scopes, { name, type }) => scopes.flatMap((scope) => valuesOf(system.bounds, type).map((value) => ({ ...scope, [name]: value }))), [{}],
);

/** The first binding for which the antecedent holds and the consequent does not. */
const failing = (system: System, environment: Environment, property: Property): Scope | undefined => bindingsOf(system, property)
  .find((binding) => evaluate(environment, binding, property.given) === true && evaluate(environment, binding, property.then) !== true);

const increment = (counts: Map<string, number>, id: string): void => {
  counts.set(id, (counts.get(id) ?? 0) + 1);
};

/** Searches the reachable states level by level. */
export const searchNaively = (system: System, options: NaiveOptions): NaiveResult => {
  const instances = system.transitions.flatMap((transition) => instancesOf(system.bounds, transition));
  const checked = system.properties.flatMap((property, clause) => (property.place === "M" || property.form === "view" ? [] : [{ property, clause }]));
  const reached: Reached[] = [], known = new Set<string>();
  const allowed = new Map<string, number>(), failedFirst = new Map<string, number>(), violations = new Map<number, NaiveViolation>();
  const levels: { depth: number; states: number; digest: string }[] = [], whole = createDigest();
  let transitions = 0;

  const traceTo = (id: number): readonly Instance[] => {
    const from = reached[id]?.from ?? null;
    return from === null ? [] : [...traceTo(from.id), from.by];
  };

  /** Adds a state if it is new, and checks what must hold of every state. */
  const reach = (state: Valuation, from: Reached["from"]): void => {
    const leaves = leavesOfState(system.bounds, system.variables, state), key = leaves.join();
    if (known.has(key)) return;
    known.add(key);
    const id = reached.push({ state, leaves, from }) - 1;
    for (const { property, clause } of checked) {
      if (property.form !== "state" || violations.has(clause)) continue;
      const binding = failing(system, environmentOf(system, state), property);
      if (binding !== undefined) violations.set(clause, { property: property.id, clause, instanceTrace: traceTo(id), binding });
    }
  };

  /** Checks what must hold of every step. */
  const checkStep = (id: number, before: Valuation, by: Instance, after: Valuation): void => {
    const stores = { state: before, next: after, step: system.describe(by), constant: system.constants };
    for (const { property, clause } of checked) {
      if (property.form !== "step" || violations.has(clause)) continue;
      const binding = failing(system, { bounds: system.bounds, stores }, property);
      if (binding !== undefined) violations.set(clause, { property: property.id, clause, instanceTrace: [...traceTo(id), by], binding });
    }
  };

  const expand = (id: number): void => {
    const before = reached[id]?.state;
    if (before === undefined) return;
    for (const by of instances) {
      const outcome = step(system, before, by);
      if (outcome.kind === "denied") increment(failedFirst, `${by.transition.name}.${outcome.guard.id}`);
      if (outcome.kind !== "allowed") continue;
      increment(allowed, by.transition.name);
      transitions++;
      checkStep(id, before, by, outcome.next);
      reach(outcome.next, { id, by });
    }
  };

  const finishLevel = (from: number): void => {
    const digest = createDigest();
    for (const { leaves } of reached.slice(from)) {
      digest.add(leaves);
      whole.add(leaves);
    }
    levels.push({ depth: levels.length, states: reached.length - from, digest: digest.text() });
  };

  reach(system.initial, null);
  finishLevel(0);
  let depth = 0, next = 0;
  while (next < reached.length && depth < options.depth && (options.allViolations || violations.size === 0)) {
    const end = reached.length;
    for (; next < end; next++) expand(next);
    depth++;
    if (reached.length > end) finishLevel(end);
  }
  return {
    closed: next === reached.length, depth, statesDistinct: reached.length, transitions, levels, digest: whole.text(), allowed, failedFirst,
    violations: [...violations.values()].sort((a, b) => a.clause - b.clause),
  };
};
