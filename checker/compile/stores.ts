/** Which variables the stores of a system have, with their types, and how code reads them. */
import { effectNodes } from "../../spec/lang/effect.ts";
import { visit, type Definition, type Node, type Store } from "../../spec/lang/node.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import type { AnyType } from "../../spec/lang/types.ts";
import { layoutOf, type Layout } from "./layout.ts";
import { cells, type Operand } from "./operand.ts";

/** Every expression of a transition. */
export const nodesOf = (transition: Transition): readonly Node[] =>
  [transition.enabled, ...transition.guards.map(({ condition }) => condition), ...effectNodes(transition.effects)];

/** The types of the variables of a store that the system reads; for stores that no declaration lists. */
const readFrom = (system: System, store: Store): { readonly [name: string]: AnyType } => {
  const found = new Map<string, AnyType>(), entered = new Set<Definition>();
  const note = (node: Node): void => {
    if (node.op === "cell" && node.store === store) found.set(node.name, node.type);
  };
  for (const transition of system.transitions) for (const node of nodesOf(transition)) visit(node, note, entered);
  for (const { given, then, by } of system.properties) for (const node of [given, then, ...(by === undefined ? [] : [by])]) visit(node, note, entered);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};

export interface Stores { readonly state: Layout; readonly view: Layout; readonly step: Layout; readonly constant: Layout; readonly constants: Int32Array }

export const storesOf = (system: System): Stores => {
  const constant = layoutOf(system.bounds, readFrom(system, "constant"));
  return {
    state: layoutOf(system.bounds, system.variables),
    view: layoutOf(system.bounds, system.view),
    step: layoutOf(system.bounds, readFrom(system, "step")),
    constant,
    constants: constant.encode(system.constants),
  };
};

/** How code that may be called from anywhere reads a variable. */
export const plainly = (stores: Stores) => (store: Store, name: string, type: AnyType): Operand => {
  const at = (layout: Layout): number => layout.start.get(name) ?? layout.cellOf(name, []);
  switch (store) {
    case "state": return cells(type, "s", at(stores.state));
    case "next": return cells(type, "t", at(stores.state));
    case "view": return cells(type, "v", at(stores.view));
    case "step": return cells(type, "p", at(stores.step));
    case "constant": return { form: "cells", type, array: "c", fixed: at(stores.constant), moving: { code: "0", known: 0 }, raised: 0, values: stores.constants };
  }
};
