/** The functions of a transition. Parameters are ranks, in the order of the transition. */
import { everyEffect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { cardinality } from "../../spec/lang/value.ts";
import type { Settling } from "./canonical.ts";
import { conjuncts } from "./conditions.ts";
import { effectLines, undoLines, writesAtMost } from "./effects.ts";
import type { Context, Scope } from "./expression.ts";
import { conjunction, constant, plus, times, type Js } from "./js.ts";
import { nest, type Loop, type Stage } from "./nest.ts";
import { atRank } from "./operand.ts";
import { localsIn } from "./program.ts";

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

/** What expanding a state costs is decided here: a parameter that only says who acts is not looped over. */
interface Actor { readonly local: string; readonly size: number; readonly conditions: readonly Js[]; readonly rest: readonly Js[] }

/**
 * The parameter, if there is one, that nothing reads but what enables the transition: calls are the same on every vCPU that runs their caller. One instance
 * stands for all of them, and is counted as many times.
 */
const actorOf = (loops: readonly Loop[], enabled: readonly Js[], others: string): Actor | null => {
  const read = new Set(localsIn(others));
  for (const { local, size } of loops) {
    const [conditions, rest] = [true, false].map((reads) => enabled.filter(({ code }) => localsIn(code).includes(local) === reads));
    if (size > 1 && !read.has(local) && conditions !== undefined && rest !== undefined && conditions.length > 0) return { local, size, conditions, rest };
  }
  return null;
};

/** Whether an effect leaves the state as it is is read off the cells that it writes, unless they are many. */
const fewest = 6;

/**
 * `expand_n(s, t)`: every enabled instance in `s`, with `t` equal to `s` before and after. Denials are counted by the guard that fails first;
 * for an allowed instance `check_n`, if there is one, sees the step, and the successor in `t`, if it is another state, is packed and visited. `checks` are the lines of `check_n`.
 */
export const defineExpansion = ({ context, transition, number, firstGuard, loops, scope, instance }: Compiling, checks: readonly string[], settling: Settling): void => {
  const { program } = context, given = loops.map(({ local }) => local), stores = ["s", "t", ...given].join(", ");
  const enabled = conjuncts(context, scope, transition.enabled);
  const guards = transition.guards.map(({ condition }) => conjuncts(context, scope, condition));
  const effects = effectLines(context, scope, transition.effects);
  const actor = actorOf(loops, enabled, [...guards.flat().map(({ code }) => code), ...effects, ...checks].join("\n"));
  const times = actor === null ? "" : " * times";
  const loop = ({ local, size, conditions }: Actor, before: readonly string[], each: string, result: string): Js => ({ code: program.hoist("acting", [
    ...before, `for (let ${local} = 0; ${local} < ${size}; ${local}++) if (${conjunction(...conditions).code}) ${each}`, `return ${result};`,
  ].join("\n"), [local]) });
  const first: readonly Js[] = actor === null ? enabled : [
    ...actor.rest,
    { code: `((times = ${loop(actor, ["let n = 0;"], "n++;", "n").code}) !== 0)` },
    { code: `((${actor.local} = ${loop(actor, [], `return ${actor.local};`, "-1").code}) >= 0)` },
  ];
  const stages: readonly Stage[] = [
    { conditions: first, onFailure: null },
    ...guards.map((conditions, i) => ({ conditions, onFailure: (instances: number): string => `failed[${firstGuard + i}] += ${instances}${times};` })),
  ];
  // Of the two branches of a choice both are undone: a cell may be named twice there.
  const twice = everyEffect(transition.effects).some((effect) => effect.kind === "when" && effect.otherwise.length > 0);
  const few = twice || writesAtMost(context, transition.effects) > fewest ? null : cellsUndone(undoLines(context, scope, transition.effects));
  const differs = few === null ? "" : few.map((cell) => `t[${cell}] !== s[${cell}]`).join(" || ");
  program.define(`pack_${number}`, ["s", "t", ...given], settling(writtenBy(transition), few));
  const body = nest(actor === null ? loops : loops.filter(({ local }) => local !== actor.local), stages, [
    actor === null ? `succeeded[${number}]++;` : `succeeded[${number}] += times;`,
    `effect_${number}(${stores});`,
    ...(checks.length > 0 ? [`check_${number}(${["s", "t", instance.code, ...given].join(", ")});`] : []),
    ...(differs === "" ? [`pack_${number}(${stores});`, "if (moved()) visit();"] : [`if (${differs}) {`, `  pack_${number}(${stores});`, "  visit();", "}"]),
    `undo_${number}(${stores});`,
  ], "return;");
  program.define(`expand_${number}`, ["s", "t"], actor === null ? body : `let times = 0, ${actor.local} = 0;\n${body}`);
};

/** The cells that undoing writes, each by its index; `null` if that takes a loop to tell. */
const cellsUndone = (undo: readonly string[]): readonly string[] | null => {
  const cells = undo.flatMap((lines) => lines.split("\n")).map((line) => /^t\[(.*)\] = s\[.*\];$/.exec(line)?.[1]);
  const found = cells.filter((cell) => cell !== undefined);
  return found.length === cells.length ? [...new Set(found)] : null;
};
