/** The values of a parameter that pass conditions which read parameters and constants alone: they are known before anything runs. */
import type { Js } from "./js.ts";
import type { Loop } from "./loop.ts";
import type { Program } from "./program.ts";

/** For every choice of the parameters `over`, in the order of their ranks, the values that pass. */
export interface Passing { readonly conditions: readonly Js[]; readonly over: readonly Loop[]; readonly rows: readonly (readonly number[])[] }

/** Whether a condition reads nothing but parameters and constants of the system. */
export const isFixed = ({ code }: Js): boolean => !/[A-Za-z_$]/.test(code.replaceAll(/\$\w+|(?<![\w$])c(?=\[)/g, ""));

/** All ranks of parameters together, the last running fastest. */
const choices = (over: readonly Loop[]): readonly (readonly number[])[] =>
  over.reduce<readonly (readonly number[])[]>((all, { size }) => all.flatMap((ranks) => Array.from({ length: size }, (_, rank) => [...ranks, rank])), [[]]);

/** The values of `loop` that pass, for every choice of the parameters `over`. */
export const passing = ({ local, size }: Loop, over: readonly Loop[], conditions: readonly Js[], constants: Int32Array): Passing => {
  const holds = new Function("c", ...over.map((one) => one.local), local, `return ${conditions.map(({ code }) => code).join(" && ") || "true"};`) as (c: Int32Array, ...ranks: readonly number[]) => boolean;
  return { conditions, over, rows: choices(over).map((ranks) => Array.from({ length: size }, (_, rank) => rank).filter((rank) => holds(constants, ...ranks, rank))) };
};

/** Code for a number of each row: the number, where all have the same. */
export const ofRow = (program: Program, over: readonly Loop[], numbers: readonly number[]): string => {
  const [first = 0] = numbers;
  if (numbers.every((one) => one === first)) return String(first);
  return `${program.table(numbers)}[${rowOf(over)}]`;
};

/** Code for the number of the row that parameters choose. */
export const rowOf = (over: readonly Loop[]): string => over.reduce((row, { local, size }) => (row === "" ? local : `(${row} * ${size} + ${local})`), "");
