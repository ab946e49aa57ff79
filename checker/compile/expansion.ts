/**
 * Expanding a state: every enabled instance of every transition. What that costs is decided here. A parameter that only says who acts is not looped over, and who acts
 * for whom is found out once for all transitions that ask for it in the same way.
 */
import type { Settling } from "./canonical.ts";
import { conjuncts } from "./conditions.ts";
import { effectLines } from "./effects.ts";
import { conjunction, type Js } from "./js.ts";
import type { Loop } from "./loop.ts";
import { nest, type Stage } from "./nest.ts";
import type { Packing } from "./packing.ts";
import { localsIn, type Program } from "./program.ts";
import { defineSettle, writtenBy, type Compiling } from "./transition.ts";

/** A parameter that nothing but `conditions` reads, and the one parameter that these read besides, for whom it acts. `rest` is what else enables the transition. */
interface Actor { readonly local: string; readonly size: number; readonly caller: Loop; readonly conditions: readonly Js[]; readonly rest: readonly Js[] }

/**
 * The parameter, if there is one, that nothing reads but what enables the transition: calls are the same on every vCPU that runs their caller. One instance
 * stands for all of them, and is counted as many times.
 */
const actorOf = (loops: readonly Loop[], enabled: readonly Js[], others: string): Actor | null => {
  const read = new Set(localsIn(others));
  for (const { local, size } of loops) {
    const reads = ({ code }: Js): boolean => localsIn(code).includes(local);
    const conditions = enabled.filter(reads), besides = new Set(conditions.flatMap(({ code }) => localsIn(code)).filter((one) => one !== local));
    const [caller, more] = loops.filter((loop) => besides.has(loop.local));
    if (size > 1 && !read.has(local) && caller !== undefined && more === undefined) return { local, size, caller, conditions, rest: enabled.filter((one) => !reads(one)) };
  }
  return null;
};

/** Who acts for a caller, as code of `$caller`, which is one of so many: how many do, and who is the first. */
interface Acting { readonly callers: number; readonly times: string; readonly first: string }

/** How a state is expanded by a transition: for one caller after the other (`acting`), or in one call. */
export interface Expansion { readonly number: number; readonly acting: Acting | null }

const actingOf = (program: Program, { local, size, caller, conditions }: Actor): Acting => {
  const loop = (before: readonly string[], each: string, result: string): string => program.hoist("acting", [
    ...before, `for (let ${local} = 0; ${local} < ${size}; ${local}++) if (${conjunction(...conditions).code}) ${each}`, `return ${result};`,
  ].join("\n"), [local]).replace(caller.local, "$caller");
  return { callers: caller.size, times: loop(["let n = 0;"], "n++;", "n"), first: loop([], `return ${local};`, "-1") };
};

/**
 * `expand_n(s, t)`, or `expand_n(s, t, times, …)` for one caller and one of those who act for it: every enabled instance in `s`, with `t` equal to `s` before and after. Denials are counted
 * by the guard that fails first; for an allowed instance `check_n`, if there is one, sees the step, and the successor in `t` is settled. `checks` are the lines of `check_n`.
 */
export const defineExpansion = (compiling: Compiling, checks: readonly string[], packing: Packing, settling: (written: ReadonlySet<string>) => Settling, constants: Int32Array): Expansion => {
  const { context, transition, number, firstGuard, loops, scope, instance } = compiling;
  const { program } = context, given = loops.map(({ local }) => local), stores = ["s", "t", ...given].join(", ");
  const enabled = conjuncts(context, scope, transition.enabled);
  const guards = transition.guards.map(({ condition }) => conjuncts(context, scope, condition));
  const effects = effectLines(context, scope, transition.effects);
  const actor = actorOf(loops, enabled, [...guards.flat().map(({ code }) => code), ...effects, ...checks].join("\n"));
  const known = actor === null ? [] : [actor.local, actor.caller.local], times = actor === null ? "" : " * times";
  const stages: readonly Stage[] = [
    { conditions: actor?.rest ?? enabled, onFailure: null },
    ...guards.map((conditions, i) => ({ conditions, onFailure: (instances: string): string => `failed[${firstGuard + i}] += ${instances}${times};` })),
  ];
  defineSettle(compiling, packing, settling(writtenBy(transition)));
  program.define(`expand_${number}`, ["s", "t", ...(actor === null ? [] : ["times", ...known])], nest(loops.filter(({ local }) => !known.includes(local)), stages, [
    actor === null ? `succeeded[${number}]++;` : `succeeded[${number}] += times;`,
    `effect_${number}(${stores});`,
    ...(checks.length > 0 ? [`check_${number}(${["s", "t", instance.code, ...given].join(", ")});`] : []),
    `settle_${number}(${stores});`,
  ], "return;", { program, constants, given: loops.filter(({ local }) => known.includes(local)) }));
  return { number, acting: actor === null ? null : actingOf(program, actor) };
};

/** `expand(s, t)`: what all transitions lead to. */
export const defineExpand = (program: Program, expansions: readonly Expansion[]): void => {
  const alike = new Map<string, number[]>();
  const groups = expansions.map(({ number, acting }) => {
    const key = acting === null ? `${number}` : JSON.stringify(acting), group = alike.get(key);
    if (group !== undefined) {
      group.push(number);
      return [];
    }
    const numbers = [number];
    alike.set(key, numbers);
    return [{ acting, numbers }];
  }).flat();
  program.define("expand", ["s", "t"], groups.flatMap(({ acting, numbers }) => (acting === null ? numbers.map((number) => `expand_${number}(s, t);`) : [
    `for (let $caller = 0; $caller < ${acting.callers}; $caller++) {`,
    `  const times = ${acting.times};`,
    "  if (times === 0) continue;",
    `  const $first = ${acting.first};`,
    ...numbers.map((number) => `  expand_${number}(s, t, times, $first, $caller);`),
    "}",
  ])).join("\n"));
};
