/** Expression trees: what every typed expression of the language is underneath, and what evaluators, printers and compilers read. */
import type { AnyType, Cases, Union } from "./types.ts";
import type { Value } from "./value.ts";

/**
 * Where a variable of the system lives: `state` before the step, `next` after it, `step` (which call, by whom, with which
 * outcome), `view` (what hardware shows, filled from the bits), `constant` (what the policy and the bounds fix).
 */
export type Store = "state" | "next" | "step" | "view" | "constant";

export type Node =
  | { readonly op: "literal"; readonly type: AnyType; readonly value: Value }
  | { readonly op: "variable"; readonly type: AnyType; readonly name: string }
  | { readonly op: "cell"; readonly type: AnyType; readonly store: Store; readonly name: string }
  | { readonly op: "at"; readonly type: AnyType; readonly map: Node; readonly key: Node }
  | { readonly op: "field"; readonly type: AnyType; readonly record: Node; readonly field: string }
  | { readonly op: "construct"; readonly type: AnyType; readonly fields: { readonly [field: string]: Node } }
  | { readonly op: "some"; readonly type: AnyType; readonly value: Node }
  | { readonly op: "is-none"; readonly type: AnyType; readonly option: Node }
  | { readonly op: "match"; readonly type: AnyType; readonly option: Node; readonly variable: string; readonly some: Node; readonly none: Node }
  | { readonly op: "inject"; readonly type: AnyType; readonly union: Union<string, Cases>; readonly label: string; readonly payload: Node }
  | { readonly op: "not"; readonly type: AnyType; readonly of: Node }
  | { readonly op: "and" | "or"; readonly type: AnyType; readonly all: readonly Node[] }
  | { readonly op: "add"; readonly type: AnyType; readonly left: Node; readonly right: Node }
  | { readonly op: "implies" | "equal" | "less" | "at-most"; readonly type: AnyType; readonly left: Node; readonly right: Node }
  | { readonly op: "if"; readonly type: AnyType; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly op: "has"; readonly type: AnyType; readonly set: Node; readonly element: Node }
  | { readonly op: "subset" | "unite" | "minus" | "intersect"; readonly type: AnyType; readonly left: Node; readonly right: Node }
  | { readonly op: "set"; readonly type: AnyType; readonly elements: readonly Node[] }
  | { readonly op: "collect"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly where: Node }
  | { readonly op: "first"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly where: Node }
  | { readonly op: "forall" | "exists" | "count"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly where: Node }
  | { readonly op: "sum"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly value: Node }
  | { readonly op: "reaches"; readonly type: AnyType; readonly links: Node; readonly from: Node; readonly to: Node }
  | { readonly op: "tabulate"; readonly type: AnyType; readonly variable: string; readonly over: AnyType; readonly value: Node }
  | { readonly op: "apply"; readonly type: AnyType; readonly definition: Definition; readonly arguments: readonly Node[] };

export interface Parameter { readonly name: string; readonly type: AnyType }

/** A named term. It stays a node of its own, so that prints, traces and generated code can use its name. */
export interface Definition { readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Node }

/** The direct subexpressions of a node, in reading order. */
export const children = (node: Node): readonly Node[] => {
  switch (node.op) {
    case "literal": case "variable": case "cell": return [];
    case "at": return [node.map, node.key];
    case "field": return [node.record];
    case "construct": return Object.values(node.fields);
    case "some": return [node.value];
    case "is-none": return [node.option];
    case "match": return [node.option, node.some, node.none];
    case "inject": return [node.payload];
    case "not": return [node.of];
    case "and": case "or": return node.all;
    case "add": case "implies": case "equal": case "less": case "at-most":
    case "subset": case "unite": case "minus": case "intersect": return [node.left, node.right];
    case "if": return [node.condition, node.then, node.otherwise];
    case "has": return [node.set, node.element];
    case "set": return node.elements;
    case "collect": case "first": case "forall": case "exists": case "count": return [node.where];
    case "sum": case "tabulate": return [node.value];
    case "reaches": return [node.links, node.from, node.to];
    case "apply": return node.arguments;
  }
};

/** The node with other direct subexpressions; definitions stay as they are. */
export const rebuilt = (node: Node, each: (child: Node) => Node): Node => {
  switch (node.op) {
    case "literal": case "variable": case "cell": return node;
    case "at": return { ...node, map: each(node.map), key: each(node.key) };
    case "field": return { ...node, record: each(node.record) };
    case "construct": return { ...node, fields: Object.fromEntries(Object.entries(node.fields).map(([name, inner]) => [name, each(inner)])) };
    case "some": return { ...node, value: each(node.value) };
    case "is-none": return { ...node, option: each(node.option) };
    case "match": return { ...node, option: each(node.option), some: each(node.some), none: each(node.none) };
    case "inject": return { ...node, payload: each(node.payload) };
    case "not": return { ...node, of: each(node.of) };
    case "and": case "or": return { ...node, all: node.all.map(each) };
    case "add": case "implies": case "equal": case "less": case "at-most":
    case "subset": case "unite": case "minus": case "intersect": return { ...node, left: each(node.left), right: each(node.right) };
    case "if": return { ...node, condition: each(node.condition), then: each(node.then), otherwise: each(node.otherwise) };
    case "has": return { ...node, set: each(node.set), element: each(node.element) };
    case "set": return { ...node, elements: node.elements.map(each) };
    case "collect": case "first": case "forall": case "exists": case "count": return { ...node, where: each(node.where) };
    case "sum": case "tabulate": return { ...node, value: each(node.value) };
    case "reaches": return { ...node, links: each(node.links), from: each(node.from), to: each(node.to) };
    case "apply": return { ...node, arguments: node.arguments.map(each) };
  }
};

/** Visits a node and everything below it, definitions' bodies included, each definition once. */
export const visit = (root: Node, each: (node: Node) => void, entered: Set<Definition> = new Set()): void => {
  each(root);
  for (const child of children(root)) visit(child, each, entered);
  if (root.op === "apply" && !entered.has(root.definition)) {
    entered.add(root.definition);
    visit(root.definition.body, each, entered);
  }
};
