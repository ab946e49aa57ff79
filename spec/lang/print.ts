/** Expressions, effects, transitions and values as text. Definitions are printed by name, variables after a step with a prime. */
import type { Effect } from "./effect.ts";
import type { Node, Store } from "./node.ts";
import type { Property } from "./property.ts";
import type { Transition } from "./transition.ts";
import { boundsOf, known, type AnyType, type Bounds } from "./types.ts";
import { cardinality, unrank, type RecordValue, type Value } from "./value.ts";

/** Names of the members of a scalarset or a range, by the name of the type. */
export type Names = { readonly [type: string]: readonly string[] };

const braces = (parts: readonly string[]): string => (parts.length === 0 ? "{}" : `{${parts.join(", ")}}`);

/** A value as text, with members by name where names are given: `{frame: f1, access: {r, w}}`. */
export const printValue = (bounds: Bounds, type: AnyType, value: Value, names: Names = {}): string => {
  const inside = (of: AnyType, part: Value): string => printValue(bounds, of, part, names);
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": return String(value);
    case "range": return names[t.name]?.[(value as number) - boundsOf(bounds, t.name).lo] ?? String(value);
    case "scalarset": return names[t.name]?.[value as number] ?? `${t.name}${String(value)}`;
    case "union": {
      let offset = 0;
      for (const [label, payload] of Object.entries(t.cases)) {
        const size = payload === null ? 1 : cardinality(bounds, payload), at = (value as number) - offset;
        if (at < size) return payload === null ? label : `${label}(${inside(payload, unrank(bounds, payload, at))})`;
        offset += size;
      }
      return String(value);
    }
    case "option": return value === null ? "none" : inside(t.of, value);
    case "set": return braces(Array.from({ length: cardinality(bounds, t.of) }, (_, element) => element)
      .filter((element) => (((value as number) >>> element) & 1) === 1).map((element) => inside(t.of, unrank(bounds, t.of, element))));
    case "record": return braces(Object.entries(t.fields).map(([field, of]) => `${field}: ${inside(of, (value as RecordValue)[field] as Value)}`));
    case "map": return `[${(value as readonly Value[]).map((entry, key) => `${inside(t.key, unrank(bounds, t.key, key))}: ${inside(t.value, entry)}`).join(", ")}]`;
  }
};

/** How tightly an operator binds; an operand that binds less tightly is put in parentheses. */
const tightness = { quantifier: 0, implies: 1, or: 2, and: 3, not: 4, compare: 5, combine: 6, atom: 7 } as const;

interface Text { readonly text: string; readonly tightness: number }

const atom = (text: string): Text => ({ text, tightness: tightness.atom });

const printLiteral = (type: AnyType, value: Value): string => {
  const t = known(type);
  if (value === null) return "none";
  if (t.kind !== "set") return String(value);
  const of = known(t.of), labels = of.kind === "enum" ? of.labels : [];
  return braces(Array.from({ length: 31 }, (_, i) => i).filter((i) => (((value as number) >>> i) & 1) === 1).map((i) => labels[i] ?? String(i)));
};

const cellName = (store: Store, name: string): string => {
  switch (store) {
    case "state": case "constant": return name;
    case "next": return `${name}'`;
    case "step": case "view": return `${store}.${name}`;
  }
};

const print = (node: Node): Text => {
  const tight = (inner: Node, least: number): string => {
    const { text, tightness: own } = print(inner);
    return own < least ? `(${text})` : text;
  };
  const loose = (inner: Node): string => print(inner).text;
  const infix = (symbol: string, level: number, left: Node, right: Node): Text =>
    ({ text: `${tight(left, level + 1)} ${symbol} ${tight(right, level + 1)}`, tightness: level });
  const binder = (word: string, variable: string, over: AnyType, body: Node): Text =>
    ({ text: `${word} ${variable}: ${over.name}. ${loose(body)}`, tightness: tightness.quantifier });
  const joined = (word: "and" | "or", all: readonly Node[]): Text => {
    const [only, second] = all;
    if (only === undefined) return atom(word === "and" ? "true" : "false");
    return second === undefined ? print(only) : { text: all.map((one) => tight(one, tightness[word] + 1)).join(` ${word} `), tightness: tightness[word] };
  };

  switch (node.op) {
    case "literal": return atom(printLiteral(node.type, node.value));
    case "variable": return atom(node.name);
    case "cell": return atom(cellName(node.store, node.name));
    case "at": return atom(`${tight(node.map, tightness.atom)}[${loose(node.key)}]`);
    case "field": return atom(`${tight(node.record, tightness.atom)}.${node.field}`);
    case "construct": return atom(braces(Object.entries(node.fields).map(([field, value]) => `${field}: ${loose(value)}`)));
    case "some": return atom(`some(${loose(node.value)})`);
    case "is-none": return { text: `${tight(node.option, tightness.combine)} is none`, tightness: tightness.compare };
    case "match": return { text: `match ${tight(node.option, tightness.combine)} { none: ${loose(node.none)}; ${node.variable}: ${loose(node.some)} }`, tightness: tightness.atom };
    case "inject": return atom(node.union.cases[node.label] === null ? node.label : `${node.label}(${loose(node.payload)})`);
    case "not": {
      if (node.of.op === "is-none") return { text: `${tight(node.of.option, tightness.combine)} is some`, tightness: tightness.compare };
      if (node.of.op === "equal") return infix("!=", tightness.compare, node.of.left, node.of.right);
      return { text: `not ${tight(node.of, tightness.not)}`, tightness: tightness.not };
    }
    case "and": case "or": return joined(node.op, node.all);
    case "implies": return infix("implies", tightness.implies, node.left, node.right);
    case "equal": return infix("=", tightness.compare, node.left, node.right);
    case "less": return infix("<", tightness.compare, node.left, node.right);
    case "at-most": return infix("<=", tightness.compare, node.left, node.right);
    case "has": return infix("in", tightness.compare, node.element, node.set);
    case "subset": return infix("within", tightness.compare, node.left, node.right);
    case "add": return infix("+", tightness.combine, node.left, node.right);
    case "unite": return infix("union", tightness.combine, node.left, node.right);
    case "minus": return infix("minus", tightness.combine, node.left, node.right);
    case "intersect": return infix("intersect", tightness.combine, node.left, node.right);
    case "if": return { text: `if ${loose(node.condition)} then ${loose(node.then)} else ${loose(node.otherwise)}`, tightness: tightness.quantifier };
    case "set": return atom(braces(node.elements.map(loose)));
    case "collect": return atom(`{${node.variable}: ${node.over.name} | ${loose(node.where)}}`);
    case "forall": case "exists": case "count": case "first": return binder(node.op, node.variable, node.over, node.where);
    case "sum": return binder("sum", node.variable, node.over, node.value);
    case "tabulate": return atom(`[${node.variable}: ${node.over.name} -> ${loose(node.value)}]`);
    case "reaches": return atom(`reaches(${[node.links, node.from, node.to].map(loose).join(", ")})`);
    case "apply": return atom(`${node.definition.name}(${node.arguments.map(loose).join(", ")})`);
  }
};

/** An expression on one line. */
export const printNode = (node: Node): string => print(node).text;

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** Effects, a line for each and one for each brace. */
export const printEffects = (effects: readonly Effect[]): readonly string[] => effects.flatMap((effect) => {
  switch (effect.kind) {
    case "assign": return [`${printNode(effect.place)} := ${printNode(effect.value)}`];
    case "each": return [`each ${effect.variable}: ${effect.over.name} {`, ...indented(printEffects(effect.effects)), "}"];
    case "when": return [
      `when ${printNode(effect.condition)} {`, ...indented(printEffects(effect.then)),
      ...(effect.otherwise.length === 0 ? [] : ["} else {", ...indented(printEffects(effect.otherwise))]), "}",
    ];
  }
});

/** A call or move: its parameters, when it is enabled, its guards in order with their codes, its effects. */
export const printTransition = ({ kind, name, parameters, enabled, guards, effects }: Transition): string => [
  `${kind} ${name}(${parameters.map((one) => `${one.name}: ${one.type.name}`).join(", ")})`,
  ...indented([
    `enabled  ${printNode(enabled)}`,
    ...guards.map(({ id, code, condition }) => `guard    ${id} (${code}): ${printNode(condition)}`),
    ...printEffects(effects).map((line, i) => `${i === 0 ? "effect " : "       "}  ${line}`),
  ]),
].join("\n");

/** A property as the formula that its reader reads. */
export const printProperty = ({ bindings, given, then, by }: Property): string => {
  const bound = bindings.length === 0 ? "" : `forall ${bindings.map(({ name, type }) => `${name}: ${type.name}`).join(", ")}. `;
  const part = (node: Node): string => (print(node).tightness <= tightness.implies ? `(${printNode(node)})` : printNode(node));
  return by === undefined ? `${bound}${part(given)} implies ${part(then)}` : `${bound}from ${part(given)} steps of ${part(by)} can lead to ${part(then)}`;
};
