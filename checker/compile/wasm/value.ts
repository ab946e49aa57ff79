/** What is computed: a number that is known, or code that leaves it on the stack. */
import { op, signed, type Code } from "./binary.ts";
import { Untranslatable } from "./tree.ts";

export type Value = { readonly known: number } | { readonly known?: undefined; readonly code: Code };

export const number = (value: number): Value => ({ known: value | 0 });
export const codeOf = (value: Value): Code => (value.known === undefined ? value.code : [op.i32Const, signed(value.known)]);

const comparisons: Readonly<Record<string, { readonly code: number; readonly of: (a: number, b: number) => boolean }>> = {
  "===": { code: op.eq, of: (a, b) => a === b }, "!==": { code: op.ne, of: (a, b) => a !== b }, "<": { code: op.lt, of: (a, b) => a < b },
  ">": { code: op.gt, of: (a, b) => a > b }, "<=": { code: op.le, of: (a, b) => a <= b }, ">=": { code: op.ge, of: (a, b) => a >= b },
};
const operations: Readonly<Record<string, { readonly code: number; readonly of: (a: number, b: number) => number }>> = {
  "+": { code: op.add, of: (a, b) => (a + b) | 0 }, "-": { code: op.sub, of: (a, b) => (a - b) | 0 }, "*": { code: op.mul, of: Math.imul }, "&": { code: op.and, of: (a, b) => a & b },
  "|": { code: op.or, of: (a, b) => a | b }, "^": { code: op.xor, of: (a, b) => a ^ b }, "<<": { code: op.shl, of: (a, b) => a << b },
  ">>": { code: op.shr, of: (a, b) => a >> b }, ">>>": { code: op.shrUnsigned, of: (a, b) => (a >>> b) | 0 },
};

/** An operation of two values, as far as it can be computed now. */
export const binary = (operator: string, a: Value, b: Value): Value => {
  const comparison = comparisons[operator], operation = operations[operator];
  if (comparison !== undefined) {
    if (a.known !== undefined && b.known !== undefined) return number(comparison.of(a.known, b.known) ? 1 : 0);
    if (b.known === 0 && operator === "===") return { code: [codeOf(a), op.eqz] };
    return { code: [codeOf(a), codeOf(b), comparison.code] };
  }
  if (operation === undefined) throw new Untranslatable(`the operator ${operator}`);
  if (a.known !== undefined && b.known !== undefined) return number(operation.of(a.known, b.known));
  if (b.known === 0 && ["+", "-", "|", "^", "<<", ">>", ">>>"].includes(operator)) return a;
  if (a.known === 0 && ["+", "|", "^"].includes(operator)) return b;
  if ((a.known === 0 || b.known === 0) && operator === "*") return number(0);
  if (b.known === 1 && operator === "*") return a;
  return { code: [codeOf(a), codeOf(b), operation.code] };
};

export const not = (value: Value): Value => (value.known === undefined ? { code: [value.code, op.eqz] } : number(value.known === 0 ? 1 : 0));
