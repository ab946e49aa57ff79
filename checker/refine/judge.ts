/**
 * Judges what the machine shows: after every write and flush inside a call, and when a step is over. A step inside a call is judged only if something
 * changed that the answer depends on, which the write log tells.
 */
import type { Machine, StepKind } from "../../hw/machine.ts";
import { CR3_PCID, CR3_ROOT } from "../../hw/state.ts";
import type { Scope } from "../../spec/lang/evaluate.ts";
import { visit } from "../../spec/lang/node.ts";
import type { Property } from "../../spec/lang/property.ts";
import type { Cells, Check, Compiled } from "../compile/compiled.ts";
import { frameRow, monitorTables } from "./abstract-layout.ts";
import { viewOf, type ContextVerdict } from "./abstract-view.ts";
import { commuting } from "./commuting.ts";
import type { Malformed } from "./malformed.ts";
import type { Difference, InsideStep } from "./result.ts";

/** A property that has just failed. */
export interface Breach {
  readonly property: string;
  /** Its index among the system's properties; -1 for R1. */
  readonly clause: number;
  readonly binding: Scope;
  readonly inside: InsideStep | null;
  readonly differences: readonly Difference[];
  /** What is malformed, and where; there are no values then that a formula could have. */
  readonly malformed: string | null;
}

/** The view properties that hold inside calls as well: MODEL.md section 8, point 3. */
const alsoInside = ["P2", "P3", "P7", "P10", "P12", "P13", "P15", "P16"];

export interface Judge {
  /** How many times each clause's antecedent was reached when a step was over, by index. */
  readonly antecedents: Float64Array;
  /** 1 where it was reached inside a call, if it had not been otherwise. */
  readonly reachedInside: Float64Array;
  /** The machine is in the state that `before` abstracts: what follows is judged against it. */
  enter(before: Cells): void;
  /** Watches what the machine does until `unwatch`; `meant` is the state that the specification says the step leaves. */
  watch(step: Cells, meant: Cells): void;
  unwatch(): void;
  /** State and view properties of the machine's present state, which `after` abstracts. */
  state(after: Cells, step: Cells): Malformed | null;
  /** The same of a state that is new: what is found is told, and counted, as true only if no other search has seen the state before. */
  fresh(after: Cells, step: Cells): Malformed | null;
  /** What a step has made of control and of the registers of threads, whatever state it leads to; `null` where nothing was compared. */
  contexts(after: Cells, step: Cells, verdicts: readonly ContextVerdict[] | null): void;
  /** View properties of the same against the state that the specification gives, where that is another: a right that a call should have taken is one too many. */
  against(specified: Cells, step: Cells): void;
  /** Step properties. */
  step(before: Cells, after: Cells, instance: number): void;
  exactDenial(codeAgrees: boolean, alone: boolean, differences: readonly Difference[]): void;
  differs(differences: readonly Difference[]): void;
  malformed(found: Malformed): void;
  /** Every clause can be found violated once more: the machine begins anew. */
  again(): void;
}

const reads = (property: Property, variable: string): boolean => {
  let found = false;
  for (const node of [property.given, property.then]) visit(node, (one) => { found ||= one.op === "cell" && one.store === "view" && one.name === variable; });
  return found;
};

type Judged<Reads extends readonly unknown[]> = Check<Reads> & { readonly clause: number };

/** Hears what the judge says of a state that may have been seen by another search before. */
export interface Presumption {
  found(breach: Breach): void;
  /** The antecedent of a clause was reached. */
  reached(clause: number): void;
}

/** `selected` says which properties count; `found` hears each clause once. Without `presumed`, no state that is called new has been seen before. */
export const createJudge = (m: Machine, compiled: Compiled, selected: (property: string) => boolean, found: (breach: Breach) => void, presumed: Presumption | null = null): Judge => {
  const { properties } = compiled.system;
  const tables = monitorTables(m), view = viewOf(compiled.system, compiled, m);
  const decided = new Set<string>();
  const antecedents = new Float64Array(properties.length), reachedInside = new Float64Array(properties.length);
  const onMachine = <R extends readonly unknown[]>(checks: readonly Check<R>[]): readonly Judged<R>[] => checks
    .filter(({ property }) => property.place !== "A" && selected(property.id))
    .map((check) => ({ property: check.property, violated: check.violated, reached: check.reached, binding: check.binding, clause: properties.indexOf(check.property) }));
  const stateChecks = onMachine(compiled.stateChecks), stepChecks = onMachine(compiled.stepChecks), viewChecks = onMachine(compiled.viewChecks);
  const insideChecks = viewChecks.filter(({ property }) => alsoInside.includes(property.id));
  const contextChecks = viewChecks.filter(({ property }) => reads(property, "entered") || reads(property, "sanitised"));
  const clauseOf = (id: string): number => properties.findIndex((property) => property.id === id && property.place !== "A");

  const report = (property: string, clause: number, more: Partial<Breach>): void => {
    const key = `${property} ${clause}`;
    if (!selected(property) || decided.has(key)) return;
    decided.add(key);
    found({ property, clause, binding: {}, inside: null, differences: [], malformed: null, ...more });
  };
  const presume = (property: string, clause: number, more: Partial<Breach>): void => {
    if (presumed === null) report(property, clause, more);
    else presumed.found({ property, clause, binding: {}, inside: null, differences: [], malformed: null, ...more });
  };
  const isDecided = (property: string, clause: number): boolean => decided.has(`${property} ${clause}`);

  const evaluate = <R extends readonly unknown[]>(checks: readonly Judged<R>[], tell: typeof report, inside: InsideStep | null, ...reads: R): void => {
    for (const check of checks) {
      if (isDecided(check.property.id, check.clause) || !check.violated(...reads)) continue;
      tell(check.property.id, check.clause, { binding: check.binding(...reads) ?? {}, inside });
    }
  };
  const reach = (clause: number): void => { antecedents[clause] = (antecedents[clause] ?? 0) + 1; };
  const count = <R extends readonly unknown[]>(checks: readonly Judged<R>[], tell: typeof reach, ...reads: R): void => {
    for (const check of checks) if (check.reached(...reads)) tell(check.clause);
  };

  let before: Cells = new Int32Array(0), step: Cells = before;
  let watching = false, seen = 0, steps = 0;
  // What of the view is not that of the state before the call.
  let staleTranslations = true, staleKinds = true, anyTouched = true;

  const { frameTable, domainTable, grantTable, monitorFrames } = tables;
  const playWords = monitorFrames * m.wordsPerFrame, vcpuWords = (m.tlbBase - m.vcpuBase) / m.vcpus;
  const malformed = (bad: Malformed, inside: InsideStep | null): void => {
    const sentence = bad.at === null ? bad.sentence : `${bad.sentence} (physical frame ${bad.at.frame}, word ${bad.at.word})`;
    report(bad.property, clauseOf(bad.property), { malformed: sentence, inside });
    // What means no state is not the state that the specification gives either.
    if (inside === null) report(commuting.id, -1, { malformed: sentence });
  };

  const observe = (_: Machine, kind: StepKind, a: number, b: number): void => {
    if (!watching || kind === "cpl") return;
    steps++;
    const { log, logLength } = m.memory;
    let translations = false, kinds = false, touched = false, walks = false;
    for (; seen < logLength; seen += 2) {
      const word = log[seen] ?? 0;
      if (word >= m.tlbBase) translations = true;
      else if (word >= m.vcpuBase) {
        const field = (word - m.vcpuBase) % vcpuWords;
        translations ||= field === CR3_ROOT || field === CR3_PCID;
      } else {
        let frame = -1;
        if (word >= playWords) {
          frame = Math.floor(word / m.wordsPerFrame) - monitorFrames + 1;
          walks = true;
        } else if (word >= domainTable && word < grantTable) walks = true;
        else if (word >= frameTable && word < domainTable && (word - frameTable) % frameRow < 2) {
          frame = Math.floor((word - frameTable) / frameRow);
          kinds = true;
        }
        if (frame < 0) continue;
        view.touch(frame, true);
        anyTouched = true;
        touched ||= view.usableAnywhere(frame);
      }
    }
    if (!translations && !kinds && !touched && !walks) return;
    const inside: InsideStep = { step: steps, kind, frame: kind === "write" ? a : null, word: kind === "write" ? b : null, vcpu: kind === "write" ? null : a };
    if (translations) {
      staleTranslations = true;
      const bad = view.translations(m);
      if (bad !== null) malformed(bad, inside);
    }
    if (kinds || walks) {
      staleKinds = true;
      view.kinds(m);
    }
    if (walks) {
      const bad = view.walks(m);
      if (bad !== null) malformed(bad, inside);
    }
    evaluate(insideChecks, report, inside, before, view.cells, step);
    // What can be reached inside calls alone is noted here; the rest is counted when a step is over.
    for (const check of insideChecks) if (reachedInside[check.clause] === 0 && antecedents[check.clause] === 0 && check.reached(before, view.cells, step)) reachedInside[check.clause] = 1;
  };
  m.observer = observe;

  const stateBy = (after: Cells, of: Cells, tell: typeof report, tally: typeof reach): Malformed | null => {
    staleTranslations = true;
    staleKinds = true;
    anyTouched = true;
    view.inside(false);
    view.untouchAll();
    view.kinds(m);
    view.verdict(true, true);
    view.contexts(null);
    // No state that is malformed is ever kept, so none has been seen before.
    const bad = view.translations(m) ?? view.tables(m);
    if (bad !== null) {
      malformed(bad, null);
      return bad;
    }
    evaluate(stateChecks, tell, null, after);
    evaluate(viewChecks, tell, null, after, view.cells, of);
    count(stateChecks, tally, after);
    count(viewChecks, tally, after, view.cells, of);
    return null;
  };

  return {
    antecedents, reachedInside,
    enter: (cells) => {
      before = cells;
      staleTranslations = true;
      staleKinds = true;
    },
    watch: (of, meant) => {
      // After an undone call the view is refilled only if that call had changed it.
      if (staleTranslations) view.translations(m);
      if (staleKinds) {
        view.kinds(m);
        view.walks(m);
      }
      if (anyTouched) view.untouchAll();
      staleTranslations = false;
      staleKinds = false;
      anyTouched = false;
      view.inside(true);
      view.intend(meant);
      step = of;
      steps = 0;
      seen = m.memory.logLength;
      watching = true;
    },
    unwatch: () => {
      watching = false;
    },
    state: (after, of) => stateBy(after, of, report, reach),
    fresh: (after, of) => stateBy(after, of, presume, presumed === null ? reach : presumed.reached),
    contexts: (after, of, verdicts) => {
      view.contexts(verdicts);
      if (verdicts === null) return;
      view.inside(false);
      evaluate(contextChecks, report, null, after, view.cells, of);
      count(contextChecks, reach, after, view.cells, of);
      view.contexts(null);
    },
    against: (specified, of) => {
      evaluate(viewChecks, report, null, specified, view.cells, of);
    },
    step: (from, after, instance) => {
      evaluate(stepChecks, report, null, from, after, instance);
      count(stepChecks, reach, from, after, instance);
    },
    exactDenial: (codeAgrees, alone, differences) => {
      if (!codeAgrees || !alone) report("P20", clauseOf("P20"), { differences });
    },
    differs: (differences) => {
      report(commuting.id, -1, { differences });
    },
    malformed: (bad) => {
      malformed(bad, null);
    },
    again: () => {
      decided.clear();
    },
  };
};
