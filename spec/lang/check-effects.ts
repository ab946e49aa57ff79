/** Whether effects write places that they may write, and each cell once. */
import { checkNode, checkType, fail, type Reading } from "./check-types.ts";
import type { Effect } from "./effect.ts";
import { evaluate, type Environment, type Scope } from "./evaluate.ts";
import { visit, type Node } from "./node.ts";
import type { Transition } from "./transition.ts";
import type { AnyType, Bounds } from "./types.ts";
import { cardinality, rank, valuesOf } from "./value.ts";

/** Which cells a place is must not depend on the state. */
const checkKey = (path: string, key: Node): void => {
  visit(key, (inner) => {
    if (inner.op === "cell" && inner.store !== "constant") fail(path, `a place is indexed by the ${inner.store} variable ${inner.name}`);
  });
};

const checkPlace = (path: string, place: Node): void => {
  switch (place.op) {
    case "cell":
      if (place.store !== "state") fail(path, `the ${place.store} variable ${place.name} is written`);
      break;
    case "at":
      checkKey(path, place.key);
      checkPlace(path, place.map);
      break;
    case "field": checkPlace(path, place.record); break;
    default: fail(path, `${place.op} is not a place`);
  }
};

/** Checks the types and places of effects. */
export const checkEffects = (path: string, reading: Reading, scope: ReadonlyMap<string, AnyType>, effects: readonly Effect[]): void => {
  effects.forEach((effect, i) => {
    const here = `${path}.${i}`;
    switch (effect.kind) {
      case "assign":
        checkNode(`${here}.place`, reading, scope, effect.place);
        checkNode(`${here}.value`, reading, scope, effect.value);
        if (effect.value.type.name !== effect.place.type.name) fail(here, `${effect.value.type.name} is written where ${effect.place.type.name} is`);
        checkPlace(here, effect.place);
        break;
      case "each":
        checkType(here, reading.bounds, effect.over);
        checkEffects(here, reading, new Map([...scope, [effect.variable, effect.over]]), effect.effects);
        break;
      case "when":
        checkNode(`${here}.condition`, reading, scope, effect.condition);
        if (effect.condition.type.kind !== "bool") fail(`${here}.condition`, `expected a bool, found ${effect.condition.type.name}`);
        checkEffects(`${here}.then`, reading, scope, effect.then);
        checkEffects(`${here}.otherwise`, reading, scope, effect.otherwise);
        break;
    }
  });
};

/** A cell or a part of several, as text; parts of one begin with it. */
const resolve = (path: string, environment: Environment, scope: Scope, place: Node): string => {
  switch (place.op) {
    case "cell": return `${place.name}/`;
    case "at": {
      const key = rank(environment.bounds, place.key.type, evaluate(environment, scope, place.key));
      if (key < 0 || key >= cardinality(environment.bounds, place.key.type)) fail(path, `a place is indexed outside ${place.key.type.name}`);
      return `${resolve(path, environment, scope, place.map)}${key}/`;
    }
    case "field": return `${resolve(path, environment, scope, place.record)}${place.field}/`;
    default: return fail(path, `${place.op} is not a place`);
  }
};

/** The parts that an instance may write, in both branches of every `when`. */
const written = (path: string, environment: Environment, scope: Scope, effects: readonly Effect[]): ReadonlySet<string> => {
  const all = new Set<string>(), above = new Set<string>();
  const add = (parts: ReadonlySet<string>): void => {
    for (const part of parts) {
      const prefixes = [...part.matchAll(/\//g)].map(({ index }) => part.slice(0, index + 1));
      if (above.has(part) || prefixes.some((prefix) => all.has(prefix))) fail(path, `${part.slice(0, -1)} is written twice`);
    }
    for (const part of parts) {
      all.add(part);
      for (const { index } of part.matchAll(/\//g)) above.add(part.slice(0, index + 1));
    }
  };
  for (const effect of effects) {
    switch (effect.kind) {
      case "assign": add(new Set([resolve(path, environment, scope, effect.place)])); break;
      case "each":
        for (const member of valuesOf(environment.bounds, effect.over)) add(written(path, environment, { ...scope, [effect.variable]: member }, effect.effects));
        break;
      case "when": {
        const then = written(path, environment, scope, effect.then), otherwise = written(path, environment, scope, effect.otherwise);
        add(new Set([...then, ...otherwise]));
        break;
      }
    }
  }
  return all;
};

const placesIn = (effects: readonly Effect[]): readonly Node[] => effects.flatMap((effect) => {
  switch (effect.kind) {
    case "assign": return [effect.place];
    case "each": return placesIn(effect.effects);
    case "when": return [...placesIn(effect.then), ...placesIn(effect.otherwise)];
  }
});

/** Tries every instance, as far as its parameters say where it writes. */
export const checkWrittenOnce = (bounds: Bounds, constants: Scope, { name, parameters, effects }: Transition): void => {
  const read = new Set<string>();
  for (const place of placesIn(effects)) {
    visit(place, (node) => {
      if (node.op === "variable") read.add(node.name);
    });
  }
  const environment: Environment = { bounds, stores: { constant: constants } };
  const scopes = parameters.filter((parameter) => read.has(parameter.name)).reduce<readonly Scope[]>(
    (all, parameter) => all.flatMap((scope) => valuesOf(bounds, parameter.type).map((value) => ({ ...scope, [parameter.name]: value }))), [{}],
  );
  for (const scope of scopes) written(`${name}.effects`, environment, scope, effects);
};
