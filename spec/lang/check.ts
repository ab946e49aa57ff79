/** Static checks of a whole system: what an evaluator, a compiler and a reader take for granted afterwards. */
import { checkEffects, checkWrittenOnce } from "./check-effects.ts";
import { checkNode, checkType, fail, type Reading } from "./check-types.ts";
import type { Node, Store } from "./node.ts";
import type { Property } from "./property.ts";
import { instancesOf, type System } from "./system.ts";
import type { Transition } from "./transition.ts";
import type { AnyType } from "./types.ts";
import { isValue } from "./value.ts";

const checkCondition = (path: string, reading: Reading, scope: ReadonlyMap<string, AnyType>, node: Node): void => {
  checkNode(path, reading, scope, node);
  if (node.type.kind !== "bool") fail(path, `expected a bool, found ${node.type.name}`);
};

const checkTransition = (system: System, reading: Reading, transition: Transition): void => {
  const { kind, name, parameters, enabled, guards, effects } = transition;
  for (const parameter of parameters) checkType(`${name}.${parameter.name}`, system.bounds, parameter.type);
  if (new Set(parameters.map((parameter) => parameter.name)).size !== parameters.length) fail(name, "two parameters have one name");
  const scope = new Map(parameters.map((parameter) => [parameter.name, parameter.type]));
  checkCondition(`${name}.enabled`, reading, scope, enabled);
  const ids = new Set<string>();
  for (const { id, condition } of guards) {
    if (ids.has(id)) fail(name, `two guards have the id ${id}`);
    ids.add(id);
    checkCondition(`${name}.guard.${id}`, reading, scope, condition);
  }
  if (kind === "move" && guards.length > 0) fail(name, "a move has guards");
  checkEffects(`${name}.effects`, reading, scope, effects);
  checkWrittenOnce(system.bounds, system.constants, transition);
};

/** Which stores an expression may read, by the form of its property or as part of a transition. */
const readable: { readonly [K in Exclude<Property["form"], "graph"> | "transition"]: readonly Store[] } = {
  transition: ["state", "constant"],
  state: ["state", "constant"],
  step: ["state", "next", "step", "constant"],
  view: ["state", "view", "step", "constant"],
};

/**
 * Checks a system.
 * @throws SpecificationError with the way to the first thing that is wrong and what it is.
 */
export const checkSystem = (system: System): void => {
  const { bounds, variables, view, constants, initial, transitions, properties } = system;
  for (const [name, type] of [...Object.entries(variables), ...Object.entries(view)]) checkType(name, bounds, type);
  for (const [name, type] of Object.entries(variables)) {
    const value = initial[name];
    if (value === undefined) fail(name, "the initial state does not say what it is");
    else if (!isValue(bounds, type, value)) fail(name, `its initial value is no ${type.name}`);
  }
  for (const name of system.symmetric) if (bounds[name]?.lo !== 0) fail(name, "it is symmetric and no scalarset");
  if (new Set(transitions.map(({ name }) => name)).size !== transitions.length) fail(system.name, "two transitions have one name");

  const assumed = new Map<string, AnyType>();
  const described = transitions.flatMap((transition) => instancesOf(bounds, transition).slice(0, 1)).map((instance) => ({ by: instance.transition.name, step: system.describe(instance) }));
  /** The type of a variable that has values and no declaration, if every value is one of it. What only views read of a step may be added by who shows them. */
  const assume = (store: "constant" | "step", name: string, type: AnyType, mayLack: boolean): AnyType | undefined => {
    const before = assumed.get(`${store} ${name}`);
    if (before !== undefined) return before;
    const values = store === "constant" ? [{ by: "constants", value: constants[name] }] : described.map(({ by, step }) => ({ by, value: step[name] }));
    if (!mayLack && values.some(({ value }) => value === undefined)) return undefined;
    for (const { by, value } of values) if (value !== undefined && !isValue(bounds, type, value)) fail(`${by}.${name}`, `its value is no ${type.name}`);
    assumed.set(`${store} ${name}`, type);
    return type;
  };
  const readingOf = (what: keyof typeof readable): Reading => ({
    bounds, checked: new Set(),
    declared: (store, name, read) => {
      if (!readable[what].includes(store)) return undefined;
      switch (store) {
        case "state": case "next": return variables[name];
        case "view": return view[name];
        case "constant": case "step": return assume(store, name, read, what === "view");
      }
    },
  });

  const ofTransitions = readingOf("transition");
  for (const transition of transitions) checkTransition(system, ofTransitions, transition);
  const ofForm = { state: readingOf("state"), step: readingOf("step"), view: readingOf("view") };
  for (const { id, form, bindings, given, then, by } of properties) {
    for (const { name, type } of bindings) checkType(`${id}.${name}`, bounds, type);
    const scope = new Map(bindings.map(({ name, type }) => [name, type])), reading = ofForm[form === "graph" ? "state" : form];
    checkCondition(`${id}.given`, reading, scope, given);
    checkCondition(`${id}.then`, reading, scope, then);
    if ((form === "graph") !== (by !== undefined)) fail(id, "a graph property, and no other, says by which steps");
    if (by !== undefined) checkCondition(`${id}.by`, ofForm.step, scope, by);
    // States are counted up to renaming of these, and a run from one of them would have to be followed under every name.
    const renamed = form === "graph" ? bindings.find(({ type }) => system.symmetric.includes(type.name)) : undefined;
    if (renamed !== undefined) fail(`${id}.${renamed.name}`, "a graph property binds no member of a symmetric scalarset");
  }
};
