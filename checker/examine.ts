/** From a violation that a search found to the trace that shows it, confirmed by everything that can run it. */
import type { Property } from "../spec/lang/property.ts";
import type { System } from "../spec/lang/system.ts";
import type { Policy } from "../spec/policy.ts";
import { systemsOf } from "../spec/system.ts";
import type { Found } from "./check.ts";
import { SelfCheckError } from "./explore/trace.ts";
import { instanceOfAction } from "./refine/action-instance.ts";
import { failing, formulaOf } from "./report/formula.ts";
import type { Formula } from "./report/model.ts";
import { traceOfMachineViolation, traceOfViolation } from "./trace/of-violation.ts";
import { actionOf, namingOf, recordTrace } from "./trace/record.ts";
import type { Recording, ReplayVerdict } from "./trace/recording.ts";
import { replayTrace } from "./trace/replay.ts";
import { runActions } from "./trace/run.ts";
import type { Trace } from "./trace/trace.ts";

export interface Examined {
  readonly trace: Trace;
  readonly recording: Recording;
  readonly formula: Formula | null;
  /** Which of the formulas that the property is stated with, from 0. */
  readonly clause: number;
}

/** Which of the formulas of an id the property is, from 0. */
const clauseOf = (system: System, property: Property): number => system.properties.filter(({ id }) => id === property.id).indexOf(property);

/**
 * What a trace that has been read shows, whether or not it still shows it.
 * @throws RangeError if a step means nothing to the policy.
 */
export const examineTrace = (trace: Trace): Examined & { readonly verdict: ReplayVerdict } => {
  const naming = namingOf(trace), verdict = replayTrace(trace), { expected, policy } = trace;
  const base = { trace, verdict, recording: recordTrace(trace) };
  const judging = systemsOf(policy).find(({ properties }) => properties.some(({ id }) => id === expected?.property));
  if (judging === undefined) return { ...base, formula: null, clause: 0 };
  // Instances of the judging system, whose transitions may differ from those of the first.
  const instances = runActions(naming, trace.steps.map((step) => actionOf(naming, step))).steps
    .flatMap(({ action, caller }) => instanceOfAction(judging, naming.placement, action, caller) ?? []);
  const found = failing(judging, judging.properties.filter(({ id, place }) => id === expected?.property && (expected.place === "M" || place !== "M")), instances);
  return found === null
    ? { ...base, formula: null, clause: 0 }
    : { ...base, formula: formulaOf(policy, judging, found.property, found.binding, instances), clause: clauseOf(judging, found.property) };
};

/** @throws SelfCheckError if oracle, generated code and monitor do not all see what the search saw. */
export const examine = (policy: Policy, found: Found): Examined => {
  const [system] = systemsOf(policy);
  const trace = found.where === "monitor" ? traceOfMachineViolation(policy, system, found.violation) : traceOfViolation(policy, system, found.violation);
  const { agree, confirmed, disagreements } = replayTrace(trace);
  const { property: id, clause, binding, instanceTrace } = found.violation;
  if (!agree || confirmed !== true) {
    throw new SelfCheckError([`${id}: the counterexample of the ${found.where} is not confirmed by a replay`, ...disagreements].join("\n  "));
  }
  const property = found.system.properties[clause];
  return {
    trace, recording: recordTrace(trace),
    formula: property === undefined ? null : formulaOf(policy, found.system, property, binding, instanceTrace),
    clause: property === undefined ? 0 : clauseOf(found.system, property),
  };
};
