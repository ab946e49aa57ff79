/** Random well-typed expressions, states and a small universe of types for them. */
import type { Definition, Node } from "../../../spec/lang/node.ts";
import { Count } from "../../../spec/lang/operators.ts";
import { bool, enumeration, known, map, option, range, record, scalarset, setOf, sized, union, type AnyType, type Fields } from "../../../spec/lang/types.ts";
import { cardinality, leastValue, unrank, type RecordValue, type Value } from "../../../spec/lang/value.ts";

const Person = scalarset("Person"), Box = scalarset("Box"), Slot = range("Slot"), Colour = enumeration("Colour", "red", "green", "blue");
const Lock = union("Lock", { open: null, by: Person, at: Slot });
const Loan = record({ to: Person, colours: setOf(Colour) });

export const bounds = { Person: sized(2), Box: sized(3), Slot: { lo: 1, hi: 4 }, Count: sized(40) };
export const variables: Fields = {
  lamp: bool, colour: Colour, slot: Slot, used: Count, lock: map(Box, Lock), loan: map(Box, option(Loan)), chief: map(Person, option(Person)), after: map(Slot, option(Slot)),
  paint: map(Person, map(Box, Colour)), seen: setOf(Colour), boxes: setOf(Box), last: option(Lock), board: option(record({ inner: option(Slot), lit: bool })), row: option(map(Person, Slot)), holder: Person, crate: Box,
};
export const constants: Fields = { favourite: map(Slot, Colour), key: option(Slot) };

/** A source of choices. */
export type Random = (below: number) => number;

export const randomFrom = (seed: number): Random => {
  let state = seed | 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
};

export const randomValue = (random: Random, type: AnyType): Value => {
  const t = known(type);
  switch (t.kind) {
    case "map": return Array.from({ length: cardinality(bounds, t.key) }, () => randomValue(random, t.value));
    case "record": return Object.fromEntries(Object.entries(t.fields).map(([field, of]) => [field, randomValue(random, of)]));
    case "option": return random(3) === 0 ? null : randomValue(random, t.of);
    default: return unrank(bounds, type, random(cardinality(bounds, type)));
  }
};

const quantifiable: readonly AnyType[] = [Person, Box, Slot, Colour, bool, Lock, option(Slot), record({ to: Person, lit: bool })];
const comparable: readonly AnyType[] = [bool, Person, Box, Slot, Colour, Lock, Loan, Count, option(Person), option(Loan), option(Slot), setOf(Colour), setOf(Box), map(Person, option(Person)), map(Slot, Colour)];

export interface Scope { readonly [variable: string]: AnyType }

/** Ways to read something of a type off the variables of a store, with random keys; none below maps once the depth is spent. */
const readings = (random: Random, type: AnyType, scope: Scope, depth: number): readonly (() => Node)[] => {
  const inside = (of: AnyType, node: () => Node): readonly (() => Node)[] => {
    const t = known(of), here = t.name === type.name ? [node] : [];
    if (t.kind === "map" && depth >= 0) {
      return [...here, ...inside(t.value, () => ({ op: "at", type: t.value, map: node(), key: randomNode(random, t.key, scope, Math.min(depth, 1) - 1, true) }))];
    }
    if (t.kind === "record") return [...here, ...Object.entries(t.fields).flatMap(([field, part]) => inside(part, () => ({ op: "field", type: part, record: node(), field })))];
    return here;
  };
  return [
    ...Object.entries(variables).flatMap(([name, of]) => inside(of, () => ({ op: "cell", type: of, store: random(2) === 0 ? "state" : "next", name }))),
    ...Object.entries(constants).flatMap(([name, of]) => inside(of, () => ({ op: "cell", type: of, store: "constant", name }))),
    ...Object.entries(scope).flatMap(([name, of]) => inside(of, () => ({ op: "variable", type: of, name }))),
  ];
};

const literalOf = (random: Random, type: AnyType): Node | null => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": return { op: "literal", type, value: randomValue(random, type) };
    case "range": return { op: "literal", type, value: randomValue(random, type) };
    case "option": return { op: "literal", type, value: null };
    case "set": return { op: "literal", type, value: known(t.of).kind === "enum" ? randomValue(random, type) : 0 };
    case "scalarset": case "union": case "record": case "map": return null;
  }
};

let fresh = 0;

/** A random expression of a type. `fitting` asks for one whose value is certainly one of the type: sums may exceed it. */
export const randomNode = (random: Random, type: AnyType, scope: Scope, depth: number, fitting = false): Node => {
  const t = known(type), next = (of: AnyType, fit = fitting): Node => randomNode(random, of, scope, depth - 1, fit);
  const under = (over: AnyType, of: AnyType): { readonly variable: string; readonly over: AnyType; readonly body: Node } => {
    const variable = `b${fresh++ % 5}`;
    return { variable, over, body: randomNode(random, of, { ...scope, [variable]: over }, depth - 1, fitting) };
  };
  const one = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const leaf = (): Node => {
    const literal = literalOf(random, type), reads = readings(random, type, scope, depth);
    if (literal !== null && (reads.length === 0 || random(4) === 0)) return literal;
    if (reads.length > 0) return one(reads)();
    switch (t.kind) {
      case "record": return { op: "construct", type, fields: Object.fromEntries(Object.entries(t.fields).map(([field, of]) => [field, next(of)])) };
      case "union": return { op: "inject", type, union: t, label: Object.keys(t.cases)[0] ?? "", payload: { op: "literal", type: bool, value: true } };
      case "map": {
        const { variable, body } = under(t.key, t.value);
        return { op: "tabulate", type, variable, over: t.key, value: body };
      }
      default: return { op: "literal", type, value: leastValue(bounds, type) };
    }
  };
  if (depth <= 0) return leaf();

  const general = (): Node => {
    switch (random(4)) {
      case 0: return { op: "if", type, condition: next(bool), then: next(type), otherwise: next(type) };
      case 1: {
        const of = one([Person, Loan, Slot, Lock] as const), variable = `b${fresh++ % 5}`;
        return {
          op: "match", type, option: next(option(of), true), variable, none: next(type),
          some: randomNode(random, type, { ...scope, [variable]: of }, depth - 1, fitting),
        };
      }
      case 2: {
        const given = [one(quantifiable), one(comparable)], parameters = given.map((of, i) => ({ name: `p${i}`, type: of }));
        const definition: Definition = { name: `defined${fresh++}`, parameters, body: randomNode(random, type, { p0: parameters[0]?.type ?? bool, p1: parameters[1]?.type ?? bool }, depth - 1, fitting) };
        return { op: "apply", type, definition, arguments: given.map((of) => next(of, true)) };
      }
      default: return leaf();
    }
  };

  switch (t.kind) {
    case "bool": switch (random(16)) {
      case 0: return { op: "not", type, of: next(bool) };
      case 1: case 2: return { op: random(2) === 0 ? "and" : "or", type, all: Array.from({ length: random(4) }, () => next(bool)) };
      case 3: return { op: "implies", type, left: next(bool), right: next(bool) };
      case 4: case 5: {
        const of = one(comparable);
        return { op: "equal", type, left: next(of, false), right: next(of, false) };
      }
      case 6: {
        const of = one([Slot, Count] as const);
        return { op: random(2) === 0 ? "less" : "at-most", type, left: next(of, false), right: next(of, false) };
      }
      case 7: case 8: case 9: {
        const { variable, over, body } = under(one(quantifiable), bool);
        return { op: random(2) === 0 ? "forall" : "exists", type, variable, over, where: body };
      }
      case 10: {
        const of = one([Colour, Box] as const);
        return { op: "has", type, set: next(setOf(of)), element: next(of, true) };
      }
      case 11: {
        const of = one([Colour, Box] as const);
        return { op: "subset", type, left: next(setOf(of)), right: next(setOf(of)) };
      }
      case 12: {
        const of = one([Person, Slot] as const);
        return { op: "reaches", type, links: next(map(of, option(of)), true), from: next(of, true), to: next(of, true) };
      }
      case 13: return { op: "is-none", type, option: next(option(one([Person, Loan, Slot, Lock] as const))) };
      default: return general();
    }
    case "set": switch (random(6)) {
      case 0: return { op: "unite", type, left: next(type), right: next(type) };
      case 1: return { op: "minus", type, left: next(type), right: next(type) };
      case 2: return { op: "intersect", type, left: next(type), right: next(type) };
      case 3: return { op: "set", type, elements: Array.from({ length: random(3) }, () => next(t.of, true)) };
      case 4: {
        const { variable, body } = under(t.of, bool);
        return { op: "collect", type, variable, over: t.of, where: body };
      }
      default: return general();
    }
    case "range": {
      if (t.name !== "Count" || fitting) return general();
      switch (random(4)) {
        case 0: return { op: "add", type, left: next(type), right: next(type) };
        case 1: {
          const { variable, over, body } = under(one(quantifiable), bool);
          return { op: "count", type, variable, over, where: body };
        }
        case 2: {
          const { variable, over, body } = under(one(quantifiable), Count);
          return { op: "sum", type, variable, over, value: body };
        }
        default: return general();
      }
    }
    case "option": {
      if (known(t.of).kind !== "range" || random(2) === 0) return random(3) === 0 ? { op: "some", type, value: next(t.of) } : general();
      const { variable, body } = under(t.of, bool);
      return { op: "first", type, variable, over: t.of, where: body };
    }
    case "record": return random(3) === 0 ? { op: "construct", type, fields: Object.fromEntries(Object.entries(t.fields).map(([field, of]) => [field, next(of)])) } : general();
    case "union": {
      const [label, payload] = one(Object.entries(t.cases));
      return random(3) === 0 ? { op: "inject", type, union: t, label, payload: payload === null ? { op: "literal", type: bool, value: true } : next(payload, true) } : general();
    }
    case "map": {
      if (random(3) !== 0) return general();
      const { variable, body } = under(t.key, t.value);
      return { op: "tabulate", type, variable, over: t.key, value: body };
    }
    case "enum": case "scalarset": return general();
  }
};

export const randomState = (random: Random, fields: Fields): RecordValue =>
  Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, randomValue(random, type)]));
