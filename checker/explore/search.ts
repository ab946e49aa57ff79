/** Level-synchronous breadth-first search of a system on generated code: counterexamples are shortest, counts depend on nothing but the system. */
import { digestText } from "../../spec/lang/digest.ts";
import type { Property } from "../../spec/lang/property.ts";
import type { System } from "../../spec/lang/system.ts";
import { compile, isAbstract, kernelOf, type Counters } from "../compile/compile.ts";
import { chunkOf, control, idsAtOnce } from "../compile/kernel.ts";
import { omissionAmong } from "../compile/storage.ts";
import { coverageOf, transitionsIn } from "./coverage.ts";
import { tell, type Told } from "./crew.ts";
import { expectedLevels, rangeOf } from "./forecast.ts";
import { CheckpointRefused, countersOf, totalOf, type Kept } from "./keeper.ts";
import type { Level } from "./level.ts";
import { progress, type Progress } from "./progress.ts";
import type { SearchOptions, SearchProgress, SearchResult, Violation } from "./result.ts";
import { createStore, MemoryRefused } from "./store.ts";
import { strandingOf, violationOf, type Finding } from "./trace.ts";

/** The digests of two sets of states together. */
const joined = ([high, low]: readonly [number, number], measured: ArrayLike<number>): readonly [number, number] => [(high + (measured[0] ?? 0)) | 0, (low + (measured[1] ?? 0)) | 0];

/** Levels from which on their sizes say something of those to come. */
const fewestLevels = 6;

/** Counts as a worker: whoever searched before the search was taken up. */
const earlier = -1;

/**
 * Searches the reachable states.
 * @throws SpecificationError if the system is not well formed, SelfCheckError if a counterexample does not hold in the oracle,
 * CheckpointRefused if it cannot go on from what was kept, RangeError if fingerprints are to be kept, from which no search can go on.
 */
export const search = async (system: System, options: SearchOptions): Promise<SearchResult> => {
  const selected = options.properties;
  const watched = system.properties.map((property) => isAbstract(property) && (selected === null || selected.includes(property.id)));
  /** Those that can be violated at all: others are there to be measured. */
  const open = system.properties.filter(({ then }, i) => watched[i] === true && !(then.op === "literal" && then.value === true)).length;
  const started = options.clock();
  const compiled = compile(system, { watched: (property) => watched[system.properties.indexOf(property)] === true, symmetry: options.symmetry, fingerprints: options.fingerprints });
  if (options.fingerprints && options.keeper !== null) throw new RangeError("a search that keeps fingerprints cannot be taken up");
  const kernel = kernelOf(compiled.kernel), crew = options.muster(compiled, kernel), { words } = compiled.packing, began = options.clock();
  /** Milliseconds that there are, and that the search has waited for more of them. */
  let allowed = options.maxMilliseconds, waited = 0;
  const elapsed = (): number => options.clock() - began - waited;
  const store = createStore(kernel, compiled.storage, crew.workers * (chunkOf(compiled.instances.length) * compiled.instances.length + idsAtOnce), crew);
  crew.attach(store.memory);

  const levels: Level[] = [], violations: Violation[] = [];
  // The search's own kernel has looked at the initial state; alone, it does all the work.
  const counters = new Map<number, Counters>([[0, kernel.counters]]);
  let whole: readonly [number, number] = [0, 0], level: readonly [number, number] = [0, 0], state: SearchResult["state"] = "complete";
  /** Of the level that is expanded: where it begins and ends. */
  let from = 0, end = 0, depth = 0, taken = 0;
  const next = (): number => Math.min(end, store.memory.control[control.next] ?? 0);

  const found = new Map<number, Finding>(), told: Finding[] = [];
  /** Of all that was told of a property, the first in the order of the kernel. */
  const hear = ({ worker, counters: counted, violates, violating, measured }: Told): void => {
    counters.set(worker, counted);
    level = joined(level, measured);
    violates.forEach((how, property) => {
      if (how === 0) return;
      const first = violating.slice(property * words, (property + 1) * words), known = found.get(property);
      const differs = first.findIndex((word, i) => word !== known?.words[i]);
      if (known === undefined || (differs >= 0 && (first[differs] ?? 0) > (known.words[differs] ?? 0))) found.set(property, { property, words: first, step: how === 2 });
    });
  };
  /** Whether the search is over, because something is violated or nothing is left to decide. */
  const decide = (): boolean => {
    const known = new Set(violations.map(({ clause }) => clause));
    for (const finding of [...found.values()].sort((a, b) => a.property - b.property)) {
      if (known.has(finding.property)) continue;
      told.push(finding);
      violations.push(violationOf(compiled, kernel, store, finding));
    }
    found.clear();
    return violations.length > 0 && (!options.allViolations || violations.length === open);
  };
  const measured = (upTo: number, since: number): void => {
    kernel.measureStates(since, upTo);
    level = joined(level, kernel.measured);
    kernel.measured.fill(0);
  };
  const closeLevel = (): void => {
    if (end > from) levels.push({ depth: levels.length, states: end - from, digest: digestText(...level) });
    whole = joined(whole, level);
    level = [0, 0];
  };
  /** Time goes with the states that are expanded, memory with those that are found. */
  const forecast = (): SearchProgress["forecast"] => {
    const done = next() - from, size = store.size();
    if (done <= 0) return undefined;
    const after = (size - end) * ((end - from) / done), statesDistinct = Math.round(end + after * (1 + after / Math.max(1, end - from)));
    return { statesDistinct, bytes: Math.round((store.bytes() / size) * statesDistinct), milliseconds: Math.round(((end - next() + after) * elapsed()) / Math.max(1, next() - taken)) };
  };
  /** The level that is expanded is as large as it will be. */
  const wholeAhead = (): SearchProgress["whole"] => {
    if (options.depth !== Infinity || levels.length < fewestLevels || end <= from || next() <= taken) return undefined;
    const statesDistinct = Math.round(expectedLevels([...levels.map(({ states }) => states), end - from]).reduce((sum, states) => sum + states, 0));
    return { statesDistinct, ...rangeOf(store.size(), statesDistinct), bytes: Math.round((store.bytes() / store.size()) * statesDistinct), milliseconds: Math.round(((statesDistinct - next()) * elapsed()) / (next() - taken)) };
  };
  const turn = (): void => {
    const ahead = forecast(), atEnd = wholeAhead();
    options.onProgress?.({
      depth, statesDistinct: store.size(), transitions: transitionsIn([...counters.values()]), frontier: end - next(), ...(ahead === undefined ? {} : { forecast: ahead }), ...(atEnd === undefined ? {} : { whole: atEnd }),
    });
    if (options.signal?.aborted === true) state = "interrupted";
    else if (elapsed() > allowed) state = "budget";
    if (state !== "complete") Atomics.store(store.memory.control, control.stop, 1);
  };

  /** Whether there is more time, where that is what ended the search. */
  const goOn = async (): Promise<boolean> => {
    if (state !== "budget" || options.moreTime === null || elapsed() <= allowed || store.size() >= options.maxStates) return false;
    const since = options.clock(), more = await options.moreTime();
    waited += options.clock() - since;
    if (more <= 0) return false;
    allowed += more;
    state = "complete";
    Atomics.store(store.memory.control, control.stop, 0);
    return true;
  };

  /** Whether there is room to go on: neither the budget nor the system refuses it. */
  const makeRoom = async (): Promise<boolean> => {
    if (store.nextBytes() > options.maxBytes) return false;
    try {
      const { newIndex } = store.grow();
      crew.attach(store.memory);
      if (newIndex) await crew.place(store.size());
      return true;
    } catch (thrown) {
      if (thrown instanceof MemoryRefused) return false;
      throw thrown;
    }
  };
  const { stride, whole: needed } = compiled.storage;
  let saved = 0;
  /** Keeps where the search stands; `from` to `end` is the level to be expanded next. */
  const keep = (): void => {
    if (options.keeper === null) return;
    options.keeper.save({
      depth, levels, from, count: end, counted: totalOf([...counters.values()]), findings: told.map(({ property, words: at, step }) => ({ property, words: [...at], step })),
    }, store.memory.log.subarray(saved * stride, end * stride));
    saved = end;
  };
  /** Takes up a search where it was left, after all of its states have been measured again. */
  const takeUp = (kept: Kept): void => {
    // Before anything is measured: what is said to be there must be there.
    if (kept.levels.reduce((sum, { states }) => sum + states, 0) !== kept.from || kept.from > kept.count) throw new CheckpointRefused("the levels of the checkpoint do not have as many states as it says");
    if (kept.findings.some(({ property }) => property >= system.properties.length)) throw new CheckpointRefused("the checkpoint has a finding of no property");
    store.restore(kept.states, kept.count);
    crew.attach(store.memory);
    for (const one of kept.levels) {
      measured(end + one.states, end);
      if (digestText(...level) !== one.digest) throw new CheckpointRefused(`level ${one.depth} of the checkpoint does not have the digest that it should`);
      [from, end] = [end, end + one.states];
      closeLevel();
    }
    ({ depth } = kept);
    [from, end, saved, taken] = [end, kept.count, kept.count, end];
    store.memory.control[control.next] = from;
    counters.set(earlier, countersOf(kept.counted));
    for (const finding of kept.findings) found.set(finding.property, { ...finding, words: Int32Array.from(finding.words) });
  };

  /** Decides a graph property; `null` where that cannot be, because states are not all known, or not whole. */
  const attempt = async (clause: number, property: Property, closed: boolean): Promise<Progress | null> => {
    if (!closed || needed !== 0 || state !== "complete") return null;
    const decided = await progress(compiled, property, store.memory, levels, {
      symmetry: options.symmetry, worth: crew.worth, maxBytes: options.maxBytes - store.bytes(),
      ends: () => {
        turn();
        return state === "complete" ? null : state;
      },
    });
    if (decided.state !== "complete") {
      ({ state } = decided);
      // It begins again: what it holds is as large as the search, and is not kept while it waits.
      return await goOn() ? attempt(clause, property, closed) : decided;
    }
    kernel.counters.antecedent[clause] = (kernel.counters.antecedent[clause] ?? 0) + decided.asked;
    if (decided.stuck !== null) violations.push(strandingOf(compiled, kernel, store, clause, decided.stuck, options.symmetry));
    return decided;
  };

  try {
    if (options.meter !== null) {
      const built = options.clock();
      store.prepare(options.meter.states);
      crew.attach(store.memory);
      const touched = options.clock();
      await crew.ready(options.meter.states);
      options.meter.begins({ building: built - started + options.clock() - touched, touching: touched - built });
    }
    const kept = options.keeper?.load(compiled.kernel, stride) ?? null;
    if (kept === null) {
      kernel.begin(compiled.state.encode(system.initial));
      const first = tell(0, kernel);
      store.fill([first.unused]);
      end = store.size();
      hear(first);
    } else takeUp(kept);
    let over = decide();
    while (!over && end > from && depth < options.depth && (state === "complete" || await goOn())) {
      while (next() < end && state === "complete") {
        if (store.size() > store.limit()) {
          if (!(await makeRoom())) {
            state = "budget";
            break;
          }
        }
        const told = await crew.work(end, store.limit(), turn);
        told.forEach(hear);
        store.fill(told.map(({ unused }) => unused));
      }
      over = decide();
      if (next() < end) continue;
      closeLevel();
      depth++;
      [from, end] = [end, store.size()];
      store.memory.control[control.next] = from;
      store.advance(from);
      keep();
      if (!over && end > from && end >= options.maxStates) state = "budget";
    }
    options.meter?.ends(store.bytes());
    const reached = next();
    measured(end, reached);
    closeLevel();
    [from, end] = [end, store.size()];
    measured(end, from);
    closeLevel();
    const closed = reached === store.size();
    const undecided: string[] = [];
    for (const [clause, property] of system.properties.entries()) {
      if (property.form !== "graph" || watched[clause] !== true) continue;
      const decided = await attempt(clause, property, closed);
      if (decided?.state !== "complete") undecided.push(property.id);
    }
    return {
      name: options.name, state, closed, depth, statesDistinct: store.size(), transitions: transitionsIn([...counters.values()]),
      levels, frontier: store.size() - reached, exact: needed === 0, ...(needed === 0 ? {} : { omission: omissionAmong(store.size()) }), digest: digestText(...whole),
      coverage: coverageOf(system, [...counters.values()], (clause) => watched[clause] === true), violations, undecided,
    };
  } finally {
    await crew.close();
  }
};
