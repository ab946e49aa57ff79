/** The functions of a program, and which of them are put in place of their calls. */
import { parseFunction } from "./parse.ts";
import { Untranslatable, type Extent, type FunctionTree } from "./tree.ts";

/** Tokens of a function that is put in place of its calls, with all that is put in place of its own. Larger limits gained nothing and took longer to translate. */
const smallEnough = 240;

export interface Functions {
  /** @throws Untranslatable if there is no such function, or it is written in a way that is not read. */
  tree(name: string): FunctionTree;
  /** Tokens of a piece of text, with those of functions that are put in place. */
  weigh(extent: Extent): number;
  /** Whether a function is small, or called once. */
  inPlace(name: string): boolean;
}

/** `textOf` gives a function by its name; `outside` are those that are called and not read, `roots` those that are called from outside. */
export const functionsOf = (textOf: ReadonlyMap<string, string>, outside: ReadonlySet<string>, roots: readonly string[]): Functions => {
  const trees = new Map<string, FunctionTree>(), sizes = new Map<string, number>(), calls = new Map<string, number>(), reached = new Set<string>();
  const read = (name: string): boolean => textOf.has(name) && !outside.has(name);
  const tree = (name: string): FunctionTree => {
    const known = trees.get(name), text = textOf.get(name);
    if (known !== undefined) return known;
    if (text === undefined) throw new Untranslatable(`there is no function ${name}`);
    const made = parseFunction(text);
    trees.set(name, made);
    return made;
  };
  const inlined = (name: string): number => (read(name) ? Math.min(sizeOf(name), smallEnough) : 0);
  const weigh = ({ tokens, calls: inside }: Extent): number => tokens + inside.reduce((sum, callee) => sum + inlined(callee), 0);
  const sizeOf = (name: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    // A function that calls itself is never put in place.
    sizes.set(name, Infinity);
    const size = weigh(tree(name).body.extent);
    sizes.set(name, size);
    return size;
  };
  const count = (name: string): void => {
    if (reached.has(name) || !read(name)) return;
    reached.add(name);
    for (const callee of tree(name).body.extent.calls) {
      calls.set(callee, (calls.get(callee) ?? 0) + 1);
      count(callee);
    }
  };
  roots.forEach(count);
  return { tree, weigh, inPlace: (name) => sizeOf(name) <= smallEnough || calls.get(name) === 1 };
};
