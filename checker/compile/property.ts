/** The functions of a property: for callers from outside, and woven into the search, where they count antecedents. */
import type { Property } from "../../spec/lang/property.ts";
import { cardinality } from "../../spec/lang/value.ts";
import { conjuncts } from "./conditions.ts";
import type { Context, Scope } from "./expression.ts";
import { conjunction, constant, plus, times, type Js } from "./js.ts";
import type { Loop } from "./loop.ts";
import { nest } from "./nest.ts";
import { atRank } from "./operand.ts";

export interface Bound { readonly loops: readonly Loop[]; readonly scope: Scope; readonly given: readonly Js[]; readonly broken: readonly Js[]; readonly index: Js }

/** Loops over the bindings of a property, and its parts as code in them. */
export const bind = (context: Context, property: Property): Bound => {
  const { bounds, program } = context;
  const loops = property.bindings.map(({ name, type }) => ({ local: program.local(name), size: cardinality(bounds, type) }));
  const scope = new Map(property.bindings.map(({ name, type }, i) => [name, atRank(bounds, type, { code: loops[i]?.local ?? "" })] as const));
  return {
    loops, scope,
    given: conjuncts(context, scope, property.given),
    broken: conjuncts(context, scope, property.then, false),
    index: loops.reduce<Js>((sum, { local, size }) => plus(times(sum, size), { code: local }), constant(0)),
  };
};

const stores = ["s", "t", "v", "p"];

/** `violated_n`, `reached_n` and `binding_n` over the stores `s`, `t`, `v` and `p`; the last returns the index of the first binding that fails, or -1. */
export const defineProperty = (context: Context, property: Property, number: number): void => {
  const { program } = context, { loops, given, broken, index } = bind(context, property);
  const stage = (conditions: readonly Js[]): { readonly conditions: readonly Js[]; readonly onFailure: null } => ({ conditions, onFailure: null });
  program.define(`violated_${number}`, stores, `${nest(loops, [stage(given), stage(broken)], ["return true;"], "return false;")}\nreturn false;`);
  program.define(`reached_${number}`, stores, `${nest(loops, [stage(given)], ["return true;"], "return false;")}\nreturn false;`);
  const fails = conjunction(...given, ...broken);
  program.define(`binding_${number}`, stores, `${nest(loops, [], [`if (${fails.code}) return ${index.code};`], "return -1;")}\nreturn -1;`);
};

/**
 * Statements inside the search that see one state or one step: `antecedent[number]` counts those that reach the antecedent, `broken` hears of the
 * violated. Where the consequent certainly holds, one that reaches the antecedent is enough to know (`touched`): counting them all would cost more
 * than the rest of the search. Nothing at all where the antecedent is out of reach.
 */
export const watchLines = (context: Context, property: Property, number: number, instance: Js, parameters: readonly string[]): string | null => {
  const { loops, given, broken } = bind(context, property), { program } = context;
  if (conjunction(...given).known === 0) return null;
  const reached = `antecedent[${number}]++;`, stage = [{ conditions: given, onFailure: null }];
  const fails = conjunction(...broken);
  const body = fails.known === 0
    ? `if (touched[${number}] !== 0) return;\n${nest(loops, stage, [`touched[${number}] = 1;`, "return;"], "return;")}`
    : ["let reached = false;", nest(loops, stage, ["reached = true;", `if (${fails.code}) { ${reached} broken(${number}, ${instance.code}); return; }`], "return;"), `if (reached) ${reached}`].join("\n");
  return `${program.hoist(`watch_${property.id.replace(/\W/g, "_")}`, body, loops.map(({ local }) => local).filter((local) => !parameters.includes(local)))};`;
};
