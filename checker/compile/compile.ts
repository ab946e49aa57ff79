/** From a system as data to generated code. */
import { checkSystem } from "../../spec/lang/check.ts";
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Scope } from "../../spec/lang/evaluate.ts";
import type { Property } from "../../spec/lang/property.ts";
import { instancesOf, type System } from "../../spec/lang/system.ts";
import { cardinality, rank, unrank, type Value } from "../../spec/lang/value.ts";
import { defineCanonical, definePacking } from "./canonical.ts";
import type { Cells, Check, Compiled } from "./compiled.ts";
import type { Context } from "./expression.ts";
import { packingOf, type Packing } from "./packing.ts";
import { createProgram } from "./program.ts";
import { defineProperty, watchLines } from "./property.ts";
import { describeAll, stepContext } from "./step-context.ts";
import { plainly, storesOf } from "./stores.ts";
import { asymmetric, isMoved, symmetryOf, type Symmetry } from "./symmetry.ts";
import { beginTransition, defineExpansion, defineInstance } from "./transition.ts";

/** What a search hangs into the generated program. */
export interface Hooks {
  /** A successor, in `t`, that differs from the state being expanded, and an instance that leads there. */
  readonly found: (instance: number) => void;
  /** A property is violated by the new state in `t` (instance -1) or by the step from `s` to `t`. */
  readonly broken: (property: number, instance: number) => void;
}

/** Counters, each indexed like what it counts in the system; guards are numbered through all calls. */
export interface Counters { readonly succeeded: Float64Array; readonly failed: Float64Array; readonly antecedent: Float64Array; readonly touched: Uint8Array }

/** The generated functions of a search. */
export interface Expansion {
  readonly packing: Packing;
  /** Packs the canonical state of the orbit of the state in `t`, or the state itself without symmetry, into `w` from `at` on. */
  canonical(t: Cells, w: Int32Array, at: number): void;
  /** Unpacks from `w` at `at`; cells that no transition writes must be there already. */
  unpack(w: Int32Array, at: number, s: Cells): void;
  readonly counters: Counters;
  /** Every enabled instance in `s`; `t` is equal to `s` before and after. */
  expand(s: Cells, t: Cells): void;
  /** The state properties of the state in `t`. */
  inspect(t: Cells): void;
}

/** A compiled system that can be searched; each search has counters of its own. */
export interface Searchable extends Compiled {
  expansion(hooks: Hooks): Expansion;
}

interface Generated {
  readonly outcome: readonly ((s: Cells, ...ranks: readonly number[]) => number)[];
  readonly effect: readonly ((s: Cells, t: Cells, ...ranks: readonly number[]) => void)[];
  readonly violated: readonly Reads<boolean>[];
  readonly reached: readonly Reads<boolean>[];
  readonly binding: readonly Reads<number>[];
  readonly expand: (s: Cells, t: Cells) => void;
  readonly inspect: (t: Cells) => void;
  readonly canonical: Expansion["canonical"];
  readonly unpack: Expansion["unpack"];
}
type Reads<R> = (s: Cells | null, t: Cells | null, v: Cells | null, p: Cells | null) => R;
type Environment = readonly [
  c: Int32Array, steps: Int32Array, fit: (value: number, size: number) => number, failed: Float64Array, succeeded: Float64Array, antecedent: Float64Array, touched: Uint8Array,
  found: Hooks["found"], broken: Hooks["broken"], rearrangements: Symmetry["rearrangements"],
];

const fit = (value: number, size: number): number => {
  if (value < 0 || value >= size) throw new SpecificationError(`a number is outside its range: rank ${value} of ${size}`);
  return value;
};

/**
 * Which properties of a system the search of the abstract system decides.
 * Those of the machine alone read what only bits show.
 */
export const isAbstract = ({ form, place }: Property): boolean => place !== "M" && form !== "view";

const table = (name: string, prefix: string, size: number): string => `${name}: [${Array.from({ length: size }, (_, i) => `${prefix}_${i}`).join(", ")}]`;

export interface CompileOptions {
  /** Which properties the search checks. */
  readonly watched: (property: Property) => boolean;
  /** Whether the search counts states up to permutations of the symmetric scalarsets. */
  readonly symmetry: boolean;
}

/**
 * Compiles a system.
 * @throws SpecificationError where the system is not well formed.
 */
export const compile = (system: System, { watched, symmetry: reduced }: CompileOptions = { watched: isAbstract, symmetry: true }): Searchable => {
  checkSystem(system);
  const { bounds, transitions, properties } = system, stores = storesOf(system), program = createProgram();
  const context: Context = { bounds, program, variable: plainly(stores), definitions: new Map() };
  const instances = transitions.flatMap((transition) => instancesOf(bounds, transition));
  const rows = describeAll(system, stores, instances), width = stores.step.size;
  const stepRows = instances.map((_, i) => rows.subarray(i * width, (i + 1) * width));

  let firstInstance = 0, firstGuard = 0;
  const first: number[] = [];
  transitions.forEach((transition, number) => {
    const compiling = beginTransition(context, transition, { number, firstInstance, firstGuard, stateSize: stores.state.size });
    defineInstance(compiling);
    const instance = { code: program.local("instance") }, given = compiling.loops.map(({ local }) => local);
    const aware = stepContext(context, stores, rows, compiling);
    const lines = properties.flatMap((property, i) => {
      if (property.form !== "step" || !watched(property)) return [];
      const line = watchLines(aware, property, i, instance, [instance.code, ...given]);
      return line === null ? [] : [line];
    });
    if (lines.length > 0) program.define(`check_${number}`, ["s", "t", instance.code, ...given], lines.join("\n"));
    defineExpansion(compiling, lines);
    first.push(firstInstance);
    firstInstance += compiling.loops.reduce((product, { size }) => product * size, 1);
    firstGuard += transition.guards.length;
  });
  properties.forEach((property, i) => {
    defineProperty(context, property, i);
  });
  program.define("expand", ["s", "t"], transitions.map((_, i) => `expand_${i}(s, t);`).join("\n"));
  // A new state is in `t` when it is inspected, and its properties read `state`.
  const inspected = properties.flatMap((property, i) => {
    if (property.form !== "state" || !watched(property)) return [];
    return watchLines({ ...context, definitions: new Map() }, property, i, { code: "(-1)", known: -1 }, []) ?? [];
  });
  program.define("inspect", ["s"], inspected.join("\n"));

  const symmetry = reduced ? symmetryOf(system, stores.state, stores.constant.fields) : asymmetric;
  const packing = packingOf(system, stores.state, (cell) => isMoved(symmetry, cell));
  definePacking(program, packing);
  defineCanonical(program, bounds, stores.state, packing, symmetry);

  const source = [
    '"use strict";', program.text(),
    `return { ${[
      table("outcome", "outcome", transitions.length), table("effect", "effect", transitions.length), table("violated", "violated", properties.length),
      table("reached", "reached", properties.length), table("binding", "binding", properties.length), "expand", "inspect", "canonical", "unpack",
    ].join(", ")} };`,
  ].join("\n\n");
  const load = new Function("c", "steps", "fit", "failed", "succeeded", "antecedent", "touched", "found", "broken", "rearrangements", source) as (...environment: Environment) => Generated;
  const instantiate = (hooks: Hooks): { readonly generated: Generated; readonly counters: Counters } => {
    const counters = {
      failed: new Float64Array(firstGuard), succeeded: new Float64Array(transitions.length), antecedent: new Float64Array(properties.length),
      touched: new Uint8Array(properties.length),
    };
    return { counters, generated: load(stores.constants, rows, fit, counters.failed, counters.succeeded, counters.antecedent, counters.touched, hooks.found, hooks.broken, symmetry.rearrangements) };
  };
  const { generated } = instantiate({ found: () => undefined, broken: () => undefined });

  const transitionOf = new Int32Array(instances.length);
  first.forEach((from, number) => transitionOf.fill(number, from, first[number + 1] ?? instances.length));
  const ranks = instances.map(({ transition, scope }) => transition.parameters.map(({ name, type }) => rank(bounds, type, scope[name] as Value)));
  const at = <T>(list: readonly T[], index: number | undefined, what: string): T => {
    const found = index === undefined ? undefined : list[index];
    if (found === undefined) throw new RangeError(`no such ${what}: ${index}`);
    return found;
  };
  const unranked = (property: Property, index: number): Scope | null => {
    if (index < 0) return null;
    let rest = index;
    const values = [...property.bindings].reverse().map(({ name, type }) => {
      const size = cardinality(bounds, type), value = unrank(bounds, type, rest % size);
      rest = Math.floor(rest / size);
      return [name, value] as const;
    });
    return Object.fromEntries(values.reverse());
  };
  const checks = <R extends readonly unknown[]>(form: Property["form"], reads: (...given: R) => Parameters<Reads<boolean>>): readonly Check<R>[] =>
    properties.flatMap((property, i) => (property.form !== form ? [] : [{
      property,
      violated: (...given: R) => at(generated.violated, i, "property")(...reads(...given)),
      reached: (...given: R) => at(generated.reached, i, "property")(...reads(...given)),
      binding: (...given: R) => unranked(property, at(generated.binding, i, "property")(...reads(...given))),
    }]));

  return {
    system, source, instances, state: stores.state, view: stores.view, step: stores.step,
    outcome: (state, instance) => at(generated.outcome, transitionOf[instance], "instance")(state, ...at(ranks, instance, "instance")),
    apply: (state, instance, after) => {
      after.set(state);
      at(generated.effect, transitionOf[instance], "instance")(state, after, ...at(ranks, instance, "instance"));
    },
    stateChecks: checks("state", (state: Cells) => [state, null, null, null]),
    stepChecks: checks("step", (before: Cells, after: Cells, instance: number) => [before, after, null, at(stepRows, instance, "instance")]),
    viewChecks: checks("view", (state: Cells, view: Cells, step: Cells) => [state, null, view, step]),
    expansion: (hooks) => {
      const own = instantiate(hooks);
      const { expand, inspect, canonical, unpack } = own.generated;
      return { counters: own.counters, packing, expand, inspect, canonical, unpack };
    },
  };
};
