/**
 * The oracle: the meaning of expressions and effects, written to be obviously right. Everything faster is compared with it.
 */
import { SpecificationError } from "./construction.ts";
import type { Effect } from "./effect.ts";
import type { Node, Store } from "./node.ts";
import type { AnyType, Bounds } from "./types.ts";
import { caseOffset, equal, rank, valuesOf, type RecordValue, type Value } from "./value.ts";

/** The variables of one store by name. */
export type Valuation = { readonly [variable: string]: Value };

export interface Environment {
  readonly bounds: Bounds;
  readonly stores: { readonly [S in Store]?: Valuation };
}

/** Parameters and bound variables. */
export type Scope = { readonly [variable: string]: Value };

/** @throws SpecificationError if a store or a variable that the expression reads is not there; well-typed expressions are total otherwise. */
export const evaluate = (environment: Environment, scope: Scope, node: Node): Value => {
  const { bounds } = environment;
  const value = (inner: Node): Value => evaluate(environment, scope, inner);
  const truth = (inner: Node): boolean => value(inner) === true;
  const number = (inner: Node): number => value(inner) as number;
  const members = (over: AnyType, variable: string, where: Node): readonly Value[] =>
    valuesOf(bounds, over).filter((member) => evaluate(environment, { ...scope, [variable]: member }, where) === true);

  switch (node.op) {
    case "literal": return node.value;
    case "variable": return present(scope[node.name], `variable ${node.name}`);
    case "cell": return present(environment.stores[node.store]?.[node.name], `${node.store} variable ${node.name}`);
    case "at": return present((value(node.map) as readonly Value[])[rank(bounds, node.key.type, value(node.key))], "map entry");
    case "field": return present((value(node.record) as RecordValue)[node.field], `field ${node.field}`);
    case "construct": return Object.fromEntries(Object.entries(node.fields).map(([field, of]) => [field, value(of)]));
    case "some": return value(node.value);
    case "is-none": return value(node.option) === null;
    case "match": {
      const inside = value(node.option);
      return inside === null ? value(node.none) : evaluate(environment, { ...scope, [node.variable]: inside }, node.some);
    }
    case "inject": {
      const offset = caseOffset(bounds, node.union.cases, node.label);
      return node.union.cases[node.label] === null ? offset : offset + rank(bounds, node.payload.type, value(node.payload));
    }
    case "not": return !truth(node.of);
    case "and": return node.all.every(truth);
    case "or": return node.all.some(truth);
    case "implies": return !truth(node.left) || truth(node.right);
    case "equal": return equal(value(node.left), value(node.right));
    case "less": return number(node.left) < number(node.right);
    case "at-most": return number(node.left) <= number(node.right);
    case "if": return truth(node.condition) ? value(node.then) : value(node.otherwise);
    case "has": return ((number(node.set) >>> rank(bounds, node.element.type, value(node.element))) & 1) === 1;
    case "subset": return (number(node.left) & ~number(node.right)) === 0;
    case "unite": return number(node.left) | number(node.right);
    case "minus": return number(node.left) & ~number(node.right);
    case "intersect": return number(node.left) & number(node.right);
    case "set": return node.elements.reduce((mask, element) => mask | (1 << rank(bounds, element.type, value(element))), 0);
    case "collect": return members(node.over, node.variable, node.where).reduce<number>((mask, member) => mask | (1 << rank(bounds, node.over, member)), 0);
    case "first": return members(node.over, node.variable, node.where)[0] ?? null;
    case "forall": return members(node.over, node.variable, node.where).length === valuesOf(bounds, node.over).length;
    case "exists": return members(node.over, node.variable, node.where).length > 0;
    case "count": return members(node.over, node.variable, node.where).length;
    case "add": return number(node.left) + number(node.right);
    case "sum": return valuesOf(bounds, node.over)
      .reduce<number>((total, member) => total + (evaluate(environment, { ...scope, [node.variable]: member }, node.value) as number), 0);
    case "reaches": {
      const links = value(node.links) as readonly Value[], to = value(node.to);
      let at = links[rank(bounds, node.from.type, value(node.from))] ?? null;
      // A chain longer than the type has members is a cycle; everything on it has been seen by then.
      for (let steps = 0; steps < links.length && at !== null; steps++) {
        if (equal(at, to)) return true;
        at = links[rank(bounds, node.from.type, at)] ?? null;
      }
      return false;
    }
    case "tabulate": return valuesOf(bounds, node.over).map((key) => evaluate(environment, { ...scope, [node.variable]: key }, node.value));
    case "apply": {
      const inner = Object.fromEntries(node.definition.parameters.map((parameter, i) => [parameter.name, value(node.arguments[i] as Node)]));
      return evaluate(environment, inner, node.definition.body);
    }
  }
};

const present = (found: Value | undefined, what: string): Value => {
  if (found === undefined) throw new SpecificationError(`nothing says what the ${what} is`);
  return found;
};

/** Path of a cell below a state variable: the rank of each map key, the name of each field. */
export type Path = readonly (number | string)[];
export interface Write { readonly variable: string; readonly path: Path; readonly value: Value }

const resolve = (environment: Environment, scope: Scope, place: Node): { readonly variable: string; readonly path: Path } => {
  switch (place.op) {
    case "cell": return { variable: place.name, path: [] };
    case "at": {
      const outer = resolve(environment, scope, place.map);
      return { variable: outer.variable, path: [...outer.path, rank(environment.bounds, place.key.type, evaluate(environment, scope, place.key))] };
    }
    case "field": {
      const outer = resolve(environment, scope, place.record);
      return { variable: outer.variable, path: [...outer.path, place.field] };
    }
    default: throw new SpecificationError(`${place.op} is not a place`);
  }
};

/** The writes of effects in a state, in order. */
export const writesOf = (environment: Environment, scope: Scope, effects: readonly Effect[]): readonly Write[] => effects.flatMap((effect) => {
  switch (effect.kind) {
    case "assign": return [{ ...resolve(environment, scope, effect.place), value: evaluate(environment, scope, effect.value) }];
    case "each": return valuesOf(environment.bounds, effect.over)
      .flatMap((member) => writesOf(environment, { ...scope, [effect.variable]: member }, effect.effects));
    case "when": return writesOf(environment, scope, evaluate(environment, scope, effect.condition) === true ? effect.then : effect.otherwise);
  }
});

const overlap = (a: Path, b: Path): boolean => a.slice(0, b.length).every((step, i) => step === b[i]);

const written = (value: Value, path: Path, leaf: Value): Value => {
  const [step, ...rest] = path;
  if (step === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item: Value, i) => (i === step ? written(item, rest, leaf) : item));
  const record = value as RecordValue;
  return { ...record, [step]: written(record[step] as Value, rest, leaf) };
};

/**
 * The state after simultaneous effects.
 * @throws SpecificationError if two of them write the same cell.
 */
export const applyEffects = (environment: Environment, scope: Scope, effects: readonly Effect[]): Valuation => {
  const writes = writesOf(environment, scope, effects);
  writes.forEach((one, i) => {
    const twice = writes.slice(0, i).find((other) => other.variable === one.variable && overlap(one.path, other.path));
    if (twice !== undefined) throw new SpecificationError(`${one.variable}${one.path.map((step) => `[${step}]`).join("")} is written twice`);
  });
  const next: { [variable: string]: Value } = { ...environment.stores.state };
  for (const { variable, path, value } of writes) next[variable] = written(next[variable] as Value, path, value);
  return next;
};
