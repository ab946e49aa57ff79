/** What names stand for while a function is translated. */
import type { Placed } from "../arena.ts";
import { Untranslatable } from "./tree.ts";

/** `pointer` is the local that holds its address, for an array that has none of its own. */
export type Reachable = Placed & { readonly pointer?: number };
export type Bound = { readonly kind: "number"; readonly value: number } | { readonly kind: "local"; readonly index: number } | { readonly kind: "array"; readonly array: Reachable };

/** Names that are bound here, which hide those of `outer`. */
export interface Scope { readonly names: ReadonlyMap<string, Bound>; readonly outer: Scope | null }

/** What a name stands for. @throws Untranslatable if there is no such name. */
export const lookUp = (scope: Scope, name: string): Bound => {
  for (let inner: Scope | null = scope; inner !== null; inner = inner.outer) {
    const found = inner.names.get(name);
    if (found !== undefined) return found;
  }
  throw new Untranslatable(`nothing is named ${name}`);
};

/** The array that a name stands for. @throws Untranslatable if that is none. */
export const arrayOf = (scope: Scope, name: string): Reachable => {
  const found = lookUp(scope, name);
  if (found.kind !== "array") throw new Untranslatable("an array is expected");
  return found.array;
};
