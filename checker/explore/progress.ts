/**
 * Graph properties: from every state in which one asks for something, its own steps can bring it about. Decided on the states that a closed search has found: their edges
 * are worked out once more, those that the property allows alone, and then what leads to where it is attained is marked backwards until nothing changes.
 */
import type { Property } from "../../spec/lang/property.ts";
import type { Scope } from "../../spec/lang/evaluate.ts";
import { scopesOf } from "../../spec/lang/system.ts";
import { compile, followerOf, type Graph, type Memory, type Searchable } from "../compile/compile.ts";
import { chunkOf, control } from "../compile/kernel.ts";
import { breathe, turnEvery } from "./crew.ts";
import type { Level } from "./level.ts";

/** A state in which the property fails. */
export interface Stuck {
  readonly words: Int32Array;
  readonly binding: Scope;
  /** How many states can be reached from it, itself among them. */
  readonly states: number;
}

export type Progress =
  | { readonly state: "complete"; /** States in which something is asked for. */ readonly asked: number; readonly stuck: Stuck | null }
  | { readonly state: "budget" | "interrupted" };

export interface ProgressOptions {
  readonly symmetry: boolean;
  /** States from which on WebAssembly is worth its while. */
  readonly worth: number;
  /** Bytes that may be used beside those of the search. */
  readonly maxBytes: number;
  /** Asked about ten times a second: why to stop, or `null`. */
  readonly ends: () => "budget" | "interrupted" | null;
}

/** Bytes of a state and of an edge in a graph. */
const perState = 4 + 1 + 1 + 1, perEdge = 4 + 1;
/** Bits of a byte. */
const mostBindings = 8;

const countAll = (flags: Uint8Array): number => flags.reduce((count, flag) => count + (flag === 0 ? 0 : 1), 0);

/** The graph with room for more edges. */
const roomier = (graph: Graph, edges: number): Graph => {
  const to = new Int32Array(edges), by = new Uint8Array(edges);
  to.set(graph.to);
  by.set(graph.by);
  return { ...graph, to, by };
};

/** Marks, in `reach`, for which bindings a step may be taken to a state that is marked. Whether anything changed. */
const sweep = ({ to, by, ends }: Graph, reach: Uint8Array, all: number, backwards: boolean): boolean => {
  let changed = false;
  for (let i = 0; i < reach.length; i++) {
    const id = backwards ? reach.length - 1 - i : i, before = reach[id] ?? 0;
    if (before === all) continue;
    let now = before;
    for (let edge = id === 0 ? 0 : ends[id - 1] ?? 0, end = ends[id] ?? 0; edge < end; edge++) now |= (by[edge] ?? 0) & (reach[to[edge] ?? 0] ?? 0);
    if (now === before) continue;
    reach[id] = now;
    changed = true;
  }
  return changed;
};

/** How many states the edges with the bit lead to from a state, itself among them. */
const reachableFrom = ({ to, by, ends }: Graph, from: number, bit: number): number => {
  const known = new Uint8Array(ends.length), open = [from];
  known[from] = 1;
  let count = 0;
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    count++;
    for (let edge = id === 0 ? 0 : ends[id - 1] ?? 0; edge < (ends[id] ?? 0); edge++) {
      const next = to[edge] ?? 0;
      if (((by[edge] ?? 0) & bit) === 0 || known[next] === 1) continue;
      known[next] = 1;
      open.push(next);
    }
  }
  return count;
};

/** Ids of one level in no order, least first in the order in which a search tells violations: ids depend on who was first, words do not. */
const firstByWords = (ids: readonly number[], { log }: Memory, { words, stride }: Searchable["storage"]): number | undefined => {
  const precedes = (one: number, other: number): boolean => {
    for (let word = 0; word < words; word++) {
      const a = log[one * stride + word] ?? 0, b = log[other * stride + word] ?? 0;
      if (a !== b) return a > b;
    }
    return false;
  };
  return ids.reduce<number | undefined>((first, id) => (first === undefined || precedes(id, first) ? id : first), undefined);
};

/** Decides a graph property on the memory of a closed search of the compiled system, whose states are kept whole. @throws RangeError if there are more than eight bindings. */
export const progress = async (compiled: Searchable, property: Property, memory: Memory, levels: readonly Level[], { symmetry, worth, maxBytes, ends }: ProgressOptions): Promise<Progress> => {
  const { system, storage } = compiled, bindings = scopesOf(system.bounds, property.bindings);
  if (bindings.length > mostBindings) throw new RangeError(`${property.id} has ${bindings.length} bindings, and a graph property may have ${mostBindings}`);
  const programs = compile(system, { watched: () => false, symmetry, fingerprints: false, follows: property });
  const count = memory.control[control.count] ?? 0, follower = followerOf(count >= worth ? programs.swift() : programs.kernel), chunk = chunkOf(compiled.instances.length), room = chunk * compiled.instances.length;
  let graph: Graph = { to: new Int32Array(0), by: new Uint8Array(0), ends: new Int32Array(count), given: new Uint8Array(count), then: new Uint8Array(count) };
  follower.attach(memory);
  let edges = 0, lastTurn = performance.now();
  /** Lets the world in, now and then. */
  const turn = async (): Promise<ReturnType<typeof ends>> => {
    if (performance.now() - lastTurn < turnEvery) return null;
    await breathe();
    lastTurn = performance.now();
    return ends();
  };
  for (let from = 0; from < count; from += chunk) {
    if (edges + room > graph.to.length) {
      const wanted = Math.max(edges + room, Math.min(edges * 1.5, room + edges * (count / Math.max(1, from))));
      // While edges are copied both are there.
      if (count * perState + (edges + Math.ceil(wanted)) * perEdge > maxBytes) return { state: "budget" };
      graph = roomier(graph, Math.ceil(wanted));
      follower.attachGraph(graph);
    }
    edges = follower.follow(from, Math.min(count, from + chunk));
    const ended = await turn();
    if (ended !== null) return { state: ended };
  }
  const reach = graph.then.slice(), all = (1 << bindings.length) - 1;
  for (let backwards = true; sweep(graph, reach, all, backwards); backwards = !backwards) {
    const ended = await turn();
    if (ended !== null) return { state: ended };
  }
  const failing = (id: number): number => (graph.given[id] ?? 0) & ~(reach[id] ?? 0), asked = countAll(graph.given);
  let from = 0;
  for (const { states } of levels) {
    const ids = Array.from({ length: states }, (_, i) => from + i).filter((id) => failing(id) !== 0);
    const first = firstByWords(ids, memory, storage);
    if (first !== undefined) {
      const at = bindings.findIndex((_, i) => (failing(first) & (1 << i)) !== 0);
      const words = memory.log.slice(first * storage.stride, first * storage.stride + storage.words);
      return { state: "complete", asked, stuck: { words, binding: bindings[at] ?? {}, states: reachableFrom(graph, first, 1 << at) } };
    }
    from += states;
  }
  return { state: "complete", asked, stuck: null };
};
