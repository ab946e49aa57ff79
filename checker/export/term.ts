/**
 * Scalar terms: what expressions of the specification come down to in a target without options, records and maps as values. Values keep their
 * meaning (ranges are numbers, scalarsets count from 0), unions are ranks, sets are bit masks. Constructors fold what is known.
 */
import { known, type AnyType } from "../../spec/lang/types.ts";
import { bool } from "../../spec/lang/types.ts";
import type { Value } from "../../spec/lang/value.ts";

export type Step = { readonly key: Term } | { readonly field: string };

/** A part of a state variable (or of a copy of one, taken before a step). */
export interface Place { readonly root: string; readonly steps: readonly Step[]; readonly type: AnyType }

/** A constant map. Its entries are looked up by their keys. */
export interface Table { readonly name: string; readonly keys: readonly AnyType[]; readonly type: AnyType; readonly entry: (keys: readonly Value[]) => Value }

/** A definition as a function of scalars. */
export interface Callable { readonly name: string; readonly inPlace: (given: readonly Term[]) => Term }

export type Term =
  | { readonly op: "literal"; readonly type: AnyType; readonly value: boolean | number | string }
  | { readonly op: "name"; readonly type: AnyType; readonly name: string }
  /** A scalar leaf of the state. `present`: it lies in an option that is known to hold something, and also says whether the option does. */
  | { readonly op: "leaf"; readonly type: AnyType; readonly place: Place; readonly present: boolean }
  /** The option at the place is none. */
  | { readonly op: "absent"; readonly type: AnyType; readonly place: Place }
  | { readonly op: "lookup"; readonly type: AnyType; readonly table: Table; readonly keys: readonly Term[] }
  | { readonly op: "call"; readonly type: AnyType; readonly callable: Callable; readonly given: readonly Term[] }
  | { readonly op: "not"; readonly type: AnyType; readonly of: Term }
  | { readonly op: "and" | "or"; readonly type: AnyType; readonly all: readonly Term[] }
  | { readonly op: "if"; readonly type: AnyType; readonly condition: Term; readonly then: Term; readonly otherwise: Term }
  | { readonly op: "equal" | "less" | "at-most" | "subset" | "add" | "unite" | "minus" | "intersect"; readonly type: AnyType; readonly left: Term; readonly right: Term }
  /** The bit of an element is its value less `offset`, labels counting from 0. */
  | { readonly op: "has"; readonly type: AnyType; readonly set: Term; readonly element: Term; readonly offset: number }
  | { readonly op: "set"; readonly type: AnyType; readonly elements: readonly Term[]; readonly offset: number }
  /** A case of a union: the payload moved to where the case's ranks begin. */
  | { readonly op: "inject"; readonly type: AnyType; readonly label: string; readonly payload: Term; readonly offset: number }
  | { readonly op: "forall" | "exists"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly body: Term }
  | { readonly op: "count" | "collect" | "sum"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly body: Term }
  /** Follows links that are none or lead to another member, `link` and `ends` at the member `variable`. */
  | { readonly op: "reaches"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly ends: Term; readonly link: Term; readonly from: Term; readonly to: Term };

export const truth = (value: boolean): Term => ({ op: "literal", type: bool, value });
export const yes = truth(true);
export const no = truth(false);

const isLiteral = (term: Term, value: boolean): boolean => term.op === "literal" && term.value === value;

/** Whether two terms are the same text. */
export const same = (left: Term, right: Term): boolean => left === right || JSON.stringify(left) === JSON.stringify(right);

export const negation = (of: Term): Term => (of.op === "literal" ? truth(of.value !== true) : of.op === "not" ? of.of : { op: "not", type: bool, of });

const joined = (op: "and" | "or", all: readonly Term[]): Term => {
  const neutral = op === "and";
  const flat = all.flatMap((term) => (term.op === op ? term.all : [term])).filter((term) => !isLiteral(term, neutral));
  const among = (term: Term): boolean => (term.op === op ? term.all.every(among) : flat.some((other) => same(term, other)));
  if (flat.some((term) => isLiteral(term, !neutral) || (term.op === "not" && among(term.of)))) return truth(!neutral);
  const [first] = flat;
  if (first === undefined) return truth(neutral);
  return flat.length === 1 ? first : { op, type: bool, all: flat };
};
export const conjunction = (...all: readonly Term[]): Term => joined("and", all);
export const disjunction = (...all: readonly Term[]): Term => joined("or", all);

export const either = (condition: Term, then: Term, otherwise: Term): Term => {
  if (condition.op === "literal") return condition.value === true ? then : otherwise;
  if (same(then, otherwise)) return then;
  if (known(then.type).kind === "bool") {
    if (then.op === "literal") return then.value === true ? disjunction(condition, otherwise) : conjunction(negation(condition), otherwise);
    if (otherwise.op === "literal") return otherwise.value === true ? disjunction(negation(condition), then) : conjunction(condition, then);
  }
  return condition.op === "not"
    ? { op: "if", type: then.type, condition: condition.of, then: otherwise, otherwise: then }
    : { op: "if", type: then.type, condition, then, otherwise };
};

type Binary = "equal" | "less" | "at-most" | "subset" | "add" | "unite" | "minus" | "intersect";

const folded = (op: Binary, left: boolean | number | string, right: boolean | number | string): boolean | number | null => {
  if (op === "equal") return left === right;
  if (typeof left !== "number" || typeof right !== "number") return null;
  switch (op) {
    case "less": return left < right;
    case "at-most": return left <= right;
    case "subset": return (left & ~right) === 0;
    case "add": return left + right;
    case "unite": return left | right;
    case "minus": return left & ~right;
    case "intersect": return left & right;
  }
};

export const binary = (op: Binary, type: AnyType, left: Term, right: Term): Term => {
  if (left.op === "literal" && right.op === "literal") {
    const value = folded(op, left.value, right.value);
    if (value !== null) return { op: "literal", type, value };
  }
  if ((op === "equal" || op === "at-most" || op === "subset") && same(left, right)) return yes;
  if (op === "equal" && known(left.type).kind === "bool") {
    if (right.op === "literal") return right.value === true ? left : negation(left);
    if (left.op === "literal") return left.value === true ? right : negation(right);
  }
  return { op, type, left, right };
};

/** A literal as a number, labels counting from 0. */
export const numberOf = (type: AnyType, value: boolean | number | string): number => {
  const t = known(type);
  return t.kind === "enum" ? t.labels.indexOf(String(value)) : Number(value);
};

export const membership = (set: Term, element: Term, offset: number): Term => {
  if (set.op !== "literal" || element.op !== "literal") return { op: "has", type: bool, set, element, offset };
  return truth(((Number(set.value) >>> (numberOf(element.type, element.value) - offset)) & 1) === 1);
};

export const setOfElements = (type: AnyType, elements: readonly Term[], offset: number): Term => {
  const bits = elements.flatMap((one) => (one.op === "literal" ? [1 << (numberOf(one.type, one.value) - offset)] : []));
  if (bits.length < elements.length) return { op: "set", type, elements, offset };
  return { op: "literal", type, value: bits.reduce((mask, bit) => mask | bit, 0) };
};

export const injected = (type: AnyType, label: string, payload: Term, offset: number): Term =>
  (payload.op === "literal" ? { op: "literal", type, value: Number(payload.value) + offset } : { op: "inject", type, label, payload, offset });

const insideOf = (place: Place, change: (term: Term) => Term): Place =>
  ({ ...place, steps: place.steps.map((step) => ("key" in step ? { key: change(step.key) } : step)) });

/** Rebuilds a term with each direct part changed. A table looked up with known keys alone is known. */
export const rebuilt = (term: Term, change: (term: Term) => Term): Term => {
  switch (term.op) {
    case "literal": case "name": return term;
    case "leaf": case "absent": return { ...term, place: insideOf(term.place, change) };
    case "lookup": return looked(term.table, term.keys.map(change));
    case "call": return { ...term, given: term.given.map(change) };
    case "not": return negation(change(term.of));
    case "and": case "or": return joined(term.op, term.all.map(change));
    case "if": return either(change(term.condition), change(term.then), change(term.otherwise));
    case "equal": case "less": case "at-most": case "subset": case "add": case "unite": case "minus": case "intersect":
      return binary(term.op, term.type, change(term.left), change(term.right));
    case "has": return membership(change(term.set), change(term.element), term.offset);
    case "set": return setOfElements(term.type, term.elements.map(change), term.offset);
    case "inject": return injected(term.type, term.label, change(term.payload), term.offset);
    case "forall": case "exists": return { ...term, body: change(term.body) };
    case "count": case "collect": case "sum": return { ...term, body: change(term.body) };
    case "reaches": return { ...term, ends: change(term.ends), link: change(term.link), from: change(term.from), to: change(term.to) };
  }
};

export const looked = (table: Table, keys: readonly Term[]): Term => {
  const values = keys.flatMap((key) => (key.op === "literal" ? [key.value] : []));
  if (values.length < keys.length) return { op: "lookup", type: table.type, table, keys };
  return { op: "literal", type: table.type, value: table.entry(values) as boolean | number | string };
};

/** The term with names replaced. Bound variables have names that nothing around them has, so nothing is captured. */
export const substituted = (term: Term, names: ReadonlyMap<string, Term>): Term => {
  if (term.op === "name") return names.get(term.name) ?? term;
  return rebuilt(term, (part) => substituted(part, names));
};

/** The direct parts of a term. */
export const partsOf = (term: Term): readonly Term[] => {
  const parts: Term[] = [];
  rebuilt(term, (part) => {
    parts.push(part);
    return part;
  });
  return parts;
};

/** Visits a term and all below it, definitions in place. */
export const visitTerm = (term: Term, each: (term: Term) => void): void => {
  each(term);
  for (const part of partsOf(term)) visitTerm(part, each);
  if (term.op === "call") visitTerm(term.callable.inPlace(term.given), each);
};

/** Whether the term reads no state. */
export const isStatic = (term: Term): boolean => {
  let state = false;
  visitTerm(term, (part) => { state ||= part.op === "leaf" || part.op === "absent"; });
  return !state;
};

/** The chain of `reaches` written out: at most one step per member, since a longer chain is a cycle. */
export const chain = (term: Term & { readonly op: "reaches" }, members: number): Term => {
  const from = (at: Term, left: number): Term => {
    const here = new Map([[term.variable, at]]), next = substituted(term.link, here);
    const further = left === 1 ? no : from(next, left - 1);
    return conjunction(negation(substituted(term.ends, here)), disjunction(binary("equal", bool, next, term.to), further));
  };
  return from(term.from, members);
};
