/** What a search leaves behind after every level, so that another can go on from there. Where it is kept is not said here. */
import type { Counters, KernelProgram } from "../compile/compile.ts";
import type { Level } from "./level.ts";

/** Counters as lists of numbers. */
export type Counted = { readonly [name in keyof Counters]: readonly number[] };

/** Where a search stands between two levels: plain data. */
export interface Standing {
  readonly depth: number;
  /** Levels whose states have been expanded. */
  readonly levels: readonly Level[];
  /** The first state that is not expanded, and how many states there are. */
  readonly from: number;
  readonly count: number;
  readonly counted: Counted;
  /** What was found: property, words of the state, and whether a step that leaves it is meant. */
  readonly findings: readonly { readonly property: number; readonly words: readonly number[]; readonly step: boolean }[];
}

/** A standing with all entries of the log. */
export interface Kept extends Standing { readonly states: Int32Array }

export interface Keeper {
  /** What was kept of a search that runs this program, `null` if nothing was. @throws CheckpointRefused */
  load(program: KernelProgram, stride: number): Kept | null;
  /** Keeps a standing, and the entries of the log that were not there when it was last called. */
  save(standing: Standing, fresh: Int32Array): void;
}

/** What was kept cannot be used: it is damaged, or of another search. */
export class CheckpointRefused extends Error {
  override readonly name = "CheckpointRefused";
}

/** Sums of counters; flags stay flags. */
export const totalOf = (all: readonly Counters[]): Counted => {
  const sum = (count: (counters: Counters) => ArrayLike<number>): readonly number[] =>
    Array.from(all[0] === undefined ? [] : count(all[0]), (_, i) => all.reduce((total, counters) => total + (count(counters)[i] ?? 0), 0));
  return {
    succeeded: sum(({ succeeded }) => succeeded), failed: sum(({ failed }) => failed), antecedent: sum(({ antecedent }) => antecedent),
    touched: sum(({ touched }) => touched).map((touches) => Math.min(1, touches)),
  };
};

export const countersOf = ({ succeeded, failed, antecedent, touched }: Counted): Counters => ({
  succeeded: Float64Array.from(succeeded), failed: Float64Array.from(failed), antecedent: Float64Array.from(antecedent), touched: Uint8Array.from(touched),
});
