/**
 * What one worker tells of the states that it has expanded, in their order: new states, what was seen, what was breached. It is a list of numbers, so that it crosses threads as it is; who
 * reads the accounts in the order of the frontier does what one worker would have done alone.
 */
import type { Action } from "./action.ts";
import { actionWords, readAction, writeAction } from "./action-words.ts";
import type { Breach } from "./judge.ts";
import type { RowKind } from "./onlooker.ts";
import type { Tally } from "./tally.ts";

export interface ToldBreach {
  readonly breach: Breach;
  /** `null` at the first state. */
  readonly action: Action | null;
  /** True only if the state that is told of next is new. */
  readonly presumed: boolean;
}

export interface Account {
  readonly words: Int32Array;
  readonly breaches: readonly ToldBreach[];
  readonly tally: Tally;
  readonly antecedents: Float64Array;
  readonly reachedInside: Float64Array;
}

/** The kinds of what is told; each is followed by numbers of its own. */
const op = { expands: 0, fresh: 1, observed: 2, row: 3, stepped: 4, answers: 5, answered: 6, reaches: 7, breached: 8 } as const;

const rowKinds: readonly RowKind[] = ["observation", "registers", "answers"];

/** Where a step led: to a state known to all by its number, or to one that this worker has found on this level, by the order in which it did. */
export interface Target { readonly found: boolean; readonly number: number }

export interface AccountWriter {
  /** The next state of the frontier is expanded. */
  expands(): void;
  /** A state that this worker has not seen: the clauses whose antecedents it reaches, and its entry, which is the first `length` words of `entry`. */
  fresh(clauses: readonly number[], entry: Int32Array, length: number): void;
  observed(seen: Int32Array): void;
  /** A row that is told of for the first time has the next number of its kind. */
  row(kind: RowKind, row: Int32Array): void;
  stepped(target: Target, instance: number, frame: number, registers: Int32Array | null, action: Action): void;
  answers(vcpu: number, row: number, count: number): void;
  answered(row: number, vcpu: number, code: number, action: Action): void;
  reaches(access: number, vcpu: number, frames: readonly number[], action: Action): void;
  breached(told: ToldBreach): void;
  /** All that was told since this was last called. */
  take(): { readonly words: Int32Array; readonly breaches: readonly ToldBreach[] };
}

export const createAccountWriter = (): AccountWriter => {
  let words = new Int32Array(1 << 12), used = 0, breaches: ToldBreach[] = [];
  const room = (more: number): void => {
    if (used + more <= words.length) return;
    const larger = new Int32Array(Math.max(2 * words.length, used + more));
    larger.set(words);
    words = larger;
  };
  const put = (...numbers: readonly number[]): void => {
    room(numbers.length);
    for (const number of numbers) words[used++] = number;
  };
  const putAll = (row: Int32Array, length: number): void => {
    room(length);
    words.set(length === row.length ? row : row.subarray(0, length), used);
    used += length;
  };
  const putAction = (action: Action): void => {
    room(actionWords);
    writeAction(action, words, used);
    used += actionWords;
  };
  return {
    expands: () => { put(op.expands); },
    fresh: (clauses, entry, length) => {
      put(op.fresh, clauses.length, ...clauses, length);
      putAll(entry, length);
    },
    observed: (seen) => {
      put(op.observed, seen.length);
      putAll(seen, seen.length);
    },
    row: (kind, row) => {
      put(op.row, rowKinds.indexOf(kind), row.length);
      putAll(row, row.length);
    },
    stepped: ({ found, number }, instance, frame, registers, action) => {
      put(op.stepped, found ? 1 : 0, number, instance, frame);
      putAction(action);
      put(registers?.length ?? 0);
      if (registers !== null) putAll(registers, registers.length);
    },
    answers: (vcpu, row, count) => { put(op.answers, vcpu, row, count); },
    answered: (row, vcpu, code, action) => {
      put(op.answered, row, vcpu, code);
      putAction(action);
    },
    reaches: (access, vcpu, frames, action) => {
      put(op.reaches, access, vcpu);
      putAction(action);
      put(frames.length, ...frames);
    },
    breached: (told) => {
      put(op.breached, breaches.length);
      breaches.push(told);
    },
    take: () => {
      const told = { words: words.slice(0, used), breaches };
      used = 0;
      breaches = [];
      return told;
    },
  };
};

/** Who hears an account. Numbers of rows, and of states that were found, are the worker's own. */
export interface AccountReader {
  expands(): void;
  /** The entry lies at `at` in `words`. */
  fresh(clauses: Int32Array, words: Int32Array, at: number): void;
  observed(seen: Int32Array): void;
  row(kind: RowKind, row: Int32Array): void;
  stepped(target: Target, instance: number, frame: number, registers: Int32Array | null, action: () => Action): void;
  answers(vcpu: number, row: number, count: number): void;
  answered(row: number, vcpu: number, code: number, action: () => Action): void;
  reaches(access: number, vcpu: number, frames: readonly number[], action: () => Action): void;
  breached(told: ToldBreach): void;
}

/** @throws RangeError if the account is none. */
export const readAccount = ({ words, breaches }: Account, reader: AccountReader): void => {
  let at = 0;
  const next = (): number => words[at++] ?? 0;
  const list = (length: number): Int32Array => words.subarray(at, at += length);
  const action = (): (() => Action) => {
    const from = at;
    at += actionWords;
    return () => {
      const found = readAction(words, from);
      if (found === null) throw new RangeError("a step without an action");
      return found;
    };
  };
  while (at < words.length) {
    const kind = next();
    switch (kind) {
      case op.expands:
        reader.expands();
        break;
      case op.fresh: {
        const clauses = list(next()), length = next();
        reader.fresh(clauses, words, at);
        at += length;
        break;
      }
      case op.observed:
        reader.observed(list(next()));
        break;
      case op.row: {
        const rows = rowKinds[next()] ?? "observation";
        reader.row(rows, list(next()));
        break;
      }
      case op.stepped: {
        const found = next() === 1, number = next(), instance = next(), frame = next(), last = action(), length = next();
        reader.stepped({ found, number }, instance, frame, length === 0 ? null : list(length), last);
        break;
      }
      case op.answers:
        reader.answers(next(), next(), next());
        break;
      case op.answered: {
        const row = next(), vcpu = next(), code = next();
        reader.answered(row, vcpu, code, action());
        break;
      }
      case op.reaches: {
        const access = next(), vcpu = next(), last = action();
        reader.reaches(access, vcpu, [...list(next())], last);
        break;
      }
      case op.breached: {
        const told = breaches[next()];
        if (told === undefined) throw new RangeError("an account tells of a breach that it does not have");
        reader.breached(told);
        break;
      }
      default: throw new RangeError(`an account tells of ${kind}, which is nothing`);
    }
  }
};
