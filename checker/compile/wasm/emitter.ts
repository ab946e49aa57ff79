/** Code of one function while it is made: in the order in which it runs, with blocks, labels and locals counted along. */
import { nothing, op, unsigned, type Code, type Piece } from "./binary.ts";

export interface Emitter {
  emit(...code: Code): void;
  /** Code that `produce` emits, apart; locals that it takes are free afterwards, because what it computes is on the stack. */
  apart(produce: () => void): Code;
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
  code(): Code;
}

/** An emitter for a function with so many parameters. */
export const createEmitter = (parameters: number): Emitter => {
  let out: Piece[] = [], depth = 0, top = parameters, most = parameters;
  const emit = (...code: Code): void => {
    for (const piece of code) out.push(piece);
  };
  const scoped = <T>(run: () => T): T => {
    const mark = top, result = run();
    top = mark;
    return result;
  };
  return {
    emit, scoped,
    apart: (produce) => {
      const before = out, made: Piece[] = [];
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
      emit(code, unsigned(depth - label));
    },
    local: () => {
      most = Math.max(most, top + 1);
      return top++;
    },
    locals: () => most,
    code: () => out,
  };
};
