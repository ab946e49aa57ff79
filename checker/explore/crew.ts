/** Those who do the work of a search: one in this thread, or as many threads as there are processors. What they are told and what they tell is plain data. */
import { kernelOf, type Counters, type Kernel, type KernelProgram, type Memory } from "../compile/compile.ts";
import { control } from "../compile/kernel.ts";

/** What one worker has to tell since the search began (`counters`), or since it told last. */
export interface Told {
  /** Who tells; 0 is the thread of the search. */
  readonly worker: number;
  readonly counters: Counters;
  readonly measured: Int32Array;
  readonly violates: Int8Array;
  readonly violating: Int32Array;
  /** Ids that were taken and not used: the first, and the one behind the last. */
  readonly unused: readonly [from: number, to: number];
}

export interface Crew {
  readonly workers: number;
  /** States from which on WebAssembly is worth its while. */
  readonly worth: number;
  /** Makes the crew work on this memory from now on. */
  attach(memory: Memory): void;
  /** Makes ready what is worth it for so many states in a level, before there are any. */
  ready(states: number): Promise<void>;
  /** Places the first `count` states of the log in an index that is new. */
  place(count: number): Promise<void>;
  /**
   * Expands what is left of the states up to `end`, until a stop is asked for in the memory or `limit` states are passed. `turn` is called every 100 ms.
   * @throws whatever a worker throws.
   */
  work(end: number, limit: number, turn: () => void): Promise<readonly Told[]>;
  close(): Promise<void>;
}

/** The program of a search, and the same with its inner loops as WebAssembly, which takes a tenth of a second to make. */
export interface Programs { readonly kernel: KernelProgram; swift(): KernelProgram }

/** A crew for a search; `kernel` is the search's own, on the same memory. */
export type Muster = (programs: Programs, kernel: Kernel) => Crew;

/** States left of a level from which on it is worth starting threads and making WebAssembly: those that follow will be ten times as many. */
export const large = 512;

/** Milliseconds between two turns of the event loop, in which signals and timers are heard. */
export const turnEvery = 100;
/** Chunks between two looks at the clock. */
const chunksAtOnce = 4;

/** Lets timers, signals and messages through. */
export const breathe = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, 0);
});

/** What a kernel tells, and forgets. */
export const tell = (worker: number, kernel: Kernel): Told => {
  const { measured, violates, violating, counters } = kernel;
  const told = { worker, counters, measured: measured.slice(), violates: violates.slice(), violating: violating.slice(), unused: kernel.surrender() };
  measured.fill(0);
  violates.fill(0);
  return told;
};

/** The kernel of the search counts as worker 0, and its translation, which goes on in the same thread, as this one. */
const translated = -2;

/** Who works in the thread of the search, and breathes. */
export interface Hand {
  attach(memory: Memory): void;
  /** States of a level up to `end` that nobody has taken. */
  left(end: number): number;
  /** Goes on with WebAssembly if so many states that are left are worth it. */
  ready(left: number): void;
  place(from: number, to: number): void;
  work(end: number, limit: number, turn: () => void): Promise<readonly Told[]>;
}

/** Works with the search's own kernel, and from `worth` states on with the translation of it. */
export const handOf = (programs: Programs, kernel: Kernel, worth: number): Hand => {
  let memory: Memory | null = null, lastTurn = performance.now(), swift: Kernel | null = null;
  return {
    attach: (given) => {
      memory = given;
      swift?.attach(given);
    },
    left: (end) => (memory === null ? 0 : end - (memory.control[control.next] ?? 0)),
    ready: (left) => {
      if (swift !== null || memory === null || left < worth) return;
      swift = kernelOf(programs.swift());
      swift.attach(memory);
    },
    place: (from, to) => {
      kernel.place(from, to);
    },
    work: async (end, limit, turn) => {
      const at = (word: number): number => memory?.control[word] ?? 0;
      while (at(control.next) < end && at(control.count) <= limit && at(control.stop) === 0) {
        (swift ?? kernel).work({ end }, limit, chunksAtOnce);
        if (performance.now() - lastTurn < turnEvery) continue;
        turn();
        await breathe();
        lastTurn = performance.now();
      }
      return [tell(0, kernel), ...(swift === null ? [] : [tell(translated, swift)])];
    },
  };
};

/** The crew of one. */
export const single = (worth: number): Muster => (programs, kernel) => {
  const hand = handOf(programs, kernel, worth);
  return {
    workers: 1,
    worth,
    attach: hand.attach,
    ready: (states) => {
      hand.ready(states);
      return Promise.resolve();
    },
    place: (count) => {
      hand.place(0, count);
      return Promise.resolve();
    },
    work: (end, limit, turn) => {
      hand.ready(hand.left(end));
      return hand.work(end, limit, turn);
    },
    close: () => Promise.resolve(),
  };
};

export const alone: Muster = single(large);
