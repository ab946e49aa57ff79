/** Which bits of which 32-bit words hold which cells. */
import { everyEffect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Cells } from "./compiled.ts";
import { elementsOf } from "./elements.ts";
import { leafCardinality, type Layout, type Leaf } from "./layout.ts";

export interface Field { readonly cell: number; readonly word: number; readonly shift: number; readonly bits: number }

export interface Packing {
  /** 32-bit words of a packed state. */
  readonly words: number;
  readonly bits: number;
  readonly fields: readonly Field[];
  /** A state whose cells that are not packed hold what they always hold. */
  readonly template: Cells;
}

/** Whether an effect with this place may write the leaf: keys that are not literals may be any. */
const mayWrite = (place: Node, leaf: Leaf): boolean => {
  const steps: (Node | string)[] = [];
  let at = place;
  while (at.op !== "cell") {
    if (at.op === "at") {
      steps.unshift(at.key);
      at = at.map;
    } else if (at.op === "field") {
      steps.unshift(at.field);
      at = at.record;
    } else return true;
  }
  return at.name === leaf.variable && steps.every((step, i) => typeof step !== "string" || leaf.path[i] === undefined || leaf.path[i] === step);
};

/**
 * Cells that no transition writes are constant and take no bits, nor do elements that no transition can put into a set. `kept` are those that must be packed all the same, because
 * canonical states move them about.
 */
export const packingOf = (system: System, layout: Layout, kept: (cell: number) => boolean): Packing => {
  const places = system.transitions.flatMap(({ effects }) => everyEffect(effects).flatMap((effect) => (effect.kind === "assign" ? [effect.place] : [])));
  const elements = elementsOf(system, layout), template = layout.encode(system.initial), fields: Field[] = [], free: number[] = [];
  layout.leaves.forEach((leaf, cell) => {
    const possible = elements(leaf), size = leafCardinality(system.bounds, leaf), bits = possible ?? (size <= 1 ? 0 : 32 - Math.clz32(size - 1));
    if (bits === 0 || !(kept(cell) || places.some((place) => mayWrite(place, leaf)))) return;
    let word = free.findIndex((rest) => rest >= bits);
    if (word < 0) word = free.push(32) - 1;
    const shift = 32 - (free[word] ?? 0);
    free[word] = (free[word] ?? 0) - bits;
    fields.push({ cell, word, shift, bits });
  });
  return { words: Math.max(1, free.length), bits: fields.reduce((sum, { bits }) => sum + bits, 0), fields, template };
};
