/**
 * Watches what is built while a call, move, property or definition is constructed, so that what is built and then dropped is
 * an error. JavaScript's `&&` between two expression objects compiles and silently forgets the left one; here it is caught.
 */
import { children, type Node } from "./node.ts";

export class SpecificationError extends Error {
  override readonly name = "SpecificationError";
}

interface Watch { readonly conditions: Set<Node>; readonly effects: Set<object> }

let watching: Watch | null = null;
let depth = 0;

export const noteCondition = (node: Node): void => {
  if (watching !== null && node.type.kind === "bool") watching.conditions.add(node);
};

export const noteEffect = (effect: object): void => {
  watching?.effects.add(effect);
};

/** A name for a bound variable: distinct from those of the binders around it, the same on every load. */
export const bind = <R>(typeName: string, body: (name: string) => R): R => {
  depth++;
  try {
    return body(`${typeName.toLowerCase()}${depth}`);
  } finally {
    depth--;
  }
};

const reach = (node: Node, seen: Set<Node>): void => {
  if (seen.has(node)) return;
  seen.add(node);
  for (const child of children(node)) reach(child, seen);
};

/**
 * Runs `build`, then checks that every condition and effect made on the way is part of the result.
 * @throws SpecificationError naming what was dropped.
 */
export const complete = <R>(
  what: string, build: () => R, used: (result: R) => { readonly nodes: readonly Node[]; readonly effects: readonly object[] },
): R => {
  const outer = watching;
  const mine: Watch = { conditions: new Set(), effects: new Set() };
  watching = mine;
  try {
    const result = build();
    const { nodes, effects } = used(result);
    const seen = new Set<Node>();
    for (const node of nodes) reach(node, seen);
    for (const node of mine.conditions) {
      if (!seen.has(node)) throw new SpecificationError(`${what}: a condition (${node.op}) is built and not used; combine conditions with and, or, not`);
    }
    const returned = new Set(effects);
    for (const effect of mine.effects) {
      if (!returned.has(effect)) throw new SpecificationError(`${what}: an effect is built and not returned`);
    }
    return result;
  } finally {
    watching = outer;
  }
};
