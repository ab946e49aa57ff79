/**
 * Systems in which secrets are not followed, or those of one principal alone. No guard and nothing that a guard reads depends on a label, and no label on another one, but for
 * `departed`, which none depends on: so what is left behaves as before.
 */
import type { Effect } from "../../spec/lang/effect.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { leastValue, type Value } from "../../spec/lang/value.ts";
import { assigning, rewriting, rootOf } from "./rewriting.ts";

/** Variables that hold nothing but labels. What activations keep of them comes from `knows` alone. */
const ghosts = ["holds", "knows", "deviceKnows", "hostKnows"] as const;
const isGhost = (variable: string): boolean => (ghosts as readonly string[]).includes(variable);

const rewritten = (system: System, transitions: readonly Transition[], variables: System["variables"]): System =>
  ({ ...system, variables, initial: Object.fromEntries(Object.keys(variables).map((name) => [name, system.initial[name] ?? null])), transitions });

/** Without labels. Steps that change nothing else are no steps of it. */
export const withoutLabels = (system: System): System => {
  const { node, effects } = rewriting((cell) => (cell.store === "state" && isGhost(cell.name) ? { op: "literal", type: cell.type, value: leastValue(system.bounds, cell.type) } : cell), "Unlabelled");
  return rewritten(system, system.transitions.map((transition) => ({
    ...transition, enabled: node(transition.enabled), guards: transition.guards.map((guard) => ({ ...guard, condition: node(guard.condition) })),
    effects: effects(assigning(transition.effects, (variable) => !isGhost(variable))),
  })), Object.fromEntries(Object.entries(system.variables).filter(([name]) => !isGhost(name))));
};

/** The labels that are kept, as a constant of the system. */
const followed = "followed";

const masked = (effects: readonly Effect[]): readonly Effect[] => effects.map((effect): Effect => {
  switch (effect.kind) {
    case "assign": {
      const { value } = effect, { type } = value;
      return isGhost(rootOf(effect.place)) ? { ...effect, value: { op: "intersect", type, left: value, right: { op: "cell", type, store: "constant", name: followed } } } : effect;
    }
    case "each": return { ...effect, effects: masked(effect.effects) };
    case "when": return { ...effect, then: masked(effect.then), otherwise: masked(effect.otherwise) };
  }
});

const kept = (value: Value, labels: number): Value => (typeof value === "object" && value !== null && Array.isArray(value) ? value.map((one: Value) => kept(one, labels)) : Number(value) & labels);

/** With the label of that number alone. */
export const withLabel = (system: System, label: number): System => ({
  ...system,
  constants: { ...system.constants, [followed]: 1 << label },
  initial: Object.fromEntries(Object.entries(system.initial).map(([name, value]) => [name, isGhost(name) ? kept(value, 1 << label) : value])),
  transitions: system.transitions.map((transition) => ({ ...transition, effects: masked(transition.effects) })),
});
