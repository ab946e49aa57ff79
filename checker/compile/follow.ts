/**
 * Following a graph property through the states that a closed search has found: the same generated loop takes a state out of the log and expands it, by the steps that the
 * property allows alone, and what would add a successor notes an edge to it instead. Each edge carries a bit for every binding that it may be taken for.
 */
import type { Property } from "../../spec/lang/property.ts";
import { conjuncts } from "./conditions.ts";
import type { Context } from "./expression.ts";
import { conjunction, type Js } from "./js.ts";
import { current } from "./kernel.ts";
import { nest } from "./nest.ts";
import type { Program } from "./program.ts";
import { bind } from "./property.ts";
import type { Storage } from "./storage.ts";

export const followerNames = ["attachGraph", "follow"];

/** The bindings for which conditions hold, as bits. */
const bindingsWhere = (hint: string, { program }: Context, { loops, index }: ReturnType<typeof bind>, conditions: readonly Js[]): string =>
  program.hoist(hint, ["let bindings = 0;", nest(loops, [{ conditions, onFailure: null }], [`bindings |= 1 << ${index.code};`], "return bindings;"), "return bindings;"].join("\n"),
    loops.map(({ local }) => local));

/** What sees a step while a property is followed: for whom it may be taken is queued in the place of its parent. `null` where no step of the transition may be. */
export const followLines = (context: Context, property: Property): string | null => {
  const bound = bind(context, property), by = property.by === undefined ? [] : conjuncts(context, bound.scope, property.by);
  return conjunction(...by).known === 0 ? null : `${current} = ${bindingsWhere("taken", context, bound, by)};`;
};

/** `follow(from, to)`, and what it does with a successor; `compile.ts` says what is in the graph. */
export const defineFollower = (program: Program, context: Context, property: Property, { words, stride }: Storage): void => {
  const bound = bind(context, property);
  program.declare("let graph = null, origin = 0, first = 0, edges = 0;");
  program.define("attachGraph", ["given"], "graph = given;");
  program.define("lookUp", ["from"], [
    `const bindings = queue[from + ${words}];`,
    "if (bindings === 0) return;",
    "const slot = slotOf(queue, from);",
    'if (slot < 0) throw new RangeError("a step leads out of the states of a closed search");',
    "const id = (index[slot] & mask) - 1, { to, by } = graph;",
    "if (id === origin) return;",
    "for (let edge = first; edge < edges; edge++) {",
    "  if (to[edge] !== id) continue;",
    "  by[edge] |= bindings;",
    "  return;",
    "}",
    "to[edges] = id;",
    "by[edges++] = bindings;",
  ].join("\n"));
  program.define("follow", ["from", "to"], [
    "for (let id = from; id < to; id++) {",
    "  origin = id;",
    "  first = edges;",
    `  for (let word = 0; word < ${words}; word++) own[word] = log[id * ${stride} + word];`,
    "  unpack(own, 0, before);",
    "  after.set(before);",
    "  expand(before, after);",
    "  settle();",
    "  graph.ends[id] = edges;",
    "  graph.given[id] = asked(before);",
    "  graph.then[id] = attained(before);",
    "}",
    "return edges;",
  ].join("\n"));
  program.define("asked", ["s"], `return ${bindingsWhere("given", context, bound, bound.given)};`);
  program.define("attained", ["s"], `return ${bindingsWhere("then", context, bound, conjuncts(context, bound.scope, property.then))};`);
};
