/**
 * Generated functions as WebAssembly. They are written in a small part of JavaScript: numbers are 32-bit integers or truth values, counters alone are 64-bit floats, arrays
 * have fixed addresses in one memory. The same text is run as JavaScript where it is worth no compiling, and tests compare the two.
 *
 * What makes the result fast is known of generated code alone: arrays that functions are given are the same at each place, so that functions are translated
 * once for each choice of arrays; small functions are put in place of their calls; short loops are written out, so that most indices and what constants
 * hold are numbers already. Bounds need no checks: an address past the memory ends the program, and JavaScript is what tests compare with.
 */
import type { Placed } from "../arena.ts";
import { moduleOf, op, type FunctionBody, type Import } from "./binary.ts";
import { translateBody } from "./body.ts";
import type { Given } from "./expressions.ts";
import { functionsOf } from "./functions.ts";
import type { Bound, Scope } from "./scope.ts";

/** A function to export; `addresses` are its parameters that are arrays of 32-bit numbers, of which the caller gives the addresses. The others are numbers. */
export interface Root { readonly name: string; readonly addresses: readonly string[] }

/** A parameter that is an address has an array of no name. */
const unplaced: Placed = { name: "", kind: "Int32Array", length: 0, address: 0, content: null };

/**
 * A module that exports `roots`. `textOf` gives a function by its name, `arrays` those with an address; `imported` are called in the program outside. The memory is
 * shared by threads, or not.
 * @throws Untranslatable where the text is not of the part of JavaScript that generated programs are written in.
 */
export const translate = (
  textOf: ReadonlyMap<string, string>, arrays: ReadonlyMap<string, Placed>, imported: readonly Import[], roots: readonly Root[], shared = false,
): Uint8Array<ArrayBuffer> => {
  const functions = functionsOf(textOf, new Set(imported.map(({ name }) => name)), roots.map(({ name }) => name));
  const global: Scope = { names: new Map([...arrays].map(([name, array]) => [name, { kind: "array", array }])), outer: null };
  const bodies: FunctionBody[] = [], numbers = new Map<string, number>(), waiting: (() => void)[] = [];
  const functionOf = (name: string, given: readonly Given[]): number => {
    const key = [name, ...given.map((one) => (typeof one === "string" ? one : `=${one.name}`))].join(" "), known = numbers.get(key);
    if (known !== undefined) return known;
    const at = bodies.length;
    numbers.set(key, imported.length + at);
    bodies.push({ signature: { parameters: 0, returns: false }, locals: 0, code: [] });
    waiting.push(() => {
      bodies[at] = define(name, given);
    });
    return imported.length + at;
  };
  const define = (name: string, given: readonly Given[]): FunctionBody => {
    const { body, parameters, returns } = functions.tree(name), names = new Map<string, Bound>();
    let taken = 0;
    parameters.forEach((parameter, i) => {
      const one = given[i] ?? "number";
      names.set(parameter, one === "number" ? { kind: "local", index: taken++ } : { kind: "array", array: one === "address" ? { ...unplaced, pointer: taken++ } : one });
    });
    const { locals, code } = translateBody({ functions, imported, global, functionOf }, name, taken, body, { names, outer: global });
    // A function that gives a number never ends without one.
    return { signature: { parameters: taken, returns }, locals: locals - taken, code: [...code, ...(returns ? [op.unreachable] : [])] };
  };
  const exported = roots.map(({ name, addresses }) => ({ name, index: functionOf(name, functions.tree(name).parameters.map((parameter) => (addresses.includes(parameter) ? "address" : "number"))) }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) next();
  return moduleOf(imported, bodies, exported, shared);
};
