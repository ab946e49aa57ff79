/** Level-synchronous breadth-first search of a system on generated code: counterexamples are shortest, counts depend on nothing but the system. */
import { createDigest } from "../../spec/lang/digest.ts";
import type { System } from "../../spec/lang/system.ts";
import { compile, isAbstract, type Counters } from "../compile/compile.ts";
import { createExpander } from "./expansion.ts";
import type { Coverage, Level, SearchOptions, SearchResult, Violation } from "./result.ts";
import { createTable } from "./table.ts";
import { violationOf } from "./trace.ts";

/** States expanded between two looks at the clock. */
const batch = 256;
/** Milliseconds between two turns of the event loop, in which signals and timers are heard. */
const turn = 100;

/** Lets timers, signals and messages through. */
const breathe = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, 0);
});

const coverageOf = (system: System, { succeeded, failed, antecedent, touched }: Counters, watched: (clause: number) => boolean): Coverage => {
  let guard = 0;
  const counted = system.transitions.map((transition, i) => ({
    transition, succeeded: succeeded[i] ?? 0,
    guards: transition.guards.map(({ id }) => ({ id: `${transition.name}.${id}`, failedFirst: failed[guard++] ?? 0 })),
  }));
  const calls = counted.filter(({ transition }) => transition.kind === "call");
  return {
    calls: calls.map(({ transition, succeeded: count, guards }) => ({ id: transition.name, succeeded: count, denied: guards.reduce((sum, { failedFirst }) => sum + failedFirst, 0) })),
    guards: calls.flatMap(({ guards }) => guards),
    moves: counted.filter(({ transition }) => transition.kind === "move").map(({ transition, succeeded: count }) => ({ id: transition.name, taken: count })),
    properties: system.properties.flatMap(({ id }, clause) => (watched(clause) ? [{ id, clause, antecedent: Math.max(antecedent[clause] ?? 0, touched[clause] ?? 0) }] : [])),
  };
};

/** A list of numbers that grows; four bytes each. */
const growing = (): { push(value: number): void; list(): Uint32Array } => {
  let list = new Uint32Array(1 << 12), count = 0;
  return {
    push: (value) => {
      if (count === list.length) {
        const larger = new Uint32Array(count * 2);
        larger.set(list);
        list = larger;
      }
      list[count++] = value;
    },
    list: () => list,
  };
};

/**
 * Searches the reachable states.
 * @throws SpecificationError if the system is not well formed, SelfCheckError if a counterexample does not hold in the oracle.
 */
export const search = async (system: System, options: SearchOptions): Promise<SearchResult> => {
  const selected = options.properties;
  const watched = system.properties.map((property) => isAbstract(property) && (selected === null || selected.includes(property.id)));
  const compiled = compile(system, { watched: (property) => watched[system.properties.indexOf(property)] === true, symmetry: options.symmetry });
  const parents = growing(), began = performance.now();
  let table = createTable(1);
  const expander = createExpander(compiled, (words) => {
    table = createTable(words);
    return table;
  }, parents);
  const whole = createDigest(), levels: Level[] = [], violations: Violation[] = [], { counters } = expander;
  const transitions = (): number => counters.succeeded.reduce((sum, count) => sum + count, 0);

  /** The level of the states found since the last. */
  const measure = (from: number): void => {
    const digest = createDigest();
    for (let id = from; id < table.size(); id++) {
      const cells = expander.cellsOf(id);
      digest.add(cells);
      whole.add(cells);
    }
    levels.push({ depth: levels.length, states: table.size() - from, digest: digest.text() });
  };
  /** Whether the search is over, because something is violated or nothing is left to decide. */
  const decide = (): boolean => {
    const known = new Set(violations.map(({ clause }) => clause));
    const fresh = expander.findings().filter(({ property }) => !known.has(property)).sort((a, b) => a.property - b.property);
    for (const finding of fresh) violations.push(violationOf(compiled, expander, parents.list(), finding));
    return violations.length > 0 && (!options.allViolations || violations.length === watched.filter(Boolean).length);
  };

  expander.begin(compiled.state.encode(system.initial));
  measure(0);
  let state: SearchResult["state"] = "complete", depth = 0, next = 0, lastTurn = began, over = decide();
  while (!over && next < table.size() && depth < options.depth && state === "complete") {
    const end = table.size();
    while (next < end && state === "complete") {
      const to = Math.min(end, next + batch);
      expander.expand(next, to);
      next = to;
      const now = performance.now();
      if (now - lastTurn < turn) continue;
      options.onProgress?.({ depth, statesDistinct: table.size(), transitions: transitions(), frontier: end - next });
      await breathe();
      lastTurn = performance.now();
      if (options.signal?.aborted === true) state = "interrupted";
      else if (now - began > options.maxMilliseconds) state = "budget";
    }
    if (table.size() > end) measure(end);
    if (next === end) depth++;
    over = decide();
    if (!over && state === "complete" && next < table.size() && table.size() >= options.maxStates) state = "budget";
  }
  return {
    name: options.name, state, closed: next === table.size(), depth, statesDistinct: table.size(), transitions: transitions(),
    levels, frontier: table.size() - next, exact: true, digest: whole.text(),
    coverage: coverageOf(system, counters, (clause) => watched[clause] === true), violations,
  };
};
