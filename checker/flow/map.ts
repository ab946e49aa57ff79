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
import { monitorTables } from "../refine/abstract-layout.ts";
import { callRows } from "../refine/actions.ts";
import { currentOf } from "../refine/current.ts";
import type { Leak, Onlooker, Twin, Watch, Watched } from "../refine/onlooker.ts";
import type { Secrets } from "../refine/secrets.ts";
import type { Declassification, DeclassifiedStep } from "./declassified.ts";
import { createInterned, createWritten } from "./interned.ts";
import { observe, observersOf, type Observer } from "./observation.ts";
import { cellName, type Part } from "./parts.ts";
import { passing, shownRegisters, type Shown } from "./registers.ts";
import { relationsOf } from "./relations.ts";

export interface FlowMap {
  /** Looks on at one more run of the same policy, with these secrets: all share the map. */
  watch(secrets: Secrets): Watch;
  /** On how many answers and steps they were judged. */
  readonly judged: { readonly [property: string]: number };
}

/** The codes of every way to call, by one thread of a domain that observes one thing, and where they were heard first. */
interface Answers { readonly codes: Uint8Array; readonly run: number; readonly state: number }

const unknown = 255, nobody = -1;

/** `selected` says which of P21, P23 and P24 count; each is told once. */
export const createFlowMap = (policy: Policy, compiled: Compiled, declassifications: readonly Declassification[], selected: (property: string) => boolean): FlowMap => {
  const { system, state } = compiled;
  const observations = createInterned(), shown = createInterned(), passages = createInterned(), written = createWritten();
  const flow = (system.constants["flow"] ?? []) as readonly (readonly boolean[])[];
  const runs: { readonly secrets: Secrets; readonly watched: Watched; readonly last: () => ReturnType<Watched["running"]> }[] = [];
  const answers = new Map<number, Answers>();
  const reached = new Map<string, number>();
  const decided = new Set<string>();
  const judged = { P21: 0, P23: 0, P24: 0 };
  const noRegisters = shown.number(new Int32Array(0));

  return {
    judged,
    watch: (secrets) => ({ secrets, begin: (m: Machine, watched: Watched): Onlooker => {
      const tables = { ...monitorTables(m), wordsPerFrame: m.wordsPerFrame }, { domains, devices, vcpus, stack } = tables;
      const relations = relationsOf(system, state, tables), observers = observersOf(system, state, tables);
      const current = currentOf(system, state), calls = callRows(system, m, tables).length;
      const accesses = 3 * (boundsOf(system.bounds, "Page").hi + 1);
      const planted = shownRegisters(state, tables, relations), registers = shownRegisters(state, tables, relations), registerRow = new Int32Array(registers.size), passageRow = new Int32Array(1 + stack);
      const rows = observers.map(({ cells }) => new Int32Array(1 + cells.length));
      const homes = Array.from({ length: vcpus }, (_, v) => state.cellOf("vcpu", [v]));
      const seen: number[] = [], alive: boolean[] = [];
      const run = runs.length;
      // The same in the other run: when others take their interrupts is no part of it.
      const last = (): ReturnType<Watched["running"]> => {
        const action = watched.running();
        return action.kind === "call" ? { ...action, delivery: null } : action;
      };
      runs.push({ secrets, watched, last });
      const steps = compiled.instances.map(({ transition, scope }): DeclassifiedStep => ({ name: transition.name, scope, actor: actorOf(scope, transition.name, domains, devices) }));
      let from = 0, before: Cells = new Int32Array(0), isShown = false;

      const twinAt = (other: number, at: number): Twin | null => {
        const found = runs[other];
        return found === undefined ? null : { secrets: found.secrets, actions: [...found.watched.pathTo(at), last()] };
      };
      const leak = (property: Leak["property"], observer: number, twin: Twin | null, cells: Leak["cells"]): void => {
        if (!selected(property) || decided.has(property) || cells.length === 0) return;
        decided.add(property);
        watched.leaked({ property, observer, secrets, twin, cells });
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
      const enter = (at: number, cells: Cells): void => {
        from = at;
        before = cells;
        heard.length = 0;
      };
      // Of the state that is being expanded, by vCPU: there are hundreds of answers for each.
      const heard: (Answers & { readonly caller: number } | undefined)[] = [];
      const answersOf = (v: number): Answers & { readonly caller: number } => {
        const already = heard[v];
        if (already !== undefined) return already;
        const home = before[homes[v] ?? 0] ?? 0, caller = current(before, v), key = (seenIn(from, caller) * domains + home) * vcpus + v;
        const found = answers.get(key) ?? { codes: new Uint8Array(calls + accesses).fill(unknown), run, state: from };
        answers.set(key, found);
        const now = { ...found, caller };
        heard[v] = now;
        return now;
      };
      const answer = (property: "P21" | "P24", row: number, v: number, value: number, said: (value: number) => string): void => {
        const { codes, run: other, state: at, caller } = answersOf(v), first = codes[row] ?? unknown;
        judged[property]++;
        if (first === unknown) codes[row] = value;
        else if (first !== value) leak(property, caller, twinAt(other, at), [{ cell: property === "P21" ? "code" : "frames reached", here: said(value), there: said(first) }]);
      };
      /** Of a call or return through a gate, all that the other side may depend on but what it saw itself: by which way control came. */
      const passage = (home: number, v: number): number => {
        passageRow[0] = home;
        for (let depth = 0; depth < stack; depth++) passageRow[1 + depth] = before[state.cellOf("stack", [home, v, depth])] ?? 0;
        return -1 - passages.number(passageRow);
      };
      const shownTo = (of: Shown, w: number, cells: Cells): number => {
        of.seenBy(w, cells, registerRow);
        return shown.number(registerRow);
      };
      const onward = (instance: number, frame: number, at: number, after: Cells): void => {
        const step = steps[instance];
        if (step === undefined) return;
        const { actor, name } = step, v = Number(step.scope["vcpu"] ?? 0), byThread = actor >= 0 && actor < domains, home = byThread ? before[homes[v] ?? 0] ?? 0 : 0;
        const action = instance + compiled.instances.length * (1 + frame), gate = name === "call" || name === "return";
        for (const observer of observers) {
          const w = observer.principal, was = seenIn(from, w), is = seenIn(at, w);
          // Whoever has ceased to exist sees nothing.
          if (alive[at * observers.length + w] !== true) continue;
          const found = isShown && w < domains ? shownTo(registers, w, after) : noRegisters;
          if (actor !== w && (actor === nobody || flow[actor]?.[w] !== true)) {
            const left = isShown && w < domains ? shownTo(planted, w, before) : noRegisters;
            judged.P23++;
            if (was !== is || left !== found) leak("P23", w, null, [...undeclared(step, observer, is, was), ...registersDiffer(step, observer, found, left)]);
            continue;
          }
          const row = written.at(was, action, gate && w !== actor ? passage(home, v) : seenIn(from, actor) * domains + home, is, found, run, from);
          judged.P24++;
          if (written.fresh) continue;
          const first = written.read(row, 0), firstFound = written.read(row, 1);
          if (first === is && firstFound === found) continue;
          leak("P24", w, twinAt(written.read(row, 2), written.read(row, 3)), [...undeclared(step, observer, is, first), ...registersDiffer(step, observer, found, firstFound)]);
        }
      };

      return {
        secrets, enter,
        observe: (at, machine, cells) => {
          observers.forEach((observer, i) => {
            const row = rows[i] ?? new Int32Array(0);
            observe(observer, { m: machine, cells, secrets }, row);
            seen[at * observers.length + i] = observations.number(row);
            alive[at * observers.length + i] = observer.exists(cells);
          });
        },
        answered: (row, v, code) => {
          if (row >= 0) answer("P21", row, v, code, (value) => codeNames[value] ?? String(value));
        },
        reaches: (access, v, frames) => {
          const key = frames.join(" "), value = reached.get(key) ?? reached.size;
          reached.set(key, value);
          answer("P24", calls + access, v, value, (one) => [...reached.keys()][one] || "none");
        },
        planted: (machine) => {
          planted.read(machine);
        },
        registers: (machine) => {
          registers.read(machine);
        },
        stepped: (instance, frame, at, after, registersShown) => {
          isShown = registersShown;
          onward(instance, frame, at, after);
        },
      };
    } }),
  };
};

const shownValue = (value: number | undefined): string => ((value ?? 0) >>> 0 < 0x10000 ? String(value ?? 0) : `0x${((value ?? 0) >>> 0).toString(16)}`);

/** The principal that a transition is a step of; interrupts are nobody's: whoever sends them may tell nobody anything. */
const actorOf = (scope: DeclassifiedStep["scope"], name: string, domains: number, devices: number): number => {
  if (scope["caller"] !== undefined) return Number(scope["caller"]);
  if (name === "interrupt") return nobody;
  return scope["device"] === undefined ? domains + devices : domains + Number(scope["device"]);
};
