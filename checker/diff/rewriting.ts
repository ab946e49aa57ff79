/** Expressions and effects in which variables mean something else: how one specification speaks of two systems at once, and how labels are left out of it. */
import type { Effect } from "../../spec/lang/effect.ts";
import { rebuilt, visit, type Definition, type Node } from "../../spec/lang/node.ts";

export type Cell = Extract<Node, { readonly op: "cell" }>;

export interface Rewriting {
  readonly node: (node: Node) => Node;
  readonly effects: (effects: readonly Effect[]) => readonly Effect[];
}

/** Rewrites every variable of a store by `each`; what mentions none that changes stays the same object. `suffix` tells rewritten definitions from theirs. */
export const rewriting = (each: (cell: Cell) => Node, suffix: string): Rewriting => {
  const definitions = new Map<Definition, Definition>();
  const definition = (of: Definition): Definition => {
    const known = definitions.get(of);
    if (known !== undefined) return known;
    const body = node(of.body), made = body === of.body ? of : { ...of, name: `${of.name}${suffix}`, body };
    definitions.set(of, made);
    return made;
  };
  const node = (of: Node): Node => {
    if (of.op === "cell") return each(of);
    let changed = false;
    const noted = (before: Node): Node => {
      const after = node(before);
      if (after !== before) changed = true;
      return after;
    };
    const inside = rebuilt(of, noted);
    if (inside.op !== "apply") return changed ? inside : of;
    const called = definition(inside.definition);
    return changed || called !== inside.definition ? { ...inside, definition: called } : of;
  };
  const effects = (of: readonly Effect[]): readonly Effect[] => of.map((effect): Effect => {
    switch (effect.kind) {
      case "assign": return { ...effect, place: node(effect.place), value: node(effect.value) };
      case "each": return { ...effect, effects: effects(effect.effects) };
      case "when": return { ...effect, condition: node(effect.condition), then: effects(effect.then), otherwise: effects(effect.otherwise) };
    }
  });
  return { node, effects };
};

/** The variable that a place is part of. */
export const rootOf = (place: Node): string => {
  switch (place.op) {
    case "cell": return place.name;
    case "at": return rootOf(place.map);
    case "field": return rootOf(place.record);
    default: throw new RangeError(`${place.op} is not a place`);
  }
};

/** Only the assignments to variables that are `kept`. */
export const assigning = (effects: readonly Effect[], kept: (variable: string) => boolean): readonly Effect[] => effects.flatMap((effect): readonly Effect[] => {
  switch (effect.kind) {
    case "assign": return kept(rootOf(effect.place)) ? [effect] : [];
    case "each": {
      const inside = assigning(effect.effects, kept);
      return inside.length === 0 ? [] : [{ ...effect, effects: inside }];
    }
    case "when": {
      const then = assigning(effect.then, kept), otherwise = assigning(effect.otherwise, kept);
      return then.length + otherwise.length === 0 ? [] : [{ ...effect, then, otherwise }];
    }
  }
});

/** Whether an expression reads one of the variables. */
export const reads = (node: Node, one: (cell: Cell) => boolean): boolean => {
  let found = false;
  visit(node, (inner) => {
    if (inner.op === "cell" && one(inner)) found = true;
  });
  return found;
};

/** Variables whose new value, or whether they get one, depends on something that `one` picks. */
export const touchedBy = (effects: readonly Effect[], one: (cell: Cell) => boolean, under = false): readonly string[] => effects.flatMap((effect): readonly string[] => {
  switch (effect.kind) {
    case "assign": return under || reads(effect.value, one) ? [rootOf(effect.place)] : [];
    case "each": return touchedBy(effect.effects, one, under);
    case "when": return touchedBy([...effect.then, ...effect.otherwise], one, under || reads(effect.condition, one));
  }
});
