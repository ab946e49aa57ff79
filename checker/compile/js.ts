/** Pieces of generated JavaScript, folded as they are put together. Every compound piece carries its own parentheses. */

export interface Js {
  readonly code: string;
  /** The value, where it is the same in every state; conditions are 0 or 1. */
  readonly known?: number;
  /** A number that may lie outside its type: it is checked where it becomes a key or a cell. */
  readonly wild?: true;
  /** The condition that this number is 1 for. */
  readonly condition?: Js;
  /** What an option that is certainly there holds: one less than this. */
  readonly inside?: Js;
}

export const constant = (value: number): Js => ({ code: value < 0 ? `(${value})` : `${value}`, known: value });
export const yes = constant(1), no = constant(0);

const wildness = (...from: readonly Js[]): { wild?: true } => (from.some((one) => one.wild === true) ? { wild: true } : {});

export const plus = (left: Js, right: Js): Js => {
  if (left.known !== undefined && right.known !== undefined) return constant(left.known + right.known);
  if (left.known === 0) return right;
  if (right.known === 0) return left;
  if (right.known !== undefined && right.known < 0) return { code: `(${left.code} - ${-right.known})`, ...wildness(left) };
  return { code: `(${left.code} + ${right.code})`, ...wildness(left, right) };
};

export const times = (left: Js, factor: number): Js => {
  if (left.known !== undefined) return constant(left.known * factor);
  return factor === 1 ? left : { code: `(${left.code} * ${factor})`, ...wildness(left) };
};

export const negation = (of: Js): Js => {
  if (of.known !== undefined) return constant(1 - of.known);
  return { code: of.code.startsWith("!") ? of.code.slice(1) : `!${of.code}` };
};

const connect = (all: readonly Js[], symbol: "&&" | "||", neutral: number): Js => {
  const codes = new Set<string>();
  for (const one of all) {
    if (one.known === neutral) continue;
    if (one.known !== undefined || codes.has(negation(one).code)) return constant(1 - neutral);
    codes.add(one.code);
  }
  const [first, ...rest] = codes;
  if (first === undefined) return constant(neutral);
  return rest.length === 0 ? { code: first } : { code: `(${[...codes].join(` ${symbol} `)})` };
};

export const conjunction = (...all: readonly Js[]): Js => connect(all, "&&", 1);
export const disjunction = (...all: readonly Js[]): Js => connect(all, "||", 0);

/** `condition ? then : otherwise` of numbers. */
export const choice = (condition: Js, then: Js, otherwise: Js): Js => {
  if (condition.known !== undefined) return condition.known === 1 ? then : otherwise;
  if (then.code === otherwise.code) return then;
  return { code: `(${condition.code} ? ${then.code} : ${otherwise.code})`, ...wildness(then, otherwise) };
};

/** The same of conditions. */
export const either = (condition: Js, then: Js, otherwise: Js): Js => {
  if (condition.known !== undefined) return condition.known === 1 ? then : otherwise;
  if (then.known === 0) return conjunction(negation(condition), otherwise);
  if (then.known === 1) return disjunction(condition, otherwise);
  if (otherwise.known === 0) return conjunction(condition, then);
  if (otherwise.known === 1) return disjunction(negation(condition), then);
  return then.code === otherwise.code ? then : { code: `(${condition.code} ? ${then.code} : ${otherwise.code})` };
};

/** A condition as the number 0 or 1, and back. */
export const numeral = (condition: Js): Js => (condition.known !== undefined ? condition : { code: `(${condition.code} ? 1 : 0)`, condition });
export const isOne = (value: Js): Js => (value.known !== undefined ? value : value.condition ?? { code: `(${value.code} !== 0)` });

export type Comparison = "===" | "<" | "<=";

export const compare = (left: Js, symbol: Comparison, right: Js): Js => {
  if (left.known !== undefined && right.known !== undefined) {
    const holds = symbol === "===" ? left.known === right.known : symbol === "<" ? left.known < right.known : left.known <= right.known;
    return holds ? yes : no;
  }
  if (left.code === right.code) return symbol === "<" ? no : yes;
  return { code: `(${left.code} ${symbol} ${right.code})` };
};

const calculate = (symbol: "|" | "&" | "& ~", left: number, right: number): number => {
  switch (symbol) {
    case "|": return left | right;
    case "&": return left & right;
    case "& ~": return left & ~right;
  }
};

/** Sets as bit masks. */
export const combine = (symbol: "|" | "&" | "& ~", left: Js, right: Js): Js => {
  if (left.known !== undefined && right.known !== undefined) return constant(calculate(symbol, left.known, right.known));
  return { code: `(${left.code} ${symbol} ${right.code})` };
};

export const bit = (rank: Js): Js => (rank.known !== undefined ? constant(1 << rank.known) : { code: `(1 << ${rank.code})` });

export const hasBit = (mask: Js, rank: Js): Js => {
  if (mask.known === 0) return no;
  if (mask.known !== undefined && rank.known !== undefined) return constant((mask.known >>> rank.known) & 1);
  return { code: `((${mask.code} & ${bit(rank).code}) !== 0)` };
};
