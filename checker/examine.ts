/** From a violation that a search found to the trace that shows it, confirmed by everything that can run it. */
import { systemsOf } from "../spec/system.ts";
import type { Policy } from "../spec/policy.ts";
import type { Found } from "./check.ts";
import { SelfCheckError } from "./explore/trace.ts";
import { formulaOf } from "./report/formula.ts";
import type { Formula } from "./report/model.ts";
import { traceOfMachineViolation, traceOfViolation } from "./trace/of-violation.ts";
import { recordTrace } from "./trace/record.ts";
import type { Recording } from "./trace/recording.ts";
import { replayTrace } from "./trace/replay.ts";
import type { Trace } from "./trace/trace.ts";

export interface Examined {
  readonly trace: Trace;
  readonly recording: Recording;
  readonly formula: Formula | null;
  /** Which of the formulas that the property is stated with, from 0. */
  readonly clause: number;
}

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
    clause: found.system.properties.slice(0, Math.max(0, clause)).filter((one) => one.id === id).length,
  };
};
