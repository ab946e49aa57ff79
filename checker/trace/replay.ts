/** Second opinions on a trace: the oracle, the generated code and the monitor on the machine go through it side by side. */
import { evaluate, type Scope, type Valuation } from "../../spec/lang/evaluate.ts";
import type { Property } from "../../spec/lang/property.ts";
import { environmentOf, step as oracleStep, type Instance, type System } from "../../spec/lang/system.ts";
import { valuesOf } from "../../spec/lang/value.ts";
import { systemsOf } from "../../spec/system.ts";
import { codes } from "../../spec/vocabulary.ts";
import { allowed, type Cells } from "../compile/compiled.ts";
import { firstStranded } from "../explore/stranded.ts";
import { SelfCheckError } from "../explore/trace.ts";
import { isNoninterference } from "../flow/properties.ts";
import { secretsOf } from "../flow/variants.ts";
import { instanceFinder } from "../refine/actions.ts";
import { instanceOfAction } from "../refine/action-instance.ts";
import { commuting } from "../refine/commuting.ts";
import { mayFault, withLeeway } from "../refine/leeway.ts";
import { compareStates, namesOf } from "../refine/names.ts";
import { unwatched } from "../refine/onlooker.ts";
import { noSecrets } from "../refine/secrets.ts";
import { titleOfStep } from "./naming.ts";
import { actionOf, findingsOf, namingOf } from "./record.ts";
import type { ReplayVerdict } from "./recording.ts";
import { asSearched, runActions } from "./run.ts";
import type { Trace } from "./trace.ts";
import { leakIn } from "./twin.ts";

const bindingsOf = (system: System, { bindings }: Property): readonly Scope[] => bindings.reduce<readonly Scope[]>(
  (scopes, { name, type }) => scopes.flatMap((scope) => valuesOf(system.bounds, type).map((value) => ({ ...scope, [name]: value }))), [{}],
);

/** Whether the oracle finds a property of a state, or of a step, violated. */
const oracleViolated = (system: System, property: Property, before: Valuation, after: Valuation, last: Instance | null): boolean => {
  if (property.form === "view" || property.form === "graph" || property.place === "M" || (property.form === "step" && last === null)) return false;
  const environment = property.form === "state" ? environmentOf(system, after)
    : { bounds: system.bounds, stores: { state: before, next: after, constant: system.constants, ...(last === null ? {} : { step: system.describe(last) }) } };
  return bindingsOf(system, property).some((binding) => evaluate(environment, binding, property.given) === true && evaluate(environment, binding, property.then) === false);
};

/**
 * After how many steps the oracle first finds a property violated, by its own run of the instances; `null` if it does not. A graph property is looked into after the last one
 * alone: what its steps can lead to from there is `stranded`, if it is violated.
 */
const oracleFinds = (system: System, id: string, instances: readonly (Instance | null)[]): { readonly at: number | null; readonly stranded: number | null } => {
  const properties = system.properties.filter((property) => property.id === id);
  let before = system.initial, state = system.initial;
  for (let at = 0; at <= instances.length; at++) {
    const instance = at === 0 ? null : instances[at - 1] ?? null;
    if (instance !== null) {
      const outcome = oracleStep(system, state, instance);
      before = state;
      if (outcome.kind === "allowed") state = outcome.next;
    }
    if (properties.some((property) => oracleViolated(system, property, before, state, instance))) return { at, stranded: null };
  }
  const stranded = properties.filter(({ form }) => form === "graph").map((property) => firstStranded(system, property, state)).find((one) => one !== null);
  return { at: stranded === undefined ? null : instances.length, stranded: stranded?.states ?? null };
};

/** Whether a finding, or a breach, is that the monitor goes another way than the specification. */
export const partsWays = ({ property, malformed }: { readonly property: string; readonly malformed: string | null }): boolean =>
  property === commuting.id || property === "P20" || malformed !== null;

const shownCode = (code: number | null): string => (code === null ? "fault" : codes[code] ?? String(code));

/** Replays a trace that has been read, on everything that can run it. */
export const replayTrace = (trace: Trace): ReplayVerdict => {
  const naming = namingOf(trace), { system } = naming, names = namesOf(trace.policy);
  const run = runActions(naming, trace.steps.map((step) => actionOf(naming, step)), { ...asSearched, watch: unwatched(secretsOf(trace.policy, trace.secrets ?? []) ?? noSecrets) });
  const { compiled } = run, find = instanceFinder(compiled);
  const disagreements: { readonly between: "checkers" | "monitor"; readonly afterStep: number; readonly sentence: string }[] = [];
  const instances = run.steps.map(({ action, caller }) => instanceOfAction(system, naming.placement, action, caller));

  /** What a step comes to by the oracle: its code, `null` for a fault, and where it leads, if it is allowed. Generated code must say the same. */
  const foresee = (cells: Cells, instance: Instance, differs: (sentence: string, between: "checkers") => void): { readonly code: number | null; readonly next: Cells | null } => {
    const outcome = oracleStep(system, compiled.state.decode(cells), instance), index = find(instance.transition.name, instance.scope), generated = compiled.outcome(cells, index);
    const expected = outcome.kind === "disabled" ? -1 : outcome.kind === "allowed" ? allowed : 1 + instance.transition.guards.indexOf(outcome.guard);
    if (generated !== expected) differs(`generated code gives outcome ${generated}, the oracle ${expected}`, "checkers");
    if (outcome.kind === "disabled") return { code: null, next: null };
    if (outcome.kind === "denied") return { code: codes.findIndex((known) => known === outcome.guard.code), next: null };
    const after = cells.slice();
    compiled.apply(cells, index, after);
    compareStates(system.bounds, system.variables, names, compiled.state.decode(after), outcome.next)
      .forEach(({ cell, one: left, other }) => { differs(`${cell} is ${left} by generated code and ${other} by the oracle`, "checkers"); });
    return { code: 0, next: compiled.state.encode(outcome.next) };
  };

  let state = system.initial;
  if (run.breaches.some(({ afterStep, breach }) => afterStep === 0 && breach.property === commuting.id)) {
    disagreements.push({ between: "monitor", afterStep: 0, sentence: "the booted machine is not the initial state" });
  }
  run.steps.forEach((one, i) => {
    const afterStep = i + 1, instance = instances[i] ?? null, title = titleOfStep(one.step);
    const differs = (sentence: string, between: "checkers" | "monitor" = "monitor"): void => {
      disagreements.push({ between, afterStep, sentence: `step ${afterStep}, ${title}: ${sentence}` });
    };
    if (one.step.by !== trace.steps[i]?.by) differs(`the vCPU runs ${one.step.by}, not ${trace.steps[i]?.by ?? "nobody"}`);
    const ended = run.steps.findIndex(({ over }) => over);
    if (ended >= 0 && ended < i) {
      differs(`nothing is compared after step ${ended + 1}, in which the monitor ended`);
      return;
    }
    const cells = compiled.state.encode(state), meant = instance === null ? null : foresee(cells, instance, differs), due = meant?.next ?? cells.slice();
    // The host has taken what the step needs. Of what ends in the middle nothing can be said.
    if (one.over && one.moved) return;
    const faults = meant?.code === 0 && one.code === null && mayFault(run.machine, one.moved, one.action);
    if (meant !== null && !faults && one.code !== meant.code) differs(`the monitor says ${shownCode(one.code)}, the oracle ${shownCode(meant.code)}`);
    if (faults) due.set(cells);
    withLeeway(one.leeway, cells, due);
    state = compiled.state.decode(due);
    compareStates(system.bounds, system.variables, names, compiled.state.decode(one.after), state)
      .forEach(({ cell, one: left, other }) => { differs(`${cell} is ${left} on the machine and ${other} by the oracle`); });
  });

  const findings = findingsOf(naming, run), { expected } = trace;
  let stranded: number | null = null;
  const confirmed = ((): boolean | null => {
    if (expected === null) return null;
    const { property, place, afterStep } = expected;
    if (isNoninterference(property)) return leakIn(naming, trace) !== null;
    if (place === "M") return findings.some((finding) => finding.property === property && finding.afterStep === afterStep);
    const judging = systemsOf(trace.policy).find(({ properties }) => properties.some(({ id }) => id === property)) ?? system;
    const ofJudging = instances.map((instance) => (instance === null ? null
      : { transition: judging.transitions.find(({ name }) => name === instance.transition.name) ?? instance.transition, scope: instance.scope }));
    const found = oracleFinds(judging, property, ofJudging);
    ({ stranded } = found);
    return found.at === afterStep;
  })();
  // Where the monitor is at fault, everything from the step that shows it may differ; nothing before it may, and generated code and oracle never.
  const parted = findings.filter(partsWays).map(({ afterStep }) => afterStep);
  const tolerated = Math.min(...parted, expected?.place === "M" ? expected.afterStep : Infinity);
  const unexplained = disagreements.filter(({ between, afterStep }) => between === "checkers" || afterStep < tolerated);
  return { agree: unexplained.length === 0, confirmed, stranded, findings, disagreements: disagreements.map(({ sentence }) => sentence) };
};

/**
 * For counterexamples, before they are shown: the violation is seen again, and nothing contradicts it but a monitor that is found at fault for it.
 * @throws SelfCheckError otherwise.
 */
export const requireConfirmed = (trace: Trace): ReplayVerdict => {
  const verdict = replayTrace(trace);
  if (verdict.confirmed === false) throw new SelfCheckError(`the violation of ${trace.expected?.property ?? ""} is not there when its trace is replayed`);
  if (!verdict.agree) throw new SelfCheckError(`the trace of ${trace.expected?.property ?? ""} divides those who replay it: ${verdict.disagreements.join("; ")}`);
  return verdict;
};
