/**
 * Noninterference by one map (MODEL.md section 8, point 4): from what an observer saw, what was done and what the actor saw, if that may flow to the observer, to what the
 * observer sees next. A second value for a key is two runs that the observer must not be able to tell apart and can. Pairs of states are never looked at.
 */
import type { Machine } from "../../hw/machine.ts";
import { codes as codeNames } from "../../spec/vocabulary.ts";
import type { Policy } from "../../spec/policy.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import { REGISTERS } from "../../hw/vcpu.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import { callRows } from "../refine/actions.ts";
import { currentOf } from "../refine/current.ts";
import { undisturbed, type Action } from "../refine/action.ts";
import { createInterned } from "../refine/interned.ts";
import { lookOn, unanswered, type Comparer, type Leak, type SearchWatch, type Sight, type Twin, type Watch, type Watched } from "../refine/onlooker.ts";
import type { Secrets } from "../refine/secrets.ts";
import { actorsOf, mayFlowBy } from "./actors.ts";
import type { Declassification, DeclassifiedStep } from "./declassified.ts";
import { observersOf, tablesOf, type Observer } from "./observation.ts";
import { cellName, type Part } from "./parts.ts";
import { passing } from "./registers.ts";
import { sightOf } from "./sight.ts";
import { createWritten } from "./written.ts";

export interface FlowMap {
  /** Looks on at one more run, or search, of the same policy, with these secrets: all share the map. */
  watch(secrets: Secrets): Watch & SearchWatch;
  /** On how many answers and steps they were judged. */
  readonly judged: { readonly [property: string]: number };
}

/** The codes of every way to call, by one thread of a domain that observes one thing, and where they were heard first. */
interface Answers { readonly codes: Uint8Array; readonly run: number; readonly state: number; /** Rows of answers that have been compared. */ readonly agreed: Set<number> }

/** `selected` says which of P21, P23 and P24 count; each is told once. */
export const createFlowMap = (policy: Policy, compiled: Compiled, declassifications: readonly Declassification[], selected: (property: string) => boolean): FlowMap => {
  const { system, state } = compiled;
  const observations = createInterned(), shown = createInterned(), answered = createInterned(), passages = createInterned(), written = createWritten();
  const mayFlow = mayFlowBy(system);
  const runs: { readonly secrets: Secrets; readonly watched: Watched }[] = [];
  const answers = new Map<number, Answers>();
  const reached = new Map<string, number>();
  const decided = new Set<string>();
  const judged = { P21: 0, P23: 0, P24: 0 };
  const noRegisters = shown.number(new Int32Array(0));

  const compareOf = (secrets: Secrets) => (m: Machine, watched: Watched): Comparer => {
    const tables = tablesOf(m), { domains, vcpus, devices, stack } = tables, host = domains + devices;
    const observers = observersOf(system, state, tables);
    const current = currentOf(system, state), calls = callRows(system, m, tables).length;
    const accesses = 3 * (boundsOf(system.bounds, "Page").hi + 1);
    const passageRow = new Int32Array(1 + stack);
    const homes = Array.from({ length: vcpus }, (_, v) => state.cellOf("vcpu", [v]));
    const seen: number[] = [], alive: boolean[] = [];
    const run = runs.length, actors = actorsOf(compiled, tables);
    runs.push({ secrets, watched });
    const hostMoves = (["remap", "rmp"] as const).map((name): DeclassifiedStep => ({ name, scope: {}, actor: host }));
    const steps = compiled.instances.map(({ transition, scope }, i): DeclassifiedStep => ({ name: transition.name, scope, actor: actors[i] ?? -1 }));
    let from = 0, before: Cells = new Int32Array(0);

    /** The same in the other run: what came in the middle of a call is no part of it. */
    const twinAt = (other: number, at: number, last: Action): Twin | null => {
      const found = runs[other];
      return found === undefined ? null : { secrets: found.secrets, actions: [...found.watched.pathTo(at), last.kind === "call" ? undisturbed(last) : last] };
    };
    const leak = (property: Leak["property"], observer: number, twin: (last: Action) => Twin | null, cells: Leak["cells"], action: () => Action): void => {
      if (!selected(property) || decided.has(property) || cells.length === 0) return;
      decided.add(property);
      const last = action();
      watched.leaked({ property, observer, secrets, twin: twin(last), cells }, last);
    };
    const isDeclared = (step: DeclassifiedStep, observer: Observer, part: Part, at: readonly number[], now: number): boolean => {
      const before = observations.row(seenIn(from, observer.principal));
      const saw = (asked: Part, ...of: readonly number[]): number => {
        const found = observer.cells.findIndex((cell) => cell.part === asked && cell.at.length === of.length && cell.at.every((n, i) => n === of[i]));
        return found < 0 ? 0 : before[1 + found] ?? 0;
      };
      return declassifications.some((entry) => entry.steps.includes(step.name) && entry.covers(step, part, at, now, saw));
    };
    /** The cells in which two observations differ, but for those that a declassification covers. */
    const undeclared = (step: DeclassifiedStep, observer: Observer, here: number, there: number): Leak["cells"] => {
      const one = observations.row(here), other = observations.row(there);
      return observer.cells.flatMap(({ part, at }, i) => (one[1 + i] === other[1 + i] || isDeclared(step, observer, part, at, one[1 + i] ?? 0) ? []
        : [{ cell: cellName(policy, part, at), here: shownValue(one[1 + i]), there: shownValue(other[1 + i]) }]));
    };
    const registersDiffer = (step: DeclassifiedStep, observer: Observer, here: number, there: number): Leak["cells"] => {
      const one = shown.row(here), other = shown.row(there);
      return [...one].flatMap((value, i) => {
        const thread = Math.floor(i / passing.length), at = [Math.floor(thread / vcpus), thread % vcpus, passing[i % passing.length] ?? REGISTERS.length];
        return value === other[i] || isDeclared(step, observer, "register", at, value) ? []
          : [{ cell: cellName(policy, "register", at), here: shownValue(value), there: shownValue(other[i]) }];
      });
    };
    const seenIn = (at: number, principal: number): number => seen[at * observers.length + principal] ?? 0;
    // Of the state that is being expanded, by vCPU: there are hundreds of answers for each.
    const heard: (Answers & { readonly caller: number } | undefined)[] = [];
    const answersOf = (v: number): Answers & { readonly caller: number } => {
      const already = heard[v];
      if (already !== undefined) return already;
      const home = before[homes[v] ?? 0] ?? 0, caller = current(before, v), key = (seenIn(from, caller) * domains + home) * vcpus + v;
      const found = answers.get(key) ?? { codes: new Uint8Array(calls + accesses).fill(unanswered), run, state: from, agreed: new Set<number>() };
      answers.set(key, found);
      const now = { ...found, caller };
      heard[v] = now;
      return now;
    };
    const answer = (property: "P21" | "P24", row: number, v: number, value: number, said: (value: number) => string, action: () => Action): void => {
      const { codes, run: other, state: at, caller } = answersOf(v), first = codes[row] ?? unanswered;
      if (first === unanswered) codes[row] = value;
      else if (first !== value) leak(property, caller, (last) => twinAt(other, at, last), [{ cell: property === "P21" ? "code" : "frames reached", here: said(value), there: said(first) }], action);
    };
    const code = (value: number): string => codeNames[value] ?? String(value);
    /** Of a call or return through a gate, all that the other side may depend on but what it saw itself: by which way control came. */
    const passage = (home: number, v: number): number => {
      passageRow[0] = home;
      for (let depth = 0; depth < stack; depth++) passageRow[1 + depth] = before[state.cellOf("stack", [home, v, depth])] ?? 0;
      return -1 - passages.number(passageRow);
    };
    const shownTo = (registers: Int32Array | null, w: number, which: 0 | 1): number => (registers !== null && w < domains ? registers[2 * w + which] ?? -1 : noRegisters);
    const movedCell = observers[host]?.cells.findIndex(({ part }) => part === "moved") ?? -1;
    /** Whether the host has moved memory on the way to the state. */
    const hasMoved = (state: number): boolean => movedCell >= 0 && observations.row(seenIn(state, host))[1 + movedCell] !== 0;
    /** Where the host has moved memory it takes part in every step, and with it devices, which reach what is the host's: to whom it may flow, what it sees may make a difference. */
    const tellsHost = (actor: number): boolean => actor >= domains || mayFlow(actor, host);
    const hearsHost = (w: number): boolean => w >= domains || mayFlow(host, w);
    const withHost = (actors: number): number => -1 - passages.number(Int32Array.of(-1, actors, seenIn(from, host)));
    const onward = (instance: number, frame: number, at: number, registers: Int32Array | null, last: () => Action): void => {
      const step = instance < 0 ? hostMoves[frame % hostMoves.length] : steps[instance], moved = instance < 0 || hasMoved(from);
      if (step === undefined) return;
      const { actor, name } = step, v = Number(step.scope["vcpu"] ?? 0), byThread = actor >= 0 && actor < domains, home = byThread ? before[homes[v] ?? 0] ?? 0 : 0;
      const action = instance < 0 ? -1 - frame : instance + compiled.instances.length * (1 + frame), gate = name === "call" || name === "return";
      for (const observer of observers) {
        const w = observer.principal, was = seenIn(from, w), is = seenIn(at, w);
        // Whoever has ceased to exist sees nothing.
        if (alive[at * observers.length + w] !== true) continue;
        const found = shownTo(registers, w, 1);
        const joined = moved && hearsHost(w);
        if (!mayFlow(actor, w) && !(joined && tellsHost(actor))) {
          const left = shownTo(registers, w, 0);
          judged.P23++;
          if (was !== is || left !== found) leak("P23", w, () => null, [...undeclared(step, observer, is, was), ...registersDiffer(step, observer, found, left)], last);
          continue;
        }
        const saw = gate && w !== actor ? passage(home, v) : seenIn(from, actor) * domains + home;
        const row = written.at(was, action, joined ? withHost(saw) : saw, is, found, run, from);
        judged.P24++;
        if (written.fresh) continue;
        const first = written.read(row, 0), firstFound = written.read(row, 1);
        if (first === is && firstFound === found) continue;
        leak("P24", w, (here) => twinAt(written.read(row, 2), written.read(row, 3), here), [...undeclared(step, observer, is, first), ...registersDiffer(step, observer, found, firstFound)], last);
      }
    };

    return {
      number: (kind, row) => (kind === "observation" ? observations : kind === "registers" ? shown : answered).number(row),
      observed: (at, rows) => {
        for (let i = 0; i < observers.length; i++) {
          seen[at * observers.length + i] = (rows[i] ?? 0) >> 1;
          alive[at * observers.length + i] = ((rows[i] ?? 0) & 1) === 1;
        }
      },
      enter: (at, cells) => {
        from = at;
        before = cells;
        heard.length = 0;
      },
      answered: (row, v, value, action) => {
        judged.P21++;
        answer("P21", row, v, value, code, action);
      },
      answers: (v, row, count, actionOf) => {
        const { agreed } = answersOf(v);
        judged.P21 += count;
        // States that look alike to the caller mostly answer alike: a row that has been compared whole need not be again.
        if (agreed.has(row)) return;
        agreed.add(row);
        const codes = new Uint8Array(answered.row(row).buffer);
        for (let i = 0; i < calls; i++) if (codes[i] !== unanswered) answer("P21", i, v, codes[i] ?? unanswered, code, () => actionOf(i));
      },
      reaches: (access, v, frames, action) => {
        const key = frames.join(" "), value = reached.get(key) ?? reached.size;
        reached.set(key, value);
        judged.P24++;
        answer("P24", calls + access, v, value, (one) => [...reached.keys()][one] || "none", action);
      },
      stepped: onward,
    };
  };

  return {
    judged,
    watch: (secrets) => {
      const compare = compareOf(secrets), sight = (m: Machine): Sight => sightOf(compiled, m, secrets);
      return { secrets, sight, compare, begin: (m, watched, running) => lookOn(secrets, sight(m), compare(m, watched), running) };
    },
  };
};

const shownValue = (value: number | undefined): string => ((value ?? 0) >>> 0 < 0x10000 ? String(value ?? 0) : `0x${((value ?? 0) >>> 0).toString(16)}`);
