/**
 * Following a graph property through the states that a closed search has found: the same generated loop takes a state out of the log and expands it, by the steps that the
 * property allows alone, and what would add a successor notes an edge to it instead. Each edge carries a bit for every binding that it may be taken for.
 */
import type { Property } from "../../spec/lang/property.ts";
import { conjuncts } from "./conditions.ts";
import type { Context } from "./expression.ts";
import { conjunction, type Js } from "./js.ts";
import { entryOf, queued, taken } from "./kernel.ts";
import { nest } from "./nest.ts";
import type { Program } from "./program.ts";
import { bind } from "./property.ts";
import type { Storage } from "./storage.ts";

export const followerNames = ["attachGraph", "follow"];

/** The bindings for which conditions hold, as bits. */
const bindingsWhere = (hint: string, { program }: Context, { loops, index }: ReturnType<typeof bind>, conditions: readonly Js[]): string =>
  program.hoist(hint, ["let bindings = 0;", nest(loops, [{ conditions, onFailure: null }], [`bindings |= 1 << ${index.code};`], "return bindings;"), "return bindings;"].join("\n"),
    loops.map(({ local }) => local));

/** What sees a step while a property is followed: for whom it may be taken is queued with it. `null` where no step of the transition may be. */
export const followLines = (context: Context, property: Property): string | null => {
  const bound = bind(context, property), by = property.by === undefined ? [] : conjuncts(context, bound.scope, property.by);
  return conjunction(...by).known === 0 ? null : `${taken} = ${bindingsWhere("taken", context, bound, by)};`;
};

/**
 * `follow(from, to)`, for one chunk of states after the other, and what it does with successors; `compile.ts` says what is in the graph. Those of many states are looked up
 * together, as in a search, and come in the order of the states that they are reached from.
 */
export const defineFollower = (program: Program, context: Context, property: Property, storage: Storage, chunk: number): void => {
  const bound = bind(context, property), { words } = storage, entry = entryOf(storage, true), all = Array.from({ length: words }, (_, word) => word);
  program.array("asking", "Uint8Array", chunk);
  program.array("attaining", "Uint8Array", chunk);
  // The edges from `first` on are those of the state `origin`.
  program.declare("let graph = null, origin = 0, first = 0, edges = 0;");
  program.define("attachGraph", ["given"], "graph = given;");
  program.define("idOf", ["waiting", "at", "slots", "mask", "states"], [
    `const slot = seek(waiting, at, waiting[at + ${words + 1}], slots, mask, states);`, "return slot < 0 ? -1 : (slots[slot] & mask) - 1;",
  ].join("\n"));
  // Ids take the place of hashes.
  program.define("seekAll", ["waiting", "end", "slots", "mask", "states"], [
    "const near = touchSlots(waiting, end, slots, mask) ^ touchStates(waiting, end, slots, mask, states);",
    `for (let at = 0; at < end; at += ${entry}) waiting[at + ${words + 1}] = idOf(waiting, at, slots, mask, states);`,
    "return near;",
  ].join("\n"));
  program.define("closeTo", ["id"], "for (; origin < id; origin++) graph.ends[origin] = edges;\nfirst = edges;");
  program.define("connect", ["found", "at"], [
    `const from = found[at + ${words}], id = found[at + ${words + 1}], bindings = found[at + ${entry - 1}], { to, by } = graph;`,
    'if (id < 0) throw new RangeError("a step leads out of the states of a closed search");',
    "if (from !== origin) closeTo(from);",
    "if (id === origin) return;",
    "for (let edge = first; edge < edges; edge++) {",
    "  if (to[edge] !== id) continue;",
    "  by[edge] |= bindings;",
    "  return;",
    "}",
    "to[edges] = id;",
    "by[edges++] = bindings;",
  ].join("\n"));
  program.define("settle", [], [
    `const end = ${queued};`,
    "if (seeker === null) touching = seekAll(queue, end, index, mask, log);",
    "else {",
    "  waiting.set(queue);",
    "  touching = seeker.seekAll(waiting.byteOffset, end, index.byteOffset, mask, log.byteOffset);",
    "}",
    "const found = seeker === null ? queue : waiting;",
    `for (let at = 0; at < end; at += ${entry}) connect(found, at);`,
    `${queued} = 0;`,
  ].join("\n"));
  program.define("judgeStaged", ["count"], [
    "for (let i = 0; i < count; i++) {", ...all.map((word) => `  own[${word}] = staged[i * ${words} + ${word}];`), "  unpack(own, 0, before);", "  asking[i] = asked(before);", "  attaining[i] = attained(before);", "}",
  ].join("\n"));
  program.define("follow", ["from", "to"], [
    "const count = to - from;",
    "stage(from, to);",
    "if (swift === null) {",
    "  judgeStaged(count);",
    "  expandStaged(from, count);",
    "} else {",
    "  swift.judgeStaged(count);",
    "  swift.expandStaged(from, count);",
    "}",
    "settle();",
    "closeTo(to);",
    "graph.given.set(asking.subarray(0, count), from);",
    "graph.then.set(attaining.subarray(0, count), from);",
    "return edges;",
  ].join("\n"));
  program.define("asked", ["s"], `return ${bindingsWhere("given", context, bound, bound.given)};`);
  program.define("attained", ["s"], `return ${bindingsWhere("then", context, bound, conjuncts(context, bound.scope, property.then))};`);
};
