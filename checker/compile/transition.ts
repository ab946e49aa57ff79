/** The functions of a transition. Parameters are ranks, in the order of the transition. */
import { everyEffect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { cardinality } from "../../spec/lang/value.ts";
import { conjuncts } from "./conditions.ts";
import { effectLines, undoLines, writesAtMost } from "./effects.ts";
import type { Context, Scope } from "./expression.ts";
import { conjunction, constant, plus, times, type Js } from "./js.ts";
import { nest, type Loop, type Stage } from "./nest.ts";
import { atRank } from "./operand.ts";

/** A transition being compiled: its place in the system and in the list of instances and guards. */
export interface Compiling {
  readonly context: Context;
  readonly transition: Transition;
  /** Index among transitions; ends the names of its functions. */
  readonly number: number;
  readonly firstInstance: number;
  /** Index of its first guard among all guards. */
  readonly firstGuard: number;
  /** How many cells a state has. */
  readonly stateSize: number;
  readonly loops: readonly Loop[];
  readonly scope: Scope;
  /** The index of the instance that the loops are at. */
  readonly instance: Js;
}

export const beginTransition = (
  context: Context, transition: Transition, place: { readonly number: number; readonly firstInstance: number; readonly firstGuard: number; readonly stateSize: number },
): Compiling => {
  const { bounds, program } = context;
  const loops = transition.parameters.map(({ name, type }) => ({ local: program.local(name), size: cardinality(bounds, type) }));
  const scope = new Map(transition.parameters.map(({ name, type }, i) => [name, atRank(bounds, type, { code: loops[i]?.local ?? "" })] as const));
  const offset = loops.reduce<Js>((sum, { local, size }) => plus(times(sum, size), { code: local }), constant(0));
  return { context, transition, ...place, loops, scope, instance: plus(offset, constant(place.firstInstance)) };
};

/** The variables that a transition may write. */
export const writtenBy = (transition: Transition): ReadonlySet<string> => {
  const root = (place: Node): string => (place.op === "at" ? root(place.map) : place.op === "field" ? root(place.record) : place.op === "cell" ? place.name : "");
  return new Set(everyEffect(transition.effects).flatMap((effect) => (effect.kind === "assign" ? [root(effect.place)] : [])));
};

/** `outcome_n(s, …)`, `effect_n(s, t, …)` and `undo_n(s, t, …)`: a single instance. */
export const defineInstance = ({ context, transition, number, stateSize, loops, scope }: Compiling): void => {
  const { program } = context, given = loops.map(({ local }) => local);
  const holds = (node: Node): Js => conjunction(...conjuncts(context, scope, node));
  program.define(`outcome_${number}`, ["s", ...given], [
    `if (!(${holds(transition.enabled).code})) return -1;`,
    ...transition.guards.map(({ condition }, i) => `if (!(${holds(condition).code})) return ${i + 1};`),
    "return 0;",
  ].join("\n"));
  program.define(`effect_${number}`, ["s", "t", ...given], effectLines(context, scope, transition.effects).join("\n"));
  const undo = writesAtMost(context, transition.effects) > stateSize ? ["t.set(s);"] : undoLines(context, scope, transition.effects);
  program.define(`undo_${number}`, ["s", "t", ...given], undo.join("\n"));
};

/**
 * `expand_n(s, t)`: every enabled instance in `s`, with `t` equal to `s` before and after. Denials are counted by the guard that fails first;
 * for an allowed instance `check_n`, if there is one, sees the step, and `found` takes the successor in `t`.
 */
export const defineExpansion = ({ context, transition, number, firstGuard, loops, scope, instance }: Compiling, checked: boolean): void => {
  const given = loops.map(({ local }) => local), stores = ["s", "t", ...given].join(", ");
  const stages: readonly Stage[] = [
    { conditions: conjuncts(context, scope, transition.enabled), onFailure: null },
    ...transition.guards.map(({ condition }, i) => ({
      conditions: conjuncts(context, scope, condition), onFailure: (instances: number): string => `failed[${firstGuard + i}] += ${instances};`,
    })),
  ];
  context.program.define(`expand_${number}`, ["s", "t"], nest(loops, stages, [
    `succeeded[${number}]++;`,
    `effect_${number}(${stores});`,
    ...(checked ? [`check_${number}(${["s", "t", instance.code, ...given].join(", ")});`] : []),
    `found(${instance.code});`,
    `undo_${number}(${stores});`,
  ], "return;"));
};
