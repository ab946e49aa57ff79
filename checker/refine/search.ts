/** Level-synchronous breadth-first search of the monitor on the machine, from the booted machine: counterexamples are shortest and the same every time, whoever does the work. */
import { createDigest } from "../../spec/lang/digest.ts";
import type { Instance, System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import { compiledOf } from "../compile/compile.ts";
import type { Compiled } from "../compile/compiled.ts";
import type { Level } from "../explore/level.ts";
import { readAccount, type Account, type AccountReader, type ToldBreach } from "./account.ts";
import { vcpuOf, type Action } from "./action.ts";
import { callRows } from "./actions.ts";
import { monitorTables } from "./abstract-layout.ts";
import { instanceOfAction } from "./action-instance.ts";
import { aloneOnMachine } from "./crew.ts";
import { currentOf } from "./current.ts";
import type { Breach } from "./judge.ts";
import type { Leak, RowKind } from "./onlooker.ts";
import type { MachineSearchResult, MachineViolation } from "./result.ts";
import type { MachineSearchOptions } from "./search-options.ts";
import { noSecrets } from "./secrets.ts";
import { createSurveyor } from "./surveyor.ts";
import { addCounts, addTally, coverageOf, createTally } from "./tally.ts";
import { createVisited, entry } from "./visited.ts";

/** Milliseconds between two turns of the event loop, in which signals and timers are heard. */
const turn = 100;

/** States that are expanded at once: a few hundredths of a second of work. */
const chunkStates = 4;

/** Every frame of the monitor is named in calls from states at a smaller depth than this, from the others its first and its last: the monitor tells its frames from others by their number alone. */
const everyFrameUntil = 2;

/** What one surveyor's numbers mean to the search. */
interface Meaning {
  readonly rows: { readonly [kind in RowKind]: number[] };
  /** The states that it has found on this level. */
  found: number[];
}

const breathe = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, 0);
});

/**
 * Searches the system's machine: `system` is the first of `systemsOf(policy)`.
 * @throws SpecificationError if the system is not well formed, RangeError if the saturating TLB outgrows its capacity, and whatever a surveyor in another thread throws.
 */
export const machineSearch = async (policy: Policy, system: System, options: MachineSearchOptions, compiled: Compiled = compiledOf(system)): Promise<MachineSearchResult> => {
  const { watch, clock } = options, secrets = watch?.secrets ?? noSecrets, started = clock();
  const here = createSurveyor(policy, system, compiled, { properties: options.properties, secrets, sight: watch === undefined ? null : watch.sight });
  const crew = (options.surveyors ?? aloneOnMachine)({ policy, system, properties: options.properties, secrets, compared: watch !== undefined }, here);
  const m = here.machine, tables = monitorTables(m), rows = callRows(system, m, tables), runs = currentOf(system, compiled.state);
  const visited = createVisited(crew.shares), bootedCells = compiled.state.encode(system.initial), cells = new Int32Array(bootedCells.length);
  const violations: MachineViolation[] = [], decided = new Set<string>();
  const tally = createTally(system), antecedents = new Float64Array(system.properties.length), reachedInside = new Float64Array(system.properties.length);
  let current = -1;

  const cellsOf = (state: number): Int32Array => {
    const of = bootedCells.slice();
    visited.cells(state, of);
    return of;
  };
  /** States from the booted one to this. */
  const statesTo = (state: number): readonly number[] => {
    const states: number[] = [];
    for (let at = state; at >= 0; at = visited.parent(at)) states.unshift(at);
    return states;
  };
  const pathTo = (state: number): readonly Action[] => statesTo(state).flatMap((at) => visited.action(at) ?? []);
  const instancesOnPath = (state: number, last: Action): readonly Instance[] => {
    const states = statesTo(state);
    return states.flatMap((at, i) => {
      const next = states[i + 1], action = next === undefined ? last : visited.action(next);
      if (action === null) return [];
      const vcpu = vcpuOf(action), instance = instanceOfAction(system, tables, action, vcpu === null ? 0 : runs(cellsOf(at), vcpu));
      return instance === null ? [] : [instance];
    });
  };
  const breached = (breach: Breach & { readonly leak?: Leak }, last: Action | null): void => {
    const key = `${breach.property} ${breach.clause}`;
    if (decided.has(key)) return;
    decided.add(key);
    violations.push({ ...breach, place: "M", actions: last === null ? [] : [...pathTo(current), last], instanceTrace: last === null ? [] : instancesOnPath(current, last) });
  };
  const comparer = watch?.compare(m, {
    pathTo,
    leaked: (leak, last) => { breached({ property: leak.property, clause: -1, binding: {}, inside: null, differences: [], malformed: null, leak }, last); },
  }) ?? null;

  const all = createDigest(), levels: Level[] = [], heard = new Map<number, { readonly meaning: Meaning; readonly reader: AccountReader }>();
  let digest = createDigest(), from = 0, end = 0, expanded = 0;
  let presumed: ToldBreach[] = [];
  /** The state that was told of last, and whether it was new. */
  let last = 0, isNew = false;

  const readerFor = (meaning: Meaning): AccountReader => {
    const stateOf = ({ found, number }: { readonly found: boolean; readonly number: number }): number => (found ? meaning.found[number] ?? -1 : number);
    const rowOf = (kind: RowKind, number: number): number => meaning.rows[kind][number] ?? -1;
    const translated = new Int32Array(Math.max(64, 2 * tables.domains));
    const translate = (numbers: Int32Array, one: (number: number) => number): Int32Array => {
      for (let i = 0; i < numbers.length; i++) translated[i] = one(numbers[i] ?? 0);
      return translated;
    };
    return {
      expands: () => {
        current = from + expanded++;
        if (comparer === null) return;
        cells.set(bootedCells);
        visited.cells(current, cells);
        comparer.enter(current, cells);
      },
      fresh: (clauses, words, at) => {
        last = visited.find(words, at);
        isNew = last < 0;
        if (isNew) {
          last = visited.add(words, at);
          for (const sum of [digest, all]) sum.add([words[at + entry.hashLow] ?? 0, words[at + entry.hashHigh] ?? 0]);
          for (const clause of clauses) antecedents[clause] = (antecedents[clause] ?? 0) + 1;
          for (const { breach, action } of presumed) breached(breach, action);
        }
        presumed = [];
        meaning.found.push(last);
      },
      observed: (seen) => {
        if (isNew) comparer?.observed(last, translate(seen, (one) => 2 * rowOf("observation", one >> 1) + (one & 1)));
      },
      row: (kind, row) => { meaning.rows[kind].push(comparer?.number(kind, row) ?? -1); },
      stepped: (target, instance, frame, registers, action) => {
        comparer?.stepped(instance, frame, stateOf(target), registers === null ? null : translate(registers, (one) => (one < 0 ? -1 : rowOf("registers", one))), action);
      },
      answers: (vcpu, row, count) => {
        comparer?.answers(vcpu, rowOf("answers", row), count, (at) => {
          const { number, registers } = rows[at] ?? { number: 0, registers: [0, 0, 0, 0] };
          return { kind: "call", vcpu, number, arguments: registers, delivery: null };
        });
      },
      answered: (row, vcpu, code, action) => { comparer?.answered(row, vcpu, code, action); },
      reaches: (access, vcpu, frames, action) => { comparer?.reaches(access, vcpu, frames, action); },
      breached: (told) => {
        if (told.presumed) presumed.push(told);
        else breached(told.breach, told.action);
      },
    };
  };
  const introduced = (surveyor: number): { readonly meaning: Meaning; readonly reader: AccountReader } => {
    const meaning: Meaning = { rows: { observation: [], registers: [], answers: [] }, found: [] }, one = { meaning, reader: readerFor(meaning) };
    heard.set(surveyor, one);
    return one;
  };
  const hear = (account: Account, surveyor: number): void => {
    const { reader } = heard.get(surveyor) ?? introduced(surveyor);
    addTally(tally, account.tally);
    addCounts(antecedents, account.antecedents);
    account.reachedInside.forEach((reached, clause) => { reachedInside[clause] = Math.max(reached, reachedInside[clause] ?? 0); });
    readAccount(account, reader);
  };

  let state: MachineSearchResult["state"] = "complete", depth = 0, told = started, rested = started;
  /** Looks whether the search may go on, and tells how it goes. */
  const look = (): boolean => {
    const now = clock();
    if (now - told >= turn) {
      options.onProgress?.({ depth, statesDistinct: visited.size, transitions: tally.transitions, frontier: end - from - expanded });
      told = now;
    }
    if (options.signal?.aborted === true) state = "interrupted";
    else if (now - started > options.maxMilliseconds || visited.bytes > options.maxBytes) state = "budget";
    return state === "complete";
  };

  hear(here.start(), 0);
  end = visited.size;
  levels.push({ depth: 0, states: end, digest: digest.text() });
  let left = end;
  while (end > from && depth < options.depth && state === "complete" && (violations.length === 0 || options.allViolations)) {
    digest = createDigest();
    expanded = 0;
    for (const { meaning } of heard.values()) meaning.found = [];
    let given = from;
    await crew.survey(end - from, {
      next: () => {
        if (given >= end || !look()) return null;
        const chunk = { depth, from: given, to: Math.min(end, given + chunkStates), everyFrame: depth < everyFrameUntil };
        given = chunk.to;
        return chunk;
      },
      memory: () => visited.memory,
      hear,
      rest: () => {
        if (clock() - rested < turn) return null;
        rested = clock();
        return breathe();
      },
    });
    left = visited.size - from - expanded;
    if (from + expanded < end) break;
    depth++;
    [from, end] = [end, visited.size];
    if (end > from) levels.push({ depth, states: end - from, digest: digest.text() });
    if (end >= options.maxStates && end > from) state = "budget";
  }
  return {
    name: options.name, state, closed: left === 0, depth, statesDistinct: visited.size, transitions: tally.transitions, levels, frontier: left,
    exact: true, digest: all.text(), coverage: coverageOf(system, tally, { antecedents, reachedInside }), violations, callsRun: tally.callsRun,
  };
};
