/** Code of one function while it is made: in the order in which it runs, with blocks, labels and locals counted along. */
import { nothing, op, unsigned } from "./binary.ts";

export interface Emitter {
  emit(...bytes: readonly number[]): void;
  append(code: readonly number[]): void;
  /** Code that `produce` emits, apart; locals that it takes are free afterwards, because what it computes is on the stack. */
  apart(produce: () => void): readonly number[];
  /** A block, or a loop, around what `inside` emits. It is given the label, which leads to the end of a block and to the beginning of a loop. */
  block(inside: (label: number) => void, opening?: number, type?: number): void;
  /** A branch to a label, or where the top of the stack is not 0. */
  branch(label: number, code?: number): void;
  /** A local that is free. */
  local(): number;
  /** Locals that `run` takes are free afterwards. */
  scoped<T>(run: () => T): T;
  /** How many locals there are, with the parameters. */
  locals(): number;
  code(): readonly number[];
}

/** An emitter for a function with so many parameters. */
export const createEmitter = (parameters: number): Emitter => {
  let out: number[] = [], depth = 0, top = parameters, most = parameters;
  const append = (code: readonly number[]): void => {
    for (const byte of code) out.push(byte);
  };
  const emit = (...bytes: readonly number[]): void => {
    append(bytes);
  };
  const scoped = <T>(run: () => T): T => {
    const mark = top, result = run();
    top = mark;
    return result;
  };
  return {
    emit, append, scoped,
    apart: (produce) => {
      const before = out, made: number[] = [];
      out = made;
      scoped(produce);
      out = before;
      return made;
    },
    block: (inside, opening = op.block, type = nothing) => {
      emit(opening, type);
      inside(++depth);
      depth--;
      emit(op.end);
    },
    branch: (label, code = op.br) => {
      emit(code, ...unsigned(depth - label));
    },
    local: () => {
      most = Math.max(most, top + 1);
      return top++;
    },
    locals: () => most,
    code: () => out,
  };
};
