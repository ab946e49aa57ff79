/** Which elements the sets of a state can ever have: those that they have at first, and those that effects name. */
import { effectNodes, everyEffect } from "../../spec/lang/effect.ts";
import { visit, type Definition, type Node } from "../../spec/lang/node.ts";
import type { System } from "../../spec/lang/system.ts";
import { known, type AnyType } from "../../spec/lang/types.ts";
import { cardinality, caseOffset, type Value } from "../../spec/lang/value.ts";
import type { Layout, Leaf } from "./layout.ts";

/** Whether a value of the type has a set of elements of that name inside. */
const contains = (type: AnyType, element: string): boolean => {
  const t = known(type);
  switch (t.kind) {
    case "bool": case "enum": case "range": case "scalarset": case "union": return false;
    case "set": return t.of.name === element;
    case "option": return contains(t.of, element);
    case "record": return Object.values(t.fields).some((field) => contains(field, element));
    case "map": return contains(t.key, element) || contains(t.value, element);
  }
};

/** The type that a node goes through member by member, if it does. */
const overOf = (node: Node): AnyType | null => {
  switch (node.op) {
    case "collect": case "first": case "forall": case "exists": case "count": case "sum": case "tabulate": return node.over;
    case "literal": case "variable": case "cell": case "at": case "field": case "construct": case "some": case "is-none": case "match": case "inject": case "not": case "and": case "or":
    case "add": case "implies": case "equal": case "less": case "at-most": case "if": case "has": case "subset": case "unite": case "minus": case "intersect": case "set": case "reaches":
    case "apply": return null;
  }
};

/** How many elements of the type, from the first on, a set may have; members of a case of a union go together, because permutations exchange them. */
const reachOf = ({ bounds, transitions, initial, constants }: System, layout: Layout, element: AnyType): number => {
  const all = cardinality(bounds, element), t = known(element);
  /** The elements up to the end of the case that the rank is in. */
  const upTo = (rank: number): number => {
    if (t.kind !== "union") return all;
    const ends = Object.entries(t.cases).map(([label, payload]) => caseOffset(bounds, t.cases, label) + (payload === null ? 1 : cardinality(bounds, payload)));
    return ends.find((end) => end > rank) ?? all;
  };
  const ofMask = (mask: number): number => (mask === 0 ? 0 : upTo(31 - Math.clz32(mask)));
  /** A constant that is a set has the elements that it has. */
  const ofConstant = (value: Value | undefined): number => (typeof value === "number" ? ofMask(value) : all);
  const ofElement = (node: Node): number => (node.op === "inject" ? upTo(caseOffset(bounds, node.union.cases, node.label)) : all);
  const ofNode = (node: Node): number => {
    const over = overOf(node);
    if (over !== null && contains(over, element.name)) return all;
    if (!contains(node.type, element.name)) return 0;
    switch (node.op) {
      case "set": return Math.max(0, ...node.elements.map(ofElement));
      case "literal": return typeof node.value === "number" ? ofMask(node.value) : all;
      case "collect": return all;
      case "cell": return node.store === "state" ? 0 : node.store === "constant" ? ofConstant(constants[node.name]) : all;
      // What these give was put together elsewhere.
      case "variable": case "at": case "field": case "construct": case "some": case "is-none": case "match": case "inject": case "not": case "and": case "or": case "add": case "implies":
      case "equal": case "less": case "at-most": case "if": case "has": case "subset": case "unite": case "minus": case "intersect": case "first": case "forall": case "exists":
      case "count": case "sum": case "reaches": case "tabulate": case "apply": return 0;
    }
  };
  const cells = layout.encode(initial), entered = new Set<Definition>();
  let reach = Math.max(0, ...layout.leaves.map((leaf, cell) => (!contains(leaf.type, element.name) ? 0 : leaf.raised > 0 ? all : ofMask(cells[cell] ?? 0))));
  for (const { parameters, effects } of transitions) {
    const free = [...parameters.map(({ type }) => type), ...everyEffect(effects).flatMap((effect) => (effect.kind === "each" ? [effect.over] : []))];
    if (free.some((type) => contains(type, element.name))) return all;
    for (const root of effectNodes(effects)) visit(root, (node) => { reach = Math.max(reach, ofNode(node)); }, entered);
  }
  return reach;
};

/** The bits that a set of a state needs, which is a cell of its own; `null` for other leaves. */
export const elementsOf = (system: System, layout: Layout): ((leaf: Leaf) => number | null) => {
  const reaches = new Map<string, number>();
  return ({ type, raised }) => {
    const t = known(type);
    if (t.kind !== "set" || raised > 0) return null;
    const reach = reaches.get(t.of.name) ?? reachOf(system, layout, t.of);
    reaches.set(t.of.name, reach);
    return reach;
  };
};
