/**
 * Specification and monitor step by step at the real geometry, `4 x 9` with frames of 4 KiB, with a large page of 512 frames. Nothing is compiled: the oracle says what each step is
 * worth, and only what a step has changed is read again and compared.
 */
import { vcpu } from "../../../hw/identifiers.ts";
import { raiseInterrupt, takeInterrupt } from "../../../hw/interrupts.ts";
import { mark, readWord, undo } from "../../../hw/memory.ts";
import { forEachCached, forEachStructure } from "../../../hw/tlb.ts";
import { RAX, readRegister } from "../../../hw/vcpu.ts";
import { abstractionOf } from "../../../checker/refine/abstract.ts";
import { frameRow, monitorTables, saveRow, tableTag, vcpuRow } from "../../../checker/refine/abstract-layout.ts";
import { codeNumber, numberOfCall } from "../../../checker/refine/actions.ts";
import { bootedMachine } from "../../../checker/refine/boot-image.ts";
import { consume, enter, loadCall } from "../../../checker/refine/call.ts";
import { contextsOf } from "../../../checker/refine/contexts.ts";
import { currentOf } from "../../../checker/refine/current.ts";
import { relabelDeparted } from "../../../checker/refine/ghost.ts";
import { compareStates, namesOf } from "../../../checker/refine/names.ts";
import { toAbstract, toPhysical } from "../../../checker/refine/placement.ts";
import { performMove, reachedFrames } from "../../../checker/refine/user-moves.ts";
import { storesOf } from "../../../checker/compile/stores.ts";
import type { Cells } from "../../../checker/compile/compiled.ts";
import type { Valuation } from "../../../spec/lang/evaluate.ts";
import type { Outcome } from "../../../spec/lang/system.ts";
import type { Transition } from "../../../spec/lang/transition.ts";
import { boundsOf, known } from "../../../spec/lang/types.ts";
import type { Value } from "../../../spec/lang/value.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";
import { swiftOracle } from "./swift-oracle.ts";
import { codes } from "../../../spec/vocabulary.ts";

const span = 512;

/** Tables of a domain from the root down to a level, for page 0. */
const tablesOf = (name: string, lowest: number) => [4, 3, 2, 1].filter((level) => level >= lowest).map((level) => ({ level, index: 0, frame: `${name}-${level}` }));

const framesOf = (owner: string, ...names: readonly string[]) => names.map((name) => ({ name, owner }));

/** Larger than a policy file can be: 512 frames of one large page, and the pages below it. */
export const realPolicy: Policy = {
  refmon: 1, name: "real", platform: "hyperenclave", geometry: "4x9", domains: ["root", "app", "lib"], scheduler: "root", preemptive: true,
  create: [{ by: "root", slot: "app" }, { by: "app", slot: "lib" }],
  share: [{ from: "app", to: "lib", access: "rw" }, { from: "app", to: "lib", access: "rx" }, { from: "lib", to: "app", access: "r" }, { from: "root", to: "app", access: "r" }],
  gates: [{ name: "serve", from: ["app"], to: "lib" }],
  devices: [{ name: "nic", drivers: ["app", "lib"] }],
  host: { sharedBy: ["app"] },
  bounds: { pages: 2 * span, vcpus: 2, machineDepth: 0, ioPages: 2, stack: 1 },
  boot: {
    frames: [
      ...framesOf("app", ...Array.from({ length: span }, (_, n) => `big-${n}`)),
      ...framesOf("root", "root-4", "root-3", "root-2", "root-1", "r1", "r2"),
      ...framesOf("app", "app-4", "app-3", "app-2", "app-1", "a1", "a2", "a3"),
      ...framesOf("lib", "lib-4", "lib-3", "lib-2", "l1", "l2", "l3"),
    ],
    domains: [
      { name: "root", phase: "sealed", tables: tablesOf("root", 1), maps: [{ page: 0, frame: "r1", access: "rw" }] },
      { name: "app", phase: "sealed", parent: "root", tables: tablesOf("app", 1), maps: [{ page: 0, frame: "a1", access: "rw" }], large: [{ level: 2, page: span, frame: "big-0", access: "rw" }] },
      { name: "lib", phase: "sealed", parent: "app", tables: tablesOf("lib", 2), maps: [] },
    ],
    grants: [{ frame: "a1", to: "lib", access: "rw", status: "offered" }],
    running: ["app", "lib"],
  },
};

/** What to do next, to be read against the state that it is done in: which vCPU, call or move, and arguments, several to choose from. */
export interface Choice { readonly vcpu: number; readonly what: number; readonly picks: readonly number[] }

/** What a run has shown: the first disagreement, and which calls and moves succeeded how often. */
export interface Played { readonly disagreement: string | null; readonly steps: readonly string[] }

/** How many lists of arguments are tried for one that the specification allows. */
const attempts = 32;

/** Ends of domains come seldom, so that there is something to end. */
const seldom = ["destroy", "release", "reclaim", "seal", "create", "donate"];
const oftener = 4;

export interface Player {
  play(choices: readonly Choice[]): Played;
  /** By name: how often it was allowed, in all runs. */
  readonly succeeded: ReadonlyMap<string, number>;
  readonly denied: ReadonlyMap<string, number>;
}

export const realPlayer = (): Player => {
  const [system] = systemsOf(realPolicy), { state: layout } = storesOf({ ...system, view: {} }), oracle = swiftOracle(system), names = namesOf(realPolicy);
  const m = bootedMachine(realPolicy, "saturating"), boot = mark(m.memory), tables = monitorTables(m);
  const abstraction = abstractionOf(system, layout, m), contexts = contextsOf(system, layout, tables), runs = currentOf(system, layout);
  const initial = layout.encode(system.initial), booted = new Int32Array(layout.size);
  const bad = abstraction(m, booted);
  if (bad !== null) throw new Error(bad.sentence);
  const succeeded = new Map<string, number>(), denied = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string): void => { counts.set(name, (counts.get(name) ?? 0) + 1); };
  const calls = system.transitions.filter(({ kind }) => kind === "call").flatMap((one) => Array.from({ length: seldom.includes(one.name) ? 1 : oftener }, () => one));
  const numberOfFrame = (name: string): number => 1 + realPolicy.boot.frames.findIndex((one) => one.name === name);
  // Some of the large page, and everything else; pages at the ends of both halves.
  const frames = [0, 1, 2, span - 1, span, ...realPolicy.boot.frames.slice(span).map(({ name }) => numberOfFrame(name))], pages = [0, 1, 2, span - 1, span, span + 1, 2 * span - 1];

  const candidates = (transition: Transition): readonly (readonly Value[])[] => transition.own.map(({ type }) => {
    const t = known(type);
    if (t.kind === "set") return [1, 3, 5, 3, 1, 7, 0];
    if (t.name === "Frame") return frames;
    if (t.name === "Page") return pages;
    const { lo, hi } = boundsOf(system.bounds, t.name);
    return Array.from({ length: hi - lo + 1 }, (_, n) => lo + n);
  });
  const candidatesOf = new Map(calls.map((transition) => [transition.name, candidates(transition)]));

  /** Of the abstract state, what the step has changed is written into the cells. */
  const encodeChanges = (cells: Cells, before: Valuation, after: Valuation): void => {
    for (const [name, value] of Object.entries(after)) {
      const old = before[name];
      if (old === value) continue;
      if (!Array.isArray(value) || !Array.isArray(old)) layout.write(cells, name, [], value);
      else value.forEach((item: Value, i) => { if (item !== old[i]) layout.write(cells, name, [i], item); });
    }
  };

  /** By slot and page, the cell of the address space. */
  const spaces = realPolicy.domains.map((_, slot) => Int32Array.from({ length: realPolicy.bounds.pages }, (__, page) => layout.cellOf("space", [slot, page])));

  /** What no TLB may hold: a translation that the address space of its tag lacks, and a walk through what is no table. */
  const stale = (cells: Cells): string | null => {
    let found: string | null = null;
    for (let v = 0; v < m.vcpus; v++) {
      forEachCached(m, vcpu(v), (tag, _global, page, to, writable, user, executable) => {
        if (!user) return;
        const cell = spaces[tag - 1]?.[page] ?? -1, rights = 1 | (writable ? 2 : 0) | (executable ? 4 : 0);
        if (cells[cell] !== toAbstract(tables, to) + 1 || (rights & ~(cells[cell + 1] ?? 0)) !== 0) found ??= `vCPU ${v} holds page ${page} of slot ${tag - 1} -> frame ${to}, rights ${rights}`;
      });
      forEachStructure(m, vcpu(v), (tag, level, prefix, table) => {
        const f = toAbstract(tables, table);
        if (f > 0 && readWord(m.memory, tables.frameTable + f * frameRow + 1) !== (tableTag | (level << 8))) found ??= `vCPU ${v} walks frame ${table} as table ${prefix} of level ${level} of slot ${tag - 1}`;
      });
    }
    return found;
  };

  const play = (choices: readonly Choice[]): Played => {
    undo(m.memory, boot);
    let state = system.initial;
    const expected = initial.slice(), reached = booted.slice(), steps: string[] = [];
    let read: number = mark(m.memory);
    /** Frames that have been written, or have another owner or kind, since the last reading. */
    const changedFrames = (): ReadonlySet<number> => {
      const changed = new Set<number>(), { log, logLength } = m.memory, rows = tables.monitorFrames * m.wordsPerFrame;
      for (; read < logLength; read += 2) {
        const word = log[read] ?? 0;
        if (word >= rows && word < m.frames * m.wordsPerFrame) changed.add(Math.floor(word / m.wordsPerFrame) - tables.monitorFrames + 1);
        else if (word >= tables.frameTable && word < tables.domainTable) changed.add(Math.floor((word - tables.frameTable) / frameRow));
      }
      return changed;
    };
    const disagreement = (what: string): Played => ({ disagreement: `after ${steps.length} steps: ${what}`, steps });
    const differs = (): string | null => {
      const changed = changedFrames(), malformed = abstraction(m, reached, (f) => changed.has(f));
      if (malformed !== null) return malformed.sentence;
      if (reached.every((cell, i) => cell === expected[i])) return stale(reached);
      return compareStates(system.bounds, system.variables, names, layout.decode(reached), layout.decode(expected)).map(({ cell, one, other }) => `${cell}: machine ${one}, specification ${other}`).join("; ");
    };
    const went = (outcome: Outcome & { readonly kind: "allowed" }): void => {
      encodeChanges(expected, state, outcome.next);
      state = outcome.next;
    };

    for (const { vcpu: v, what, picks: [seed = 0, page = 0] } of choices) {
      const caller = runs(expected, v);
      // What a choice shrinks to.
      if (what === 0) continue;
      if (what % 20 === 1) {
        const transition = system.transitions.find(({ name }) => name === "interrupt"), context = { name: "interrupt", vcpu: v, argument: 0 };
        if (transition === undefined) throw new Error("no interrupts");
        contexts.plant(m, expected, context, caller);
        raiseInterrupt(m, vcpu(v));
        takeInterrupt(m, vcpu(v));
        contexts.settle(m, context);
        const outcome = oracle(state, { transition, scope: { vcpu: v } });
        if (outcome.kind === "allowed") went(outcome);
        steps.push(`interrupt of vCPU ${v}`);
        count(succeeded, "interrupt");
      } else if (what % 20 < 5) {
        const move = (["load", "store", "fetch"] as const)[what % 3] ?? "load", p = Number(pages[page % pages.length]), transition = system.transitions.find(({ name }) => name === move);
        if (transition === undefined) throw new Error(`no ${move}`);
        const outcome = oracle(state, { transition, scope: { vcpu: v, caller, page: p } }), hits = reachedFrames(m, v, move, p);
        steps.push(`${move} of page ${p} by slot ${caller} on vCPU ${v}`);
        if (hits.length !== (outcome.kind === "allowed" ? 1 : 0)) return disagreement(`${steps.at(-1) ?? ""} reaches ${hits.length} frames`);
        if (outcome.kind !== "allowed") continue;
        performMove(m, { kind: "move", vcpu: v, move, page: p, frame: hits[0] ?? 0 }, caller, 0);
        went(outcome);
        count(succeeded, move);
      } else {
        const transition = calls[what % calls.length], lists = candidatesOf.get(transition?.name ?? "") ?? [];
        if (transition === undefined) throw new Error("no calls");
        let args: readonly Value[] = [], outcome: Outcome = { kind: "disabled" };
        for (let n = 0, random = seed; n < attempts && outcome.kind !== "allowed"; n++) {
          args = lists.map((list) => {
            random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
            return list[Math.floor((random / 4294967296) * list.length)] ?? 0;
          });
          outcome = oracle(state, { transition, scope: { vcpu: v, caller, ...Object.fromEntries(transition.own.map(({ name }, i) => [name, args[i] ?? 0])) } });
        }
        const registers = args.map((value, i) => (transition.own[i]?.type.name === "Frame" ? toPhysical(tables, Number(value)) : Number(value)));
        steps.push(`${transition.name}(${registers.join(", ")}) by slot ${caller} on vCPU ${v}`);
        const due = outcome.kind === "denied" ? codeNumber(outcome.guard.code) : 0, context = { name: transition.name, vcpu: v, argument: registers[0] ?? 0 };
        loadCall(m, vcpu(v), numberOfCall(transition.name), registers[0] ?? 0, registers[1] ?? 0, registers[2] ?? 0, registers[3] ?? 0);
        if (outcome.kind === "allowed") contexts.plant(m, expected, context, caller);
        const thread = readWord(m.memory, tables.vcpuTable + v * vcpuRow);
        enter(m, vcpu(v));
        const gone = readWord(m.memory, tables.vcpuTable + v * vcpuRow) !== thread;
        const code = gone ? readWord(m.memory, tables.saveAreas + (thread * tables.vcpus + v) * saveRow + RAX) : readRegister(m, vcpu(v), RAX);
        if (code !== due) return disagreement(`${steps.at(-1) ?? ""} answers ${codes[code] ?? code}, and ${codes[due] ?? due} is due`);
        if (outcome.kind === "allowed") {
          contexts.settle(m, context);
          if (transition.name === "release") relabelDeparted(m, tables, registers[0] ?? 0);
          went(outcome);
          count(succeeded, transition.name);
        } else {
          consume(m, vcpu(v));
          count(denied, outcome.kind === "denied" ? `${transition.name}.${outcome.guard.id}` : transition.name);
        }
      }
      const found = differs();
      if (found !== null) return disagreement(found);
    }
    return { disagreement: null, steps };
  };
  return { play, succeeded, denied };
};

