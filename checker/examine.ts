/** From a violation that a search found to the trace that shows it, confirmed by everything that can run it. */
import type { Environment } from "../spec/lang/evaluate.ts";
import type { Property } from "../spec/lang/property.ts";
import type { System } from "../spec/lang/system.ts";
import { systemsOf } from "../spec/system.ts";
import type { Found } from "./check.ts";
import { hasMonitor } from "./refine/abstract-layout.ts";
import { viewOf } from "./refine/abstract-view.ts";
import { instanceOfAction } from "./refine/action-instance.ts";
import { failing, formulaOf, specified } from "./report/formula.ts";
import type { Formula } from "./report/model.ts";
import { traceOfMachineViolation, traceOfViolation } from "./trace/of-violation.ts";
import { actionOf, namingOf, recordTrace } from "./trace/record.ts";
import type { Recording, ReplayVerdict } from "./trace/recording.ts";
import { replayTrace, requireConfirmed } from "./trace/replay.ts";
import { runActions } from "./trace/run.ts";
import type { Trace } from "./trace/trace.ts";

export interface Examined {
  readonly trace: Trace;
  readonly recording: Recording;
  readonly formula: Formula | null;
  /** Which of the formulas that the property is stated with, from 0. */
  readonly clause: number;
  /** Of a graph property that is violated: how many states its steps can still lead to. */
  readonly stranded: number | null;
}

/** The stores as the bits of the machine say them after the last step; `null` if they say no state. */
const onMachine = (trace: Trace, system: System, property: Property): Environment | null => {
  const naming = namingOf(trace);
  const { compiled, machine, steps } = runActions(naming, trace.steps.map((step) => actionOf(naming, step)));
  const last = steps.at(-1);
  if (last === undefined) return null;
  const before = compiled.state.decode(last.before), after = compiled.state.decode(last.after);
  const instance = instanceOfAction(system, naming.placement, last.action, last.caller);
  const stores = { constant: system.constants, ...(instance === null ? {} : { step: system.describe(instance) }) };
  if (property.form === "step") return instance === null ? null : { bounds: system.bounds, stores: { ...stores, state: before, next: after } };
  // A monitor that has lost its own tables means no state.
  if (!hasMonitor(machine)) return null;
  const view = viewOf(system, compiled, machine);
  view.inside(false);
  view.untouchAll();
  view.kinds(machine);
  view.verdict(true, true);
  view.contexts(null);
  return (view.translations(machine) ?? view.tables(machine)) === null ? { bounds: system.bounds, stores: { ...stores, state: after, view: compiled.view.decode(view.cells) } } : null;
};

/** Which of the formulas of an id the property is, from 0. */
const clauseOf = (system: System, property: Property): number => system.properties.filter(({ id }) => id === property.id).indexOf(property);

/**
 * What a trace that has been read shows, whether or not it still shows it.
 * @throws RangeError if a step means nothing to the policy.
 */
export const examineTrace = (trace: Trace): Examined & { readonly verdict: ReplayVerdict } => {
  const naming = namingOf(trace), verdict = replayTrace(trace), { expected, policy } = trace;
  const base = { trace, verdict, stranded: verdict.stranded, recording: recordTrace(trace) };
  const judging = systemsOf(policy).find(({ properties }) => properties.some(({ id }) => id === expected?.property));
  if (judging === undefined) return { ...base, formula: null, clause: 0 };
  // Instances of the judging system, whose transitions may differ from those of the first.
  const instances = runActions(naming, trace.steps.map((step) => actionOf(naming, step))).steps
    .flatMap(({ action, caller }) => instanceOfAction(judging, naming.placement, action, caller) ?? []);
  const found = failing(judging, judging.properties.filter(({ id, place }) => id === expected?.property && (expected.place === "M" || place !== "M")), instances);
  return found === null
    ? { ...base, formula: null, clause: 0 }
    : { ...base, formula: formulaOf(policy, judging, found.property, found.binding, specified(judging, found.property, instances)), clause: clauseOf(judging, found.property) };
};

/** @throws SelfCheckError if oracle and generated code do not see what the search saw, or the monitor differs and no finding says so. */
export const examine = (found: Found): Examined => {
  const { policy } = found, [system] = systemsOf(policy);
  const trace = found.where === "monitor" ? traceOfMachineViolation(policy, system, found.violation) : traceOfViolation(policy, system, found.violation);
  requireConfirmed(trace);
  const { clause, binding, instanceTrace } = found.violation;
  // Bits that mean no state give a formula no values.
  const malformed = found.where === "monitor" && found.violation.malformed !== null;
  const property = malformed ? undefined : found.system.properties[clause];
  return {
    trace, recording: recordTrace(trace),
    formula: property === undefined ? null : formulaOf(policy, found.system, property, binding,
      found.where === "monitor" ? onMachine(trace, found.system, property) : specified(found.system, property, instanceTrace)),
    clause: property === undefined ? 0 : clauseOf(found.system, property),
    stranded: found.where === "specification" ? found.violation.stranded ?? null : null,
  };
};
