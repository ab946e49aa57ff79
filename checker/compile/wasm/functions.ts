/** The functions of a program, and which of them are put in place of their calls. */
import { shapeOf, type Shape } from "./shape.ts";
import { Untranslatable, walk, type Node } from "./tree.ts";

/** Nodes of a function that is put in place of its calls, with all that is put in place of its own. Larger limits gained nothing and took longer to translate. */
const smallEnough = 160;

export interface Functions {
  /** @throws Untranslatable if there is no such function, or it is written in a way that is not read. */
  shape(name: string): Shape;
  /** Nodes below a node, with those of functions that are put in place. */
  weigh(node: Node): number;
  /** Whether a function is small, or called once. */
  inPlace(name: string): boolean;
}

/** `textOf` gives a function by its name; `outside` are those that are called and not read, `roots` those that are called from outside. */
export const functionsOf = (textOf: ReadonlyMap<string, string>, outside: ReadonlySet<string>, roots: readonly string[]): Functions => {
  const shapes = new Map<string, Shape>(), sizes = new Map<string, number>(), calls = new Map<string, number>(), reached = new Set<string>();
  const read = (name: string): boolean => textOf.has(name) && !outside.has(name);
  const shape = (name: string): Shape => {
    const known = shapes.get(name), text = textOf.get(name);
    if (known !== undefined) return known;
    if (text === undefined) throw new Untranslatable(`there is no function ${name}`);
    const made = shapeOf(text);
    shapes.set(name, made);
    return made;
  };
  const inlined = (name: string): number => (read(name) ? Math.min(sizeOf(name), smallEnough) : 0);
  const sizeOf = (name: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    // A function that calls itself is never put in place.
    sizes.set(name, Infinity);
    const { nodes, calls: inside } = shape(name), size = nodes + inside.reduce((sum, callee) => sum + inlined(callee), 0);
    sizes.set(name, size);
    return size;
  };
  const weights = new WeakMap<Node, number>();
  const weigh = (node: Node): number => {
    const known = weights.get(node);
    if (known !== undefined) return known;
    let size = 0;
    walk(node, (one) => {
      size += one.type === "Call" ? 1 + inlined(one.callee) : 1;
    });
    weights.set(node, size);
    return size;
  };
  const count = (name: string): void => {
    if (reached.has(name) || !read(name)) return;
    reached.add(name);
    for (const callee of shape(name).calls) {
      calls.set(callee, (calls.get(callee) ?? 0) + 1);
      count(callee);
    }
  };
  roots.forEach(count);
  return { shape, weigh, inPlace: (name) => sizeOf(name) <= smallEnough || calls.get(name) === 1 };
};
