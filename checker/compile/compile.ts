/** From a system as data to generated code. */
import { checkSystem } from "../../spec/lang/check.ts";
import type { Scope } from "../../spec/lang/evaluate.ts";
import type { Property } from "../../spec/lang/property.ts";
import { instancesOf, type System } from "../../spec/lang/system.ts";
import { cardinality, rank, unrank, type Value } from "../../spec/lang/value.ts";
import { defineCanonical, definePacking } from "./canonical.ts";
import type { Cells, Check, Compiled } from "./compiled.ts";
import type { Context } from "./expression.ts";
import { packingOf, type Packing } from "./packing.ts";
import { createProgram } from "./program.ts";
import { defineExpand, defineExpansion, type Expansion } from "./expansion.ts";
import { defineFollower, followerNames, followLines } from "./follow.ts";
import { chunkOf, declareKernel, defineKernel } from "./kernel.ts";
import { defineProperty, watchLines } from "./property.ts";
import { describeAll, stepContext } from "./step-context.ts";
import { plainly, storesOf } from "./stores.ts";
import { asymmetric, isMoved, symmetryOf, type Symmetry } from "./symmetry.ts";
import { storageOf, type Storage } from "./storage.ts";
import type { Import } from "./wasm/binary.ts";
import { translate } from "./wasm/translate.ts";
import { beginTransition, defineInstance } from "./transition.ts";

/** Counters, each indexed like what it counts in the system; guards are numbered through all calls. */
export interface Counters { readonly succeeded: Float64Array; readonly failed: Float64Array; readonly antecedent: Float64Array; readonly touched: Uint8Array }

/** A memory of WebAssembly, which every thread may have; as much of its interface as is used. */
export interface Heap { readonly buffer: SharedArrayBuffer }

/** What a kernel works on; `shared` if other threads do as well. */
export interface Memory {
  readonly log: Int32Array; readonly frontier: Int32Array; readonly index: Int32Array; readonly control: Int32Array; readonly shared: boolean;
  /** What all of them lie in, if that is one memory of WebAssembly, and where in it the queues of threads begin. */
  readonly heap: Heap | null; readonly queues: number;
}

/** The generated inner loop of a search, with counters and findings of its own. `kernel.ts` says what is where. */
export interface Kernel {
  /** Packs the canonical state of the orbit of the state in `t`, or the state itself without symmetry, into `w` from `at` on. */
  canonical(t: Cells, w: Int32Array, at: number): void;
  /** Unpacks from `w` at `at`; cells that no transition writes must be there already. */
  unpack(w: Int32Array, at: number, s: Cells): void;
  readonly counters: Counters;
  /** Must be called before all that follows, and again when the memory has grown. */
  attach(memory: Memory): void;
  /** Adds the initial state. */
  begin(initial: Cells): void;
  /** Takes chunks of the states up to `level.end` and expands them, until there are none, a stop is asked for, or more than `limit` states are in the log. */
  work(level: { readonly end: number }, limit: number, chunks: number): void;
  /** Adds the digests of states, as they are added for every state that is expanded. */
  measureStates(from: number, to: number): void;
  /** Both lanes of the sum of digests. */
  readonly measured: Int32Array;
  /** For each property: 0, 1 if a new state violates it and 2 if a step does. */
  readonly violates: Int8Array;
  /** For each property, the words of the first state, in an order of its own, that violates it or that a violating step leaves. */
  readonly violating: Int32Array;
  /** Gives up the ids that were taken and not used: the first, and the one behind the last. */
  surrender(): readonly [from: number, to: number];
  /** Enters states of the log into the index. */
  place(from: number, to: number): void;
  /** Writes what tells a state from others into `key`, from its words in `w` from `at` on. */
  keyOf(w: Int32Array, at: number, key: Int32Array): void;
  /** The index slot of the state whose key is in `w` from `at` on, or -1. */
  slotOf(w: Int32Array, at: number): number;
}

/**
 * What a kernel that follows a graph property fills, for states by their ids. Bits are bindings of the property: of `given` and `then` those for which they hold in the state,
 * of `by` those for which the edge may be taken. The edges that leave a state end at `ends` of it and begin where those of the one before end.
 */
export interface Graph { readonly to: Int32Array; readonly by: Uint8Array; readonly ends: Int32Array; readonly given: Uint8Array; readonly then: Uint8Array }

/** The generated code that goes through the states of a closed search once more, along the steps of a graph property. */
export interface Follower {
  /** As of a kernel: the memory of the search. */
  attach(memory: Memory): void;
  /** Must be called before what follows, and again when it has grown; there must be room for `edgesOf` of as many states. */
  attachGraph(graph: Graph): void;
  /** Fills the graph for states, at most a chunk of them (`chunkOf`), which must follow on those before. Returns how many edges it has then. @throws RangeError if a successor is not among the states. */
  follow(from: number, to: number): number;
}

/** Code and what it needs to run, as plain data: a thread makes a kernel of it as `kernelOf` does. */
export interface KernelProgram { readonly source: string; readonly environment: Environment }

/** A compiled system that can be searched. */
export interface Searchable extends Compiled {
  readonly packing: Packing;
  readonly storage: Storage;
  readonly kernel: KernelProgram;
  /** The same with its inner loops as WebAssembly, where they can be: worth it for more than some thousand states. */
  swift(): KernelProgram;
}

interface Generated {
  readonly outcome: readonly ((s: Cells, ...ranks: readonly number[]) => number)[];
  readonly effect: readonly ((s: Cells, t: Cells, ...ranks: readonly number[]) => void)[];
  readonly violated: readonly Reads<boolean>[];
  readonly reached: readonly Reads<boolean>[];
  readonly binding: readonly Reads<number>[];
  readonly kernel: Kernel & Follower;
}
type Reads<R> = (s: Cells | null, t: Cells | null, v: Cells | null, p: Cells | null) => R;
interface Environment { readonly constants: Int32Array; readonly steps: Int32Array; readonly template: Cells; readonly rearrangements: Symmetry["rearrangements"]; readonly swift: Swift | null; readonly place: number }

/** Modules: what makes successors, in a memory of its own, and what looks them up in the memory of the search, unless states are kept as fingerprints. */
interface Swift { readonly expands: Uint8Array<ArrayBuffer>; readonly seeks: Uint8Array<ArrayBuffer> | null }

const kernelNames = ["canonical", "unpack", "attach", "begin", "work", "measureStates", "measured", "violates", "violating", "surrender", "place", "keyOf", "slotOf"];

/** Evaluates a generated program; another thread does the same with the same text. */
const load = ({ source, environment }: KernelProgram): Generated => (new Function("environment", source) as (environment: Environment) => Generated)(environment);

/** The same program for one of several threads; `place` tells them apart, from 0 on. */
export const forThread = (place: number, { source, environment }: KernelProgram): KernelProgram => ({ source, environment: { ...environment, place } });

/** A kernel with counters of its own. */
export const kernelOf = (program: KernelProgram): Kernel => load(program).kernel;

/** What follows a graph property, of a program that was compiled to. */
export const followerOf = (program: KernelProgram): Follower => load(program).kernel;

/**
 * Arrays lie in one memory; where there is a module, in that of the module. The engine reserves gigabytes of addresses for such a memory, which the system may
 * refuse (`ulimit -v`): then there is no module, and all is JavaScript.
 */
const memoryOf = (bytes: number): string => [
  "const reserve = () => {",
  "  try {",
  `    return new WebAssembly.Memory({ initial: ${Math.ceil(bytes / 65536)} });`,
  "  } catch (refused) {",
  "    if (refused instanceof RangeError) return null;",
  "    throw refused;",
  "  }",
  "};",
  "const memory = environment.swift === null ? null : reserve();",
  `const buffer = memory === null ? new ArrayBuffer(${bytes}) : memory.buffer;`,
].join("\n");
/** What a module calls in the program around it. */
const outside: readonly Import[] = [
  { name: "settle", signature: { parameters: 0, returns: false } }, { name: "broken", signature: { parameters: 2, returns: false } }, { name: "fit", signature: { parameters: 2, returns: true } },
];
/** The state of a queued successor is new, and a property wants to see it. */
const seeing: Import = { name: "found", signature: { parameters: 1, returns: false } };
const swiftly = [
  "const swift = memory === null ? null : new WebAssembly.Instance(new WebAssembly.Module(environment.swift.expands), { refmon: { memory, settle, broken, fit } }).exports;",
  "const seeking = memory === null || environment.swift.seeks === null ? null : new WebAssembly.Module(environment.swift.seeks);",
].join("\n");

/** As text, because threads that know nothing but the program run it too. */
const rangeCheck = [
  "function fit(value, size) {",
  "  if (value < 0 || value >= size) throw new RangeError(`a number is outside its range: rank ${value} of ${size}`);",
  "  return value;",
  "}",
].join("\n");

/**
 * Which properties of a system the search of the abstract system decides.
 * Those of the machine alone read what only bits show.
 */
export const isAbstract = ({ form, place }: Property): boolean => place !== "M" && form !== "view";

const table = (name: string, prefix: string, size: number): string => `${name}: [${Array.from({ length: size }, (_, i) => `${prefix}_${i}`).join(", ")}]`;

export interface CompileOptions {
  /** Which properties the search checks. */
  readonly watched: (property: Property) => boolean;
  /** Whether the search counts states up to permutations of the symmetric scalarsets. */
  readonly symmetry: boolean;
  /** Whether states are kept as fingerprints, where these are shorter. */
  readonly fingerprints: boolean;
  /** A graph property that the kernel is to follow, instead of adding states. */
  readonly follows?: Property;
}

/**
 * Compiles a system.
 * @throws SpecificationError where the system is not well formed.
 */
export const compile = (system: System, { watched, symmetry: reduced, fingerprints, follows }: CompileOptions = { watched: isAbstract, symmetry: true, fingerprints: false }): Searchable => {
  checkSystem(system);
  const { bounds, transitions, properties } = system, stores = storesOf(system), program = createProgram();
  const context: Context = { bounds, program, variable: plainly(stores), definitions: new Map() };
  const instances = transitions.flatMap((transition) => instancesOf(bounds, transition));
  const rows = describeAll(system, stores, instances), width = stores.step.size;
  const stepRows = instances.map((_, i) => rows.subarray(i * width, (i + 1) * width));

  const symmetry = reduced ? symmetryOf(system, stores.state, stores.constant.fields) : asymmetric;
  const packing = packingOf(system, stores.state, (cell) => isMoved(symmetry, cell));
  const sizes = {
    guards: transitions.reduce((sum, { guards }) => sum + guards.length, 0), transitions: transitions.length, properties: properties.length, cells: stores.state.size,
    chunk: chunkOf(instances.length), follows: follows !== undefined,
  };
  const storage = storageOf(packing, fingerprints);
  program.array("c", "Int32Array", stores.constants.length, "constants", stores.constants);
  program.array("steps", "Int32Array", rows.length, "rows", rows);
  declareKernel(program, packing, storage, sizes);
  definePacking(program, packing);
  const settling = defineCanonical(program, bounds, stores.state, packing, symmetry);

  let firstInstance = 0, firstGuard = 0;
  const first: number[] = [], expansions: Expansion[] = [];
  transitions.forEach((transition, number) => {
    const compiling = beginTransition(context, transition, { number, firstInstance, firstGuard, stateSize: stores.state.size });
    defineInstance(compiling);
    const instance = { code: program.local("instance") }, given = compiling.loops.map(({ local }) => local);
    const aware = stepContext(context, stores, rows, compiling);
    const followed = follows === undefined ? null : followLines(aware, follows);
    const lines = followed !== null ? [followed] : properties.flatMap((property, i) => {
      if (property.form !== "step" || !watched(property)) return [];
      const line = watchLines(aware, property, i, instance, [instance.code, ...given]);
      return line === null ? [] : [line];
    });
    if (lines.length > 0) program.define(`check_${number}`, ["s", "t", instance.code, ...given], lines.join("\n"));
    if (follows === undefined || followed !== null) expansions.push(defineExpansion(compiling, lines, packing, settling, stores.constants));
    first.push(firstInstance);
    firstInstance += compiling.loops.reduce((product, { size }) => product * size, 1);
    firstGuard += transition.guards.length;
  });
  properties.forEach((property, i) => {
    defineProperty(context, property, i);
  });
  defineExpand(program, expansions);
  // A new state is in `t` when it is inspected, and its properties read `state`.
  const inspected = properties.flatMap((property, i) => {
    if (property.form !== "state" || !watched(property)) return [];
    return watchLines({ ...context, definitions: new Map() }, property, i, { code: "(-1)", known: -1 }, []) ?? [];
  });
  program.define("inspect", ["s"], inspected.join("\n"));

  defineKernel(program, packing, storage, sizes, inspected.length > 0);
  if (follows !== undefined) defineFollower(program, { ...context, definitions: new Map() }, follows, storage, sizes.chunk);

  const source = [
    '"use strict";', "const { constants, steps: rows, template, rearrangements } = environment;", memoryOf(program.bytes()), rangeCheck, program.text(), swiftly,
    `return { ${[
      table("outcome", "outcome", transitions.length), table("effect", "effect", transitions.length), table("violated", "violated", properties.length),
      table("reached", "reached", properties.length), table("binding", "binding", properties.length),
      `kernel: { counters: { succeeded, failed, antecedent, touched }, ${[...kernelNames, ...(follows === undefined ? [] : followerNames)].join(", ")} }`,
    ].join(", ")} };`,
  ].join("\n\n");
  const kernel: KernelProgram = { source, environment: { constants: stores.constants, steps: rows, template: packing.template, rearrangements: symmetry.rearrangements, swift: null, place: 0 } };
  const generated = load(kernel);
  let translated: Swift | null | undefined;
  const swift = (): KernelProgram => {
    // What tries every permutation reads tables that are no arrays of numbers.
    translated ??= symmetry.rearrangements.length > 0 ? null : {
      expands: translate(program.functions, program.arrays, outside, [follows === undefined ? "measureStaged" : "judgeStaged", "expandStaged"].map((name) => ({ name, addresses: [] }))),
      seeks: storage.whole > 0 ? null : translate(program.functions, new Map(), inspected.length > 0 ? [seeing] : [], [{ name: follows === undefined ? "lookAllUp" : "seekAll", addresses: ["waiting", "ids", "slots", "states", "control"] }], true),
    };
    return { source, environment: { ...kernel.environment, swift: translated } };
  };

  const transitionOf = new Int32Array(instances.length);
  first.forEach((from, number) => transitionOf.fill(number, from, first[number + 1] ?? instances.length));
  const ranks = instances.map(({ transition, scope }) => transition.parameters.map(({ name, type }) => rank(bounds, type, scope[name] as Value)));
  const at = <T>(list: readonly T[], index: number | undefined, what: string): T => {
    const found = index === undefined ? undefined : list[index];
    if (found === undefined) throw new RangeError(`no such ${what}: ${index}`);
    return found;
  };
  const unranked = (property: Property, index: number): Scope | null => {
    if (index < 0) return null;
    let rest = index;
    const values = [...property.bindings].reverse().map(({ name, type }) => {
      const size = cardinality(bounds, type), value = unrank(bounds, type, rest % size);
      rest = Math.floor(rest / size);
      return [name, value] as const;
    });
    return Object.fromEntries(values.reverse());
  };
  const checks = <R extends readonly unknown[]>(form: Property["form"], reads: (...given: R) => Parameters<Reads<boolean>>): readonly Check<R>[] =>
    properties.flatMap((property, i) => (property.form !== form ? [] : [{
      property,
      violated: (...given: R) => at(generated.violated, i, "property")(...reads(...given)),
      reached: (...given: R) => at(generated.reached, i, "property")(...reads(...given)),
      binding: (...given: R) => unranked(property, at(generated.binding, i, "property")(...reads(...given))),
    }]));

  return {
    system, source, instances, steps: stepRows, state: stores.state, view: stores.view, step: stores.step,
    outcome: (state, instance) => at(generated.outcome, transitionOf[instance], "instance")(state, ...at(ranks, instance, "instance")),
    apply: (state, instance, after) => {
      after.set(state);
      at(generated.effect, transitionOf[instance], "instance")(state, after, ...at(ranks, instance, "instance"));
    },
    stateChecks: checks("state", (state: Cells) => [state, null, null, null]),
    stepChecks: checks("step", (before: Cells, after: Cells, instance: number) => [before, after, null, at(stepRows, instance, "instance")]),
    viewChecks: checks("view", (state: Cells, view: Cells, step: Cells) => [state, null, view, step]),
    packing, storage, kernel, swift,
  };
};

const compiledBefore = new WeakMap<System, Searchable>();

/** The same, once for each system: who replays a trace on several things compiles for all of them. @throws SpecificationError where the system is not well formed. */
export const compiledOf = (system: System): Searchable => {
  const known = compiledBefore.get(system);
  if (known !== undefined) return known;
  const compiled = compile(system);
  compiledBefore.set(system, compiled);
  return compiled;
};
