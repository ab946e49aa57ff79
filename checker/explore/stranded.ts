/** Whether a graph property fails in one state: a search of its own from there, which knows nothing of how the state was found. */
import { bool } from "../../spec/lang/index.ts";
import { evaluate, type Scope } from "../../spec/lang/evaluate.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { Property } from "../../spec/lang/property.ts";
import { environmentOf, scopesOf, type System } from "../../spec/lang/system.ts";
import { compile, kernelOf } from "../compile/compile.ts";
import { allowed, type Cells } from "../compile/compiled.ts";

const truth = (value: boolean): Node => ({ op: "literal", type: bool, value });

/** The system with two properties instead of its own: one is violated by the steps that the graph property allows for the binding, the other by states in which it is not attained. */
const specialised = (system: System, { bindings, by = truth(false), then, ...text }: Property, binding: Scope): System => {
  // A literal may not name a member of a scalarset; a constant may be one.
  const constantOf = (name: string): string => `${text.id} ${name}`;
  const bound = (body: Node): Node => ({
    op: "apply", type: bool, definition: { name: text.id, parameters: bindings, body },
    arguments: bindings.map(({ name, type }): Node => ({ op: "cell", store: "constant", name: constantOf(name), type })),
  });
  return {
    ...system, constants: { ...system.constants, ...Object.fromEntries(bindings.map(({ name }) => [constantOf(name), binding[name] ?? null])) },
    properties: [
      { ...text, form: "step", bindings: [], given: bound(by), then: truth(false) },
      { ...text, form: "state", bindings: [], given: truth(true), then: bound(then) },
    ],
  };
};

/**
 * How many states, counted as the search of the system counts them, the steps that a graph property allows for the binding can lead to from a state, itself among them;
 * `null` if it is attained in one of them.
 */
export const strandedIn = (system: System, property: Property, binding: Scope, state: Cells, symmetry: boolean): number | null => {
  const compiled = compile(specialised(system, property, binding), { watched: () => false, symmetry, fingerprints: false });
  const { canonical, unpack } = kernelOf(compiled.kernel), [taken] = compiled.stepChecks, [missed] = compiled.stateChecks;
  const known = new Set<string>(), reached: Cells[] = [], words = new Int32Array(compiled.packing.words);
  const reach = (cells: Cells): boolean => {
    canonical(cells, words, 0);
    const key = words.join();
    if (known.has(key)) return true;
    known.add(key);
    const representative = cells.slice();
    unpack(words, 0, representative);
    reached.push(representative);
    return missed?.violated(representative) === true;
  };
  if (!reach(state)) return null;
  const after = state.slice();
  for (let next = 0; next < reached.length; next++) {
    const before = reached[next] ?? state;
    for (let instance = 0; instance < compiled.instances.length; instance++) {
      if (compiled.outcome(before, instance) !== allowed) continue;
      compiled.apply(before, instance, after);
      if (taken?.violated(before, after, instance) === true && !reach(after)) return null;
    }
  }
  return reached.length;
};

/** The first binding for which a graph property fails in a state, with the number of states as above; `null` if it fails for none. */
export const firstStranded = (system: System, property: Property, state: System["initial"]): { readonly binding: Scope; readonly states: number } | null => {
  const environment = environmentOf(system, state), cells = compile(system).state.encode(state);
  for (const binding of scopesOf(system.bounds, property.bindings)) {
    if (evaluate(environment, binding, property.given) !== true || evaluate(environment, binding, property.then) === true) continue;
    const states = strandedIn(system, property, binding, cells, true);
    if (states !== null) return { binding, states };
  }
  return null;
};
