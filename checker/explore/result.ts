/** What a search is asked and what it answers; plain data, so that it crosses threads and reaches reports unchanged. */
import type { Scope } from "../../spec/lang/evaluate.ts";
import type { Instance } from "../../spec/lang/system.ts";
import { alone, type Muster } from "./crew.ts";
import type { Keeper } from "./keeper.ts";
import type { Level } from "./level.ts";
import type { Meter } from "./meter.ts";

export interface SearchOptions {
  /** Appears in the result and in reports. */
  readonly name: string;
  /** Count states up to permutations of the system's symmetric scalarsets. */
  readonly symmetry: boolean;
  /** Keep states as fingerprints of 64 bits, where these are shorter; it takes less memory, and may leave states out. */
  readonly fingerprints: boolean;
  /** Ids of the properties to check; `null` for all that the abstract system can decide. */
  readonly properties: readonly string[] | null;
  /** Levels to expand at most; a search that stops here is complete to that depth. */
  readonly depth: number;
  /** States at which the search stops, at the end of the level that passes it. */
  readonly maxStates: number;
  /** Milliseconds after which the search stops, at the next batch. */
  readonly maxMilliseconds: number;
  /** Asked then for how many more there are; the search waits for the answer, and goes on if they are any. `null` is none. */
  readonly moreTime: (() => Promise<number>) | null;
  /** Bytes of states, parents and index that the search may fill; it stops where it would need more. */
  readonly maxBytes: number;
  /** Go on after the first level with a violation until every property is decided. */
  readonly allViolations: boolean;
  readonly signal: AbortSignal | null;
  /** Milliseconds, from anywhere. */
  readonly clock: () => number;
  readonly onProgress: ((progress: SearchProgress) => void) | null;
  /** Who does the work. */
  readonly muster: Muster;
  /** Where the search is kept after every level, and taken up. */
  readonly keeper: Keeper | null;
  /** Who measures the search. */
  readonly meter: Meter | null;
}

/** How a search will stand: how many states it has found, in how many bytes, after how many milliseconds more. */
interface Ahead { readonly statesDistinct: number; readonly bytes: number; readonly milliseconds: number }

export interface SearchProgress {
  readonly depth: number;
  readonly statesDistinct: number;
  readonly transitions: number;
  /** States of the current level that are still to be expanded. */
  readonly frontier: number;
  /** How the search will stand after the next level, if it goes on as it went through this one so far. */
  readonly forecast?: Ahead;
  /** And in the end, as far as the sizes of its levels tell; the states are likely in the range. */
  readonly whole?: Ahead & { readonly low: number; readonly high: number };
}

export interface Coverage {
  readonly calls: readonly { readonly id: string; readonly succeeded: number; readonly denied: number }[];
  /** `id` is `call.guard`. */
  readonly guards: readonly { readonly id: string; readonly failedFirst: number }[];
  readonly moves: readonly { readonly id: string; readonly taken: number }[];
  /**
   * Each clause is a property of the system, by index; several share an id. `antecedent` counts the states or steps that reached the antecedent and
   * could have broken the property; it is 1 where only steps reached it that could not.
   */
  readonly properties: readonly { readonly id: string; readonly clause: number; readonly antecedent: number }[];
}

export interface Violation {
  /** Id of the property. */
  readonly property: string;
  /** Its index among the system's properties. */
  readonly clause: number;
  readonly place: "A" | "M" | "both";
  /** From the initial state, with the names of the initial state: replaying it in the oracle reaches the violation. */
  readonly instanceTrace: readonly Instance[];
  /** The first binding of the property that fails. */
  readonly binding: Scope;
  /** Of a graph property: how many states its steps can still lead to, the last one of the trace among them; in none of them holds what should be attained. */
  readonly stranded?: number;
}

export interface SearchResult {
  readonly name: string;
  readonly state: "complete" | "budget" | "interrupted";
  /** Every reachable state has been expanded. */
  readonly closed: boolean;
  /** Along how many runs it went, where it was driven; it has one level more than the longest of them has steps. */
  readonly runs?: number;
  /** Levels expanded. */
  readonly depth: number;
  readonly statesDistinct: number;
  /** Enabled, allowed instances of expanded states, self-loops included. */
  readonly transitions: number;
  readonly levels: readonly Level[];
  /** States found and not expanded. */
  readonly frontier: number;
  /** Whether states were told apart by all of their bits. */
  readonly exact: boolean;
  /** Where they were not: at most the probability that a state was left out. */
  readonly omission?: number;
  /** Order-independent digest of all states. */
  readonly digest: string;
  readonly coverage: Coverage;
  readonly violations: readonly Violation[];
  /** Graph properties that were asked for and are not decided: not every reachable state is known, or not by all of its bits. */
  readonly undecided?: readonly string[];
}

/** Options of a search without limits; a `name` is all that is missing. */
export const unlimited: Omit<SearchOptions, "name"> = {
  symmetry: true, fingerprints: false, properties: null, depth: Infinity, maxStates: Infinity, maxMilliseconds: Infinity, moreTime: null, allViolations: false, signal: null, clock: () => performance.now(), onProgress: null, muster: alone, maxBytes: Infinity, keeper: null, meter: null,
};
