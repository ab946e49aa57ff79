/** What the compiler makes of a system: flat cells instead of values, generated functions instead of expression trees. */
import type { Path, Scope, Valuation } from "../../spec/lang/evaluate.ts";
import type { Property } from "../../spec/lang/property.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Value } from "../../spec/lang/value.ts";

/** One store laid out flat: a non-negative rank per scalar leaf, in the order of the specification. */
export type Cells = Int32Array;

/** Where the parts of a store's variables live among its cells. */
export interface StoreLayout {
  /** How many cells the store has. */
  readonly size: number;
  /**
   * The first cell of a part. An option shares the cells of what it holds: its first cell is 0 for none, else one more than the rank inside.
   * A path leads through an option as if it were there.
   * @throws SpecificationError if there is no such variable or part.
   */
  cellOf(variable: string, path: Path): number;
  /** Writes the value of a part; what an option holds is written as a whole, by writing the option. */
  write(cells: Cells, variable: string, path: Path, value: Value): void;
  encode(valuation: Valuation): Cells;
  decode(cells: Cells): Valuation;
}

/** Index of an instance in `Compiled.instances`. */
export type InstanceIndex = number;

/** A property as generated code; `Reads` are the cells of the stores that its form reads. */
export interface Check<Reads extends readonly unknown[]> {
  readonly property: Property;
  /** Whether some binding satisfies the antecedent and not the consequent. */
  violated(...reads: Reads): boolean;
  /** Whether some binding satisfies the antecedent. */
  reached(...reads: Reads): boolean;
  /** The first binding, in the order of its values, that violates; `null` if there is none. */
  binding(...reads: Reads): Scope | null;
}

export type StateCheck = Check<readonly [state: Cells]>;
export type StepCheck = Check<readonly [before: Cells, after: Cells, instance: InstanceIndex]>;
export type ViewCheck = Check<readonly [state: Cells, view: Cells, step: Cells]>;

export const disabled = -1;
export const allowed = 0;

export interface Compiled {
  readonly system: System;
  /** The generated program, readable. */
  readonly source: string;
  readonly state: StoreLayout;
  readonly view: StoreLayout;
  /** Of `System.describe`, and of any other `step` variable that a property reads. */
  readonly step: StoreLayout;
  /** All instances: transitions in the order of the system, parameters in the order of `instancesOf`. */
  readonly instances: readonly Instance[];
  /** The `step` store of each instance. */
  readonly steps: readonly Cells[];
  /** `disabled`, `allowed`, or one more than the index of the first guard that fails. */
  outcome(state: Cells, instance: InstanceIndex): number;
  /** Writes the state after an allowed instance into `after`, which is not `state`. */
  apply(state: Cells, instance: InstanceIndex, after: Cells): void;
  readonly stateChecks: readonly StateCheck[];
  readonly stepChecks: readonly StepCheck[];
  readonly viewChecks: readonly ViewCheck[];
}
