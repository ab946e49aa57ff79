/** The functions of a transition. Parameters are ranks, in the order of the transition. */
import { everyEffect } from "../../spec/lang/effect.ts";
import type { Node } from "../../spec/lang/node.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { cardinality } from "../../spec/lang/value.ts";
import type { Settling } from "./canonical.ts";
import { conjuncts } from "./conditions.ts";
import { effectLines, writesAtMost, writtenLines } from "./effects.ts";
import type { Context, Scope } from "./expression.ts";
import { ownLines, queued, settleCell } from "./kernel.ts";
import { conjunction, constant, plus, times, type Js } from "./js.ts";
import type { Loop } from "./loop.ts";
import { atRank } from "./operand.ts";
import type { Packing } from "./packing.ts";

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
export const defineSettle = ({ context, transition, number, stateSize, loops, scope }: Compiling, packing: Packing, { moves, packs, always }: Settling): void => {
  const { program } = context, { effects } = transition, many = writesAtMost(context, effects) > stateSize;
  const undo = many ? ["t.set(s);"] : writtenLines(context, scope, effects, (cell) => `t[${cell}] = s[${cell}];`);
  const whole = (pack: string): readonly string[] => [pack, ...undo, "if (moved(at)) visit();"];
  const flip = ["let d = 0, changed = 0;", ...ownLines(packing), ...writtenLines(context, scope, effects, (cell) => settleCell(packing, cell)), "if (changed !== 0) visit();"];
  const settled = many ? whole("pack(t, queue, at);") : flip;
  program.define(`settle_${number}`, ["s", "t", ...loops.map(({ local }) => local)], [`const at = ${queued};`, ...(always ? whole(packs)
    : moves === "" ? settled : [`if (${moves}) {`, ...whole(packs), "return;", "}", ...settled])].join("\n"));
};
