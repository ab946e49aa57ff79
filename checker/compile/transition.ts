/** The functions of a transition. Parameters are ranks, in the order of the transition. */
import { everyEffect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { cardinality } from "../../spec/lang/value.ts";
import type { Settling } from "./canonical.ts";
import { conjuncts } from "./conditions.ts";
import { effectLines, writesAtMost, writtenLines } from "./effects.ts";
import type { Context, Scope } from "./expression.ts";
import { ownLines, settleCell } from "./kernel.ts";
import { conjunction, constant, plus, times, type Js } from "./js.ts";
import { nest, type Loop, type Stage } from "./nest.ts";
import { atRank } from "./operand.ts";
import type { Packing } from "./packing.ts";
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

/** `outcome_n(s, …)` and `effect_n(s, t, …)`: a single instance. */
export const defineInstance = ({ context, transition, number, loops, scope }: Compiling): void => {
  const { program } = context, given = loops.map(({ local }) => local);
  const holds = (node: Node): Js => conjunction(...conjuncts(context, scope, node));
  program.define(`outcome_${number}`, ["s", ...given], [
    `if (!(${holds(transition.enabled).code})) return -1;`,
    ...transition.guards.map(({ condition }, i) => `if (!(${holds(condition).code})) return ${i + 1};`),
    "return 0;",
  ].join("\n"));
  program.define(`effect_${number}`, ["s", "t", ...given], effectLines(context, scope, transition.effects).join("\n"));
};

/**
 * `settle_n(s, t, …)`: visits the successor in `t` of the state `s`, unless it is the same state, and makes `t` equal to `s` again. Mostly both are one walk over the
 * cells that the transition may have written; a transition that may write more cells than there are is packed whole.
 */
const defineSettle = ({ context, transition, number, stateSize, loops, scope }: Compiling, packing: Packing, { moves, packs, always }: Settling): void => {
  const { program } = context, { effects } = transition, many = writesAtMost(context, effects) > stateSize;
  const undo = many ? ["t.set(s);"] : writtenLines(context, scope, effects, (cell) => `t[${cell}] = s[${cell}];`);
  const whole = (pack: string): readonly string[] => [pack, ...undo, "if (moved()) visit();"];
  const flip = ["let d = 0, changed = 0;", ...ownLines(packing), ...writtenLines(context, scope, effects, (cell) => settleCell(packing, cell)), "if (changed !== 0) visit();"];
  const settled = many ? whole("pack(t, packed, 0);") : flip;
  program.define(`settle_${number}`, ["s", "t", ...loops.map(({ local }) => local)], (always ? whole(packs)
    : moves === "" ? settled : [`if (${moves}) {`, ...whole(packs), "return;", "}", ...settled]).join("\n"));
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

/**
 * `expand_n(s, t)`: every enabled instance in `s`, with `t` equal to `s` before and after. Denials are counted by the guard that fails first;
 * for an allowed instance `check_n`, if there is one, sees the step, and the successor in `t` is settled. `checks` are the lines of `check_n`.
 */
export const defineExpansion = (compiling: Compiling, checks: readonly string[], packing: Packing, settling: (written: ReadonlySet<string>) => Settling): void => {
  const { context, transition, number, firstGuard, loops, scope, instance } = compiling;
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
  defineSettle(compiling, packing, settling(writtenBy(transition)));
  const body = nest(actor === null ? loops : loops.filter(({ local }) => local !== actor.local), stages, [
    actor === null ? `succeeded[${number}]++;` : `succeeded[${number}] += times;`,
    `effect_${number}(${stores});`,
    ...(checks.length > 0 ? [`check_${number}(${["s", "t", instance.code, ...given].join(", ")});`] : []),
    `settle_${number}(${stores});`,
  ], "return;");
  program.define(`expand_${number}`, ["s", "t"], actor === null ? body : `let times = 0, ${actor.local} = 0;\n${body}`);
};
