/** Simultaneous effects as the next values of variables. */
import { SpecificationError } from "../../spec/lang/construction.ts";
import type { Effect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import { known, type AnyType } from "../../spec/lang/types.ts";
import { tlaExpression, tlaType, type TlaNames, type TlaScope } from "./tla-expression.ts";

type Step = { readonly key: Node } | { readonly field: string };

/** A write under the loops and conditions around it. Loop variables are named by the specification. */
interface Write { readonly variable: string; readonly steps: readonly Step[]; readonly conditions: readonly { readonly node: Node; readonly holds: boolean }[]; readonly loops: readonly string[]; readonly value: Node }

const placeOf = (place: Node): { readonly variable: string; readonly steps: readonly Step[] } => {
  switch (place.op) {
    case "cell": return { variable: place.name, steps: [] };
    case "at": {
      const outer = placeOf(place.map);
      return { variable: outer.variable, steps: [...outer.steps, { key: place.key }] };
    }
    case "field": {
      const outer = placeOf(place.record);
      return { variable: outer.variable, steps: [...outer.steps, { field: place.field }] };
    }
    default: throw new SpecificationError(`${place.op} is not a place`);
  }
};

const writesOf = (effects: readonly Effect[], conditions: Write["conditions"], loops: readonly string[]): readonly Write[] => effects.flatMap((effect): readonly Write[] => {
  switch (effect.kind) {
    case "assign": return [{ ...placeOf(effect.place), conditions, loops, value: effect.value }];
    case "each": return writesOf(effect.effects, conditions, [...loops, effect.variable]);
    case "when": return [
      ...writesOf(effect.then, [...conditions, { node: effect.condition, holds: true }], loops),
      ...writesOf(effect.otherwise, [...conditions, { node: effect.condition, holds: false }], loops),
    ];
  }
});

/** A write with the scope of the loop variables that its keys have bound so far, and with keys that must be a certain member. */
interface Pending { readonly write: Write; readonly scope: TlaScope; readonly steps: readonly Step[]; readonly equal: readonly string[] }

const isLoop = (step: Step, { write, scope }: Pending): step is { readonly key: Node & { readonly op: "variable" } } =>
  "key" in step && step.key.op === "variable" && write.loops.includes(step.key.name) && !scope.values.has(step.key.name);

/** The parts of an EXCEPT that make the writes below a place, by their paths. The path is empty where the place has to be made anew. */
const exceptions = (names: TlaNames, type: AnyType, pending: readonly Pending[]): readonly (readonly [string, string])[] => {
  const t = known(type);
  const below = (step: string, of: AnyType, inside: readonly Pending[]): readonly (readonly [string, string])[] =>
    exceptions(names, of, inside.map((one) => ({ ...one, steps: one.steps.slice(1) }))).map(([path, value]) => [`${step}${path}`, value] as const);
  if (pending.some(({ steps }) => steps.length === 0)) return [["", updated(names, type, "@", pending)]];
  if (t.kind === "record") return Object.entries(t.fields).flatMap(([field, of]) => {
    const inside = pending.filter((one) => { const step = first(one); return "field" in step && step.field === field; });
    return inside.length === 0 ? [] : below(`.${names.field(field)}`, of, inside);
  });
  if (t.kind !== "map" || pending.some((one) => isLoop(first(one), one))) return [["", updated(names, type, "@", pending)]];
  const groups = new Map<string, Pending[]>();
  for (const one of pending) groups.set(keyOf(names, one), [...(groups.get(keyOf(names, one)) ?? []), one]);
  return [...groups].flatMap(([key, inside]) => below(`[${key}]`, t.value, inside));
};

const first = (one: Pending): Step => {
  const [step] = one.steps;
  if (step === undefined) throw new SpecificationError(`${one.write.variable} is written whole and in part`);
  return step;
};

const keyOf = (names: TlaNames, one: Pending): string => {
  const step = first(one);
  return "key" in step ? tlaExpression(names, one.scope, step.key) : "";
};

/** The value of a place after the writes, `current` being its value before. */
const updated = (names: TlaNames, type: AnyType, current: string, pending: readonly Pending[]): string => {
  if (pending.length === 0) return current;
  if (pending.every(({ steps }) => steps.length === 0)) {
    return pending.reduceRight((rest, { write, scope, equal }) => {
      const conditions = [...equal, ...write.conditions.map(({ node, holds }) => (holds ? tlaExpression(names, scope, node) : `~(${tlaExpression(names, scope, node)})`))];
      const value = tlaExpression(names, scope, write.value);
      return conditions.length === 0 ? value : `(IF ${conditions.join(" /\\ ")} THEN ${value} ELSE ${rest})`;
    }, current);
  }
  const t = known(type);
  if (t.kind !== "map" || pending.every((one) => !isLoop(first(one), one))) {
    return `[${current} EXCEPT ${exceptions(names, type, pending).map(([path, value]) => `!${path} = ${value}`).join(", ")}]`;
  }
  // Loops over keys: the whole map anew.
  const taken = new Set(pending.flatMap(({ scope }) => [...scope.taken])), key = names.local(t.key.name.toLowerCase(), taken);
  const inside = pending.map((one): Pending => {
    const step = first(one), scope = { ...one.scope, taken: new Set([...taken, key]) };
    if (isLoop(step, one)) return { ...one, steps: one.steps.slice(1), scope: { ...scope, values: new Map([...scope.values, [step.key.name, key]]) } };
    return { ...one, steps: one.steps.slice(1), scope, equal: [...one.equal, `${key} = ${keyOf(names, one)}`] };
  });
  return `[${key} \\in ${tlaType(names, t.key)} |-> ${updated(names, t.value, `${current}[${key}]`, inside)}]`;
};

/** The next value of each variable that the effects write, by its name in the specification. */
export const tlaUpdates = (names: TlaNames, scope: TlaScope, variables: { readonly [name: string]: AnyType }, effects: readonly Effect[]): ReadonlyMap<string, string> => {
  const writes = writesOf(effects, [], []);
  return new Map(Object.entries(variables).flatMap(([name, type]) => {
    const own = writes.filter(({ variable }) => variable === name);
    return own.length === 0 ? [] : [[name, updated(names, type, names.variable(name), own.map((write) => ({ write, scope, steps: write.steps, equal: [] })))] as const];
  }));
};

