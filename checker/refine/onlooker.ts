/** What a search, or a replay, tells whoever compares runs with each other. It never decides what happens. */
import type { Machine } from "../../hw/machine.ts";
import type { Cells } from "../compile/compiled.ts";
import type { Action } from "./action.ts";
import type { Secrets } from "./secrets.ts";

export interface Onlooker {
  /** What everyone's secret is in this run. */
  readonly secrets: Secrets;
  /** The machine is in a state that has just got its number. */
  observe(state: number, m: Machine, cells: Cells): void;
  /** What follows happens in this state. */
  enter(state: number, cells: Cells): void;
  /** A call on the vCPU has answered, denied or not; `row` is its number among all ways to call. */
  answered(row: number, vcpu: number, code: number): void;
  /** The physical frames that an access can reach: none is a fault. `access` numbers kinds of access and pages. */
  reaches(access: number, vcpu: number, frames: readonly number[]): void;
  /** A step of threads is about to be made: registers hold what is to be told from what others leave in them. */
  planted(m: Machine): void;
  /** The step is over, and no register has been cleared yet. */
  registers(m: Machine): void;
  /** A step has led to the state, which `after` abstracts; `frame` is the one that an access reached, -1 of calls. `shown` says that the registers were. Without an instance, -1, it is the host's that has the number `frame`. */
  stepped(instance: number, frame: number, state: number, after: Cells, shown: boolean): void;
}

/** Another run, of which an observer must not be able to tell whether it is the one that it is in. */
export interface Twin { readonly secrets: Secrets; readonly actions: readonly Action[] }

/** What an observer saw that it must not have seen. */
export interface Leak {
  readonly property: string;
  /** A domain, a device or the host, by the union `Principal`. */
  readonly observer: number;
  readonly secrets: Secrets;
  /** `null` where one run is enough: someone changed what the observer sees and must not. */
  readonly twin: Twin | null;
  /** Parts of the observation with their values here, and in the twin or before the step. */
  readonly cells: readonly { readonly cell: string; readonly here: string; readonly there: string }[];
}

/** What is told of comparisons. */
export interface Watched {
  /** How the search came to a state. */
  pathTo(state: number): readonly Action[];
  /** `last` is the action at which it was seen. */
  leaked(leak: Leak, last: Action): void;
}

/** Rows of integers are kept once, and then told by their number: what a principal sees of a state, what it finds in registers, how the calls of a vCPU answered. */
export type RowKind = "observation" | "registers" | "answers";

/** Reads off the machine what principals see, in the thread that runs it. */
export interface Sight {
  /** How many observe. */
  readonly observers: number;
  /** How many registers are shown to: the domains. */
  readonly domains: number;
  /** How many ways there are to call. */
  readonly calls: number;
  /** What each observer sees of the state that the machine is in. */
  observe(m: Machine, cells: Cells): readonly { readonly row: Int32Array; readonly alive: boolean }[];
  /** Registers before a step of threads, and after it. */
  planted(m: Machine): void;
  registers(m: Machine): void;
  /** What the domain found in them before the step, and finds after it; `null` where nothing compares it. */
  left(domain: number, instance: number, before: Cells, after: Cells): Int32Array | null;
  found(domain: number, after: Cells): Int32Array | null;
}

/** Compares what was seen, in whichever order and thread it was read: it is told in the order of the search. */
export interface Comparer {
  number(kind: RowKind, row: Int32Array): number;
  /** Twice the number of each observer's row, and one more for who is alive. */
  observed(state: number, seen: Int32Array): void;
  /** What follows happens in this state. */
  enter(state: number, cells: Cells): void;
  answered(row: number, vcpu: number, code: number, action: () => Action): void;
  /** So many answers of a vCPU at once, by the number of their row: a byte for each way to call, `unanswered` where there was none. */
  answers(vcpu: number, row: number, count: number, actionOf: (row: number) => Action): void;
  reaches(access: number, vcpu: number, frames: readonly number[], action: () => Action): void;
  /** `registers` are, for each domain, the numbers of what it found before and after, -1 where nothing compares it; `null` where no registers were shown. */
  stepped(instance: number, frame: number, state: number, registers: Int32Array | null, action: () => Action): void;
}

export const unanswered = 255;

/** Comes to look at single runs. */
export interface Watch {
  /** Of the next run: they are in its machine from the start. */
  readonly secrets: Secrets;
  /** The machine has just booted; `running` is the action that is being run. */
  begin(m: Machine, watched: Watched, running: () => Action): Onlooker;
}

/** Comes to look at searches, one after the other. */
export interface SearchWatch {
  readonly secrets: Secrets;
  sight(m: Machine): Sight;
  compare(m: Machine, watched: Watched): Comparer;
}

/** An onlooker that sees what `sight` sees, and tells it to `comparer`. */
export const lookOn = (secrets: Secrets, sight: Sight, comparer: Omit<Comparer, "answers">, running: () => Action): Onlooker => {
  const seen = new Int32Array(sight.observers), registers = new Int32Array(2 * sight.domains);
  let before: Cells = new Int32Array(0);
  const numbered = (row: Int32Array | null): number => (row === null ? -1 : comparer.number("registers", row));
  return {
    secrets,
    observe: (state, m, cells) => {
      sight.observe(m, cells).forEach(({ row, alive }, i) => { seen[i] = 2 * comparer.number("observation", row) + (alive ? 1 : 0); });
      comparer.observed(state, seen);
    },
    enter: (state, cells) => {
      before = cells;
      comparer.enter(state, cells);
    },
    answered: (row, v, code) => {
      if (row >= 0) comparer.answered(row, v, code, running);
    },
    reaches: (access, v, frames) => {
      comparer.reaches(access, v, frames, running);
    },
    planted: (m) => {
      sight.planted(m);
    },
    registers: (m) => {
      sight.registers(m);
    },
    stepped: (instance, frame, state, after, shown) => {
      for (let w = 0; w < sight.domains && shown; w++) {
        registers[2 * w] = numbered(sight.left(w, instance, before, after));
        registers[2 * w + 1] = numbered(sight.found(w, after));
      }
      comparer.stepped(instance, frame, state, shown ? registers : null, running);
    },
  };
};

const nothing = (): void => undefined;

/** Lets a run have secrets, and compares it with no other. */
export const unwatched = (secrets: Secrets): Watch =>
  ({ secrets, begin: () => ({ secrets, observe: nothing, enter: nothing, answered: nothing, reaches: nothing, planted: nothing, registers: nothing, stepped: nothing }) });
