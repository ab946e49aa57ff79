/**
 * A system without what concerns types that have no members: no gates, no devices. What is said of all of them holds, what is said of one does not; a variable about
 * them that can have only one value says nothing. The oracle and the compiler need none of this; other checkers' languages have no empty types.
 */
import type { Effect } from "./effect.ts";
import { rebuilt, type Definition, type Node } from "./node.ts";
import type { System } from "./system.ts";
import { known, type AnyType, type Bounds } from "./types.ts";
import { cardinality, leastValue, type Value } from "./value.ts";

interface Context { readonly bounds: Bounds; readonly variables: Map<string, AnyType>; readonly definitions: Map<Definition, Definition> }

const literal = (type: AnyType, value: Value): Node => ({ op: "literal", type, value });

const isEmpty = ({ bounds }: Context, type: AnyType): boolean => cardinality(bounds, type) === 0;

/** What a binder over nothing comes to. */
const overNothing = (context: Context, node: Node): Node | null => {
  switch (node.op) {
    case "forall": return isEmpty(context, node.over) ? literal(node.type, true) : null;
    case "exists": return isEmpty(context, node.over) ? literal(node.type, false) : null;
    case "count": case "sum": case "collect": return isEmpty(context, node.over) ? literal(node.type, 0) : null;
    case "first": return isEmpty(context, node.over) ? literal(node.type, null) : null;
    case "tabulate": return isEmpty(context, node.over) ? literal(node.type, []) : null;
    default: return null;
  }
};

/** A variable of the type is about members of an empty type. */
const concernsNothing = (context: Context, type: AnyType): boolean => {
  const t = known(type), parts = t.kind === "map" ? [t.key, t.value] : t.kind === "option" || t.kind === "set" ? [t.of] : t.kind === "record" ? Object.values(t.fields) : [];
  return isEmpty(context, type) || parts.some((part) => concernsNothing(context, part));
};

const isLiteral = (node: Node, value: Value): boolean => node.op === "literal" && node.value === value;

/** The node without what its parts, now settled, decide. */
const settled = (context: Context, node: Node): Node => {
  switch (node.op) {
    case "match": return isLiteral(node.option, null) ? node.none : node;
    case "is-none": return isLiteral(node.option, null) ? literal(node.type, true) : node;
    case "not": return node.of.op === "literal" ? literal(node.type, node.of.value !== true) : node;
    case "and": case "or": {
      const neutral = node.op === "and", all = node.all.filter((one) => !isLiteral(one, neutral)), [only] = all;
      if (all.some((one) => isLiteral(one, !neutral))) return literal(node.type, !neutral);
      return only === undefined ? literal(node.type, neutral) : all.length === 1 ? only : { ...node, all };
    }
    case "implies": return isLiteral(node.left, false) || isLiteral(node.right, true) ? literal(node.type, true) : isLiteral(node.left, true) ? node.right : node;
    case "if": return isLiteral(node.condition, true) ? node.then : isLiteral(node.condition, false) ? node.otherwise : node;
    // What is left out has one value.
    case "equal": return concernsNothing(context, node.left.type) && cardinality(context.bounds, node.left.type) <= 1 ? literal(node.type, true) : node;
    // A map without keys is never asked either.
    case "at": return isEmpty(context, node.key.type) ? literal(node.type, leastValue(context.bounds, node.type)) : node;
    case "apply": return node.definition.body.op === "literal" ? node.definition.body : node;
    default: return node;
  }
};

const definitionIn = (context: Context, definition: Definition): Definition => {
  const known = context.definitions.get(definition);
  if (known !== undefined) return known;
  const made = { ...definition, body: nodeIn(context, definition.body) };
  context.definitions.set(definition, made);
  return made;
};

const nodeIn = (context: Context, node: Node): Node => {
  const nothing = overNothing(context, node);
  if (nothing !== null) return nothing;
  if (node.op === "cell" && (node.store === "state" || node.store === "next") && !context.variables.has(node.name)) {
    return literal(node.type, leastValue(context.bounds, node.type));
  }
  if (node.op === "apply") {
    // A definition of something that does not exist is never asked.
    if (node.definition.parameters.some(({ type }) => isEmpty(context, type))) return literal(node.type, leastValue(context.bounds, node.type));
    return settled(context, { ...node, definition: definitionIn(context, node.definition), arguments: node.arguments.map((one) => nodeIn(context, one)) });
  }
  return settled(context, rebuilt(node, (child) => nodeIn(context, child)));
};

const rootOf = (place: Node): string => {
  switch (place.op) {
    case "cell": return place.name;
    case "at": return rootOf(place.map);
    case "field": return rootOf(place.record);
    default: throw new RangeError(`${place.op} is not a place`);
  }
};

const effectsIn = (context: Context, effects: readonly Effect[]): readonly Effect[] => effects.flatMap((effect): readonly Effect[] => {
  switch (effect.kind) {
    case "assign": return context.variables.has(rootOf(effect.place)) ? [{ ...effect, place: nodeIn(context, effect.place), value: nodeIn(context, effect.value) }] : [];
    case "each": return isEmpty(context, effect.over) ? [] : [{ ...effect, effects: effectsIn(context, effect.effects) }];
    case "when": return [{ ...effect, condition: nodeIn(context, effect.condition), then: effectsIn(context, effect.then), otherwise: effectsIn(context, effect.otherwise) }];
  }
});

/** The same transition system: as many states, transitions and violations. Properties of what does not exist are left out. */
export const inhabited = (system: System): System => {
  const { bounds } = system;
  const context: Context = { bounds, variables: new Map(), definitions: new Map() };
  const variables = Object.entries(system.variables).filter(([, type]) => cardinality(bounds, type) > 1 || !concernsNothing(context, type));
  for (const [name, type] of variables) context.variables.set(name, type);
  const exists = ({ type }: { readonly type: AnyType }): boolean => !isEmpty(context, type);
  return {
    ...system,
    variables: Object.fromEntries(variables),
    initial: Object.fromEntries(Object.entries(system.initial).filter(([name]) => context.variables.has(name))),
    transitions: system.transitions.filter(({ parameters }) => parameters.every(exists)).map((transition) => ({
      ...transition,
      enabled: nodeIn(context, transition.enabled),
      guards: transition.guards.map((guard) => ({ ...guard, condition: nodeIn(context, guard.condition) })),
      effects: effectsIn(context, transition.effects),
    })),
    properties: system.properties.filter(({ bindings }) => bindings.every(exists))
      .map((property) => ({ ...property, given: nodeIn(context, property.given), then: nodeIn(context, property.then), ...(property.by === undefined ? {} : { by: nodeIn(context, property.by) }) })),
  };
};
