/** The search from every well-formed state, with what its findings mean: each is shown to be reachable, by a run from the empty machine, or is a state that well-formedness should exclude. */
import type { Valuation } from "../spec/lang/evaluate.ts";
import { bool } from "../spec/lang/index.ts";
import type { Node } from "../spec/lang/node.ts";
import type { Property } from "../spec/lang/property.ts";
import type { Instance, System } from "../spec/lang/system.ts";
import type { Policy } from "../spec/policy.ts";
import { systemsOf } from "../spec/system.ts";
import { compile } from "./compile/compile.ts";
import { unlimited } from "./explore/result.ts";
import { search } from "./explore/search.ts";
import { instanceOfAction } from "./refine/action-instance.ts";
import { vcpuOf } from "./refine/action.ts";
import { placementOf } from "./refine/boot-image.ts";
import { currentOf } from "./refine/current.ts";
import { compareStates, namesOf } from "./refine/names.ts";
import { oneStepSearch, type OneStepFinding } from "./refine/one-step.ts";
import type { MachineViolation } from "./refine/result.ts";
import { actionOfInstance, stepOfAction, titleOfStep } from "./trace/naming.ts";
import { runActions } from "./trace/run.ts";
import type { Ran } from "./report/verdict.ts";

/** A finding in a state that no run leads to, or whose run does not show it. */
export interface Unreached {
  readonly property: string;
  /** In what the state differs from that of the empty machine. */
  readonly state: readonly string[];
  /** `null` if the state itself breaks the property. */
  readonly step: string | null;
  /** The state can be reached, as the specification sees it, and the monitor then does nothing wrong. */
  readonly differs: boolean;
}

export interface FromEvery { readonly result: Ran["result"]; readonly found: readonly MachineViolation[]; readonly unreached: readonly Unreached[] }

/** States of a tiny specification, without symmetry, among which one is looked for. */
const mostStates = 500_000;

/** Variables that hold whose secrets are where. */
const labels: readonly string[] = ["holds", "knows", "deviceKnows", "hostKnows"];

/** Violated in the one state, or in those that are it but for labels. */
const elsewhere = (system: System, state: Valuation, exactly: boolean): System => {
  const compared = Object.entries(system.variables).filter(([name]) => exactly || !labels.includes(name));
  const constantOf = (name: string): string => `wanted ${name}`;
  const equal = compared.map(([name, type]): Node => ({ op: "equal", type: bool, left: { op: "cell", type, store: "state", name }, right: { op: "cell", type, store: "constant", name: constantOf(name) } }));
  const property: Property = {
    id: "elsewhere", title: "elsewhere", sentence: "The state is another one.", form: "state", place: "A", bindings: [],
    given: { op: "literal", type: bool, value: true }, then: { op: "not", type: bool, of: { op: "and", type: bool, all: equal } },
  };
  // The constants name frames and vCPUs, so that these are not interchangeable any more.
  return { ...system, symmetric: [], constants: { ...system.constants, ...Object.fromEntries(compared.map(([name]) => [constantOf(name), state[name] ?? null])) }, properties: [property] };
};

/** The shortest run of the specification to the state, or to one that is it but for labels; `null` if there is none among so many states. */
const runTo = async (system: System, state: Valuation, exactly: boolean): Promise<readonly Instance[] | null> => {
  const { violations: [reaching] } = await search(elsewhere(system, state, exactly), { ...unlimited, name: "elsewhere", maxStates: mostStates });
  return reaching?.instanceTrace.map((instance) => ({ ...instance, transition: system.transitions.find(({ name }) => name === instance.transition.name) ?? instance.transition })) ?? null;
};

const explain = async (policy: Policy, system: System, { from, action, property }: OneStepFinding): Promise<MachineViolation | Unreached> => {
  const naming = { policy, system, placement: placementOf(policy) }, { state } = compile(system);
  const vcpu = action === null ? null : vcpuOf(action), acting = vcpu === null ? 0 : currentOf(system, state)(state.encode(from), vcpu);
  // Labels are ghosts: the monitor does not know them, and most properties do not ask.
  const run = await runTo(system, from, false);
  if (run !== null) {
    const actions = [...run.map((instance) => actionOfInstance(naming, instance)), ...(action === null ? [] : [action])];
    const shown = runActions(naming, actions).breaches.find(({ breach }) => breach.property === property), last = action === null ? null : instanceOfAction(system, naming.placement, action, acting);
    if (shown !== undefined) return { ...shown.breach, place: "M", actions: actions.slice(0, shown.afterStep), instanceTrace: [...run, ...(last === null ? [] : [last])].slice(0, shown.afterStep) };
  }
  return {
    property, differs: run !== null && await runTo(system, from, true) !== null, step: action === null ? null : titleOfStep(stepOfAction(naming, action, acting)),
    state: compareStates(system.bounds, system.variables, namesOf(policy), from, system.initial).map(({ cell, one }) => `${cell} is ${one}`),
  };
};

/** @throws RangeError if the policy is not tiny. */
export const searchFromEvery = async (policy: Policy, name: string, properties: readonly string[], isStopped: () => boolean): Promise<FromEvery> => {
  const [system] = systemsOf(policy), { findings, states, transitions, state, coverage, digest } = await oneStepSearch(policy, isStopped, properties);
  const found: MachineViolation[] = [], unreached: Unreached[] = [];
  for (const finding of findings) {
    const meaning = await explain(policy, system, finding);
    if ("differs" in meaning) unreached.push(meaning);
    else found.push(meaning);
  }
  return {
    found, unreached,
    result: {
      name, state: state === "complete" ? "complete" : "budget", closed: state === "complete", depth: 1, statesDistinct: states, transitions, levels: [], frontier: 0, exact: true, digest, coverage,
      violations: found, undecided: unreached.map(({ property }) => property),
    },
  };
};
