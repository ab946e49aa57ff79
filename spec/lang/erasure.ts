/**
 * What depends on a ghost type: whether an expression, all values of the type erased, has a value that those decide. Where no condition of a transition does and no
 * effect on anything else, erasing the ghosts of a state is a bisimulation: a system that starts without them takes the same steps.
 */
import type { Effect } from "./effect.ts";
import { children, type Definition, type Node } from "./node.ts";
import type { Property } from "./property.ts";
import type { Transition } from "./transition.ts";
import { known, type AnyType } from "./types.ts";

export interface Erasure {
  /** Whether what is left of the value, the ghosts erased, depends on them. */
  readonly reads: (node: Node) => boolean;
  readonly readBy: (property: Property) => boolean;
  /** Whether a step, or what it leaves of the state, the ghosts erased, depends on them. */
  readonly steers: (transition: Transition) => boolean;
}

/** `ghost` is a named type whose members are in no key of the state. */
export const erasureOf = (ghost: AnyType): Erasure => {
  const carries = (type: AnyType): boolean => {
    const t = known(type);
    switch (t.kind) {
      case "bool": case "range": case "enum": case "scalarset": case "union": return t.name === ghost.name;
      case "option": case "set": return carries(t.of);
      case "record": return Object.values(t.fields).some(carries);
      case "map": return carries(t.key) || carries(t.value);
    }
  };
  /** Nothing is left of it. That an option is none is left. */
  const vanishes = (type: AnyType): boolean => {
    const t = known(type);
    switch (t.kind) {
      case "bool": case "range": case "enum": case "scalarset": case "union": return t.name === ghost.name;
      case "option": return false;
      case "set": return vanishes(t.of);
      case "record": return Object.values(t.fields).every(vanishes);
      case "map": return vanishes(t.value);
    }
  };

  const bodies = new Map<Definition, boolean>();
  const bodyReads = (definition: Definition): boolean => {
    const before = bodies.get(definition) ?? reads(definition.body);
    bodies.set(definition, before);
    return before;
  };
  const reads = (node: Node): boolean => {
    if (vanishes(node.type)) return false;
    switch (node.op) {
      // What only takes apart and puts together looks at no ghost that it passes on.
      case "literal": case "variable": case "cell": case "field": case "construct": case "some": case "is-none": case "match": case "if": return children(node).some(reads);
      case "apply": return children(node).some(reads) || bodyReads(node.definition);
      case "at": return carries(node.key.type) || reads(node.map) || reads(node.key);
      case "tabulate": return carries(node.over) || reads(node.value);
      case "inject": case "not": case "and": case "or": case "add": case "implies": case "equal": case "less": case "at-most": case "has": case "subset": case "unite": case "minus":
      case "intersect": case "set": case "collect": case "first": case "forall": case "exists": case "count": case "sum": case "reaches":
        return children(node).some((child) => carries(child.type) || reads(child));
    }
  };

  const touches = (effects: readonly Effect[]): boolean => effects.some((one) => {
    switch (one.kind) {
      case "assign": return !vanishes(one.place.type);
      case "each": return touches(one.effects);
      case "when": return touches(one.then) || touches(one.otherwise);
    }
  });
  const leaks = (effects: readonly Effect[]): boolean => effects.some((one) => {
    switch (one.kind) {
      case "assign": return reads(one.value) || reads(one.place);
      case "each": return leaks(one.effects);
      case "when": return (touches([one]) && reads(one.condition)) || leaks(one.then) || leaks(one.otherwise);
    }
  });
  return {
    reads,
    readBy: ({ given, then, by }) => [given, then, ...(by === undefined ? [] : [by])].some(reads),
    steers: ({ enabled, guards, effects }) => [enabled, ...guards.map(({ condition }) => condition)].some(reads) || leaks(effects),
  };
};
