/** Replays a trace on the machine and writes down what each step changed: for reports. */
import { A, D, decodeEntry, G, NX, P, PCD, PS, PWT, RW, US } from "../../hw/entry.ts";
import type { Machine } from "../../hw/machine.ts";
import { codes } from "../../spec/vocabulary.ts";
import { systemsOf } from "../../spec/system.ts";
import { secretsOf } from "../flow/variants.ts";
import { allowed, type Cells, type Compiled } from "../compile/compiled.ts";
import { vcpuOf, type Action } from "../refine/action.ts";
import { instanceFinder } from "../refine/actions.ts";
import { instanceOfAction } from "../refine/action-instance.ts";
import { placementOf } from "../refine/boot-image.ts";
import type { Breach } from "../refine/judge.ts";
import { compareStates, namesOf, showValue, type Names } from "../refine/names.ts";
import { unwatched } from "../refine/onlooker.ts";
import { toPhysical } from "../refine/placement.ts";
import { noSecrets } from "../refine/secrets.ts";
import { actionOfStep, frameName, titleOfStep, type Naming } from "./naming.ts";
import type { EntryBits, EntryChange, Finding, RecordedStep, Recording } from "./recording.ts";
import { runActions, type Run, type RunStep } from "./run.ts";
import type { Trace, TraceStep } from "./trace.ts";
import { leakIn } from "./twin.ts";
import { besides, cachedTranslations, entriesOf, tlbChanges, type CachedTranslation } from "./translations.ts";

const flags = [["P", P], ["RW", RW], ["US", US], ["PWT", PWT], ["PCD", PCD], ["A", A], ["D", D], ["PS", PS], ["G", G]] as const;

const bitsOf = (naming: Naming, m: Machine, level: number, low: number, high: number): EntryBits => ({
  low, high,
  flags: [...flags.filter(([, bit]) => (low & bit) !== 0).map(([name]) => name), ...((high & NX) === 0 ? [] : ["NX"])],
  frame: (low & P) === 0 ? null : String(frameName(naming, decodeEntry(low, high, level, m.geometry).frame)),
});

/** What there is to see between two steps. */
interface Sight { readonly frames: ReadonlyMap<number, readonly (readonly [number, number])[]>; readonly tlb: readonly CachedTranslation[] }

const look = (naming: Naming, m: Machine): Sight => ({
  frames: new Map(naming.policy.boot.frames.map((_, i) => [i + 1, entriesOf(m, toPhysical(naming.placement, i + 1))])),
  tlb: cachedTranslations(naming, m),
});

/** Changed entries of frames that are page tables before or after. */
const entryChanges = (naming: Naming, m: Machine, compiled: Compiled, { before, after }: RunStep, from: Sight, to: Sight): readonly EntryChange[] =>
  [...from.frames].flatMap(([f, old]) => {
    const kind = compiled.state.cellOf("kind", [f]), top = m.geometry.levels;
    const level = [after[kind] ?? 0, before[kind] ?? 0].find((one) => one >= 1 && one <= top);
    if (level === undefined) return [];
    const table = String(frameName(naming, toPhysical(naming.placement, f)));
    return old.flatMap(([low, high], index): readonly EntryChange[] => {
      const [newLow, newHigh] = to.frames.get(f)?.[index] ?? [low, high];
      return low === newLow && high === newHigh ? []
        : [{ table, level, index, before: bitsOf(naming, m, level, low, high), after: bitsOf(naming, m, level, newLow, newHigh) }];
    });
  });

/** The guard that denies by the specification. */
const guardOf = (naming: Naming, compiled: Compiled, { action, caller, before, step }: RunStep): string | null => {
  if (action.kind !== "call" || !("call" in step)) return null;
  const instance = instanceOfAction(naming.system, naming.placement, action, caller);
  if (instance === null) return step.call.startsWith("#") ? "unknown.call" : `${step.call}.arguments`;
  const outcome = compiled.outcome(before, instanceFinder(compiled)(instance.transition.name, instance.scope));
  return outcome <= allowed ? null : `${instance.transition.name}.${instance.transition.guards[outcome - 1]?.id ?? ""}`;
};

const verdictOf = ({ action, code }: RunStep): RecordedStep["verdict"] => {
  // A call that does not come to its end is one in which the monitor faults.
  if (code === null) return "fault";
  if (action.kind !== "call") return "hit";
  return code === 0 ? "ok" : "denied";
};

const cellsChanged = ({ system }: Naming, names: Names, compiled: Compiled, before: Cells, after: Cells): RecordedStep["cells"] =>
  compareStates(system.bounds, system.variables, names, compiled.state.decode(before), compiled.state.decode(after))
    .map(({ cell, one, other }) => ({ cell, before: one, after: other }));

/** A breach in the names of the policy. */
const findingOf = ({ system }: Naming, names: Names, afterStep: number, breach: Breach): Finding => ({
  property: breach.property, afterStep, inside: breach.inside, differences: breach.differences, malformed: breach.malformed,
  binding: Object.fromEntries((system.properties[breach.clause]?.bindings ?? []).flatMap(({ name, type }) => {
    const value = breach.binding[name];
    return value === undefined ? [] : [[name, showValue(system.bounds, names, type, value)]];
  })),
});

/** What a run found, each property once, at its first step. */
export const findingsOf = (naming: Naming, { breaches }: Run): readonly Finding[] => {
  const names = namesOf(naming.policy);
  return breaches.map(({ afterStep, breach }) => findingOf(naming, names, afterStep, breach));
};

/** The machine's numbers for the names of a trace's policy. */
export const namingOf = ({ policy }: Trace): Naming => ({ policy, system: systemsOf(policy)[0], placement: placementOf(policy) });

/**
 * Replays a trace that has been read.
 * @throws RangeError if a step means nothing to the policy.
 */
export const recordTrace = (trace: Trace): Recording => {
  const naming = namingOf(trace), names = namesOf(trace.policy);
  const sights: Sight[] = [];
  const run = runActions(naming, trace.steps.map((step) => actionOf(naming, step)), {
    tlb: "saturating", watch: unwatched(secretsOf(trace.policy, trace.secrets ?? []) ?? noSecrets),
    around: (m) => {
      sights.push(look(naming, m));
    },
  });
  const { compiled, machine } = run;
  const steps = run.steps.map((one, i): RecordedStep => {
    const from = sights[i], to = sights[i + 1];
    const code = one.action.kind === "call" && one.code !== null ? codes[one.code] ?? String(one.code) : null;
    return {
      index: i + 1, kind: one.action.kind === "call" ? "call" : "move", vcpu: vcpuOf(one.action), by: one.step.by, title: titleOfStep(one.step), verdict: verdictOf(one), code,
      guard: code === "OK" ? null : guardOf(naming, compiled, one),
      cells: cellsChanged(naming, names, compiled, one.before, one.after),
      entries: from === undefined || to === undefined ? [] : entryChanges(naming, machine, compiled, one, from, to),
      tlb: from === undefined || to === undefined ? [] : tlbChanges(from.tlb, to.tlb),
    };
  });
  const last = run.steps.at(-1)?.after;
  const leak = leakIn(naming, trace), { twin } = trace;
  return {
    steps, findings: findingsOf(naming, run), beside: last === undefined ? [] : besides(naming, compiled, machine, last),
    leak: leak === null ? null : {
      observer: leak.observer, cells: leak.cells, secrets: trace.secrets ?? [],
      twin: twin === undefined ? null : { secrets: twin.secrets, steps: recordTrace({ schema: trace.schema, policy: trace.policy, steps: twin.steps, secrets: twin.secrets, expected: null }).steps },
    },
  };
};

/** @throws RangeError if the step means nothing to the policy. */
export const actionOf = (naming: Naming, step: TraceStep): Action => {
  const read = actionOfStep(naming, step);
  if (!read.ok) throw new RangeError(read.sentence);
  return read.action;
};
