/**
 * One step of the monitor from every well-formed state of a tiny policy, reachable or not: what it does wrong there, no depth of a search from the boot image can hide. A finding means
 * that the monitor is wrong in a state that can be reached, or that well-formedness lacks the invariant which says why it cannot.
 */
import { mark, undo } from "../../hw/memory.ts";
import { boot } from "../../image/boot.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import { adversaryOf } from "../../spec/adversary.ts";
import type { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import { wellFormedness } from "../../spec/well-formed.ts";
import { candidateStates } from "../../spec/well-formed-states.ts";
import { createDigest } from "../../spec/lang/digest.ts";
import { compile } from "../compile/compile.ts";
import { breathe, turnEvery } from "../explore/crew.ts";
import type { Coverage } from "../explore/result.ts";
import type { Action } from "./action.ts";
import { bootImage, machineFor } from "./boot-image.ts";
import { embed } from "./embed.ts";
import { createExpander } from "./expand.ts";
import { createJudge, type Breach } from "./judge.ts";
import { compareStates, namesOf } from "./names.ts";
import { coverageOf } from "./tally.ts";

export interface OneStepFinding extends Breach {
  readonly from: Valuation;
  /** `null` if the state itself, well formed as it is, breaks the property. */
  readonly action: Action | null;
}

export interface OneStepResult {
  readonly state: "complete" | "interrupted";
  readonly candidates: number;
  readonly states: number;
  readonly transitions: number;
  readonly callsRun: number;
  /** Of the states, in any order. */
  readonly digest: string;
  readonly findings: readonly OneStepFinding[];
  readonly coverage: Coverage;
}

/** Each property is told of once, at the first state that breaks it. @throws RangeError if the policy is not tiny. */
export const oneStepSearch = async (policy: Policy, isStopped: () => boolean, properties: readonly string[] | null = null): Promise<OneStepResult> => {
  const [system] = systemsOf(policy), compiled = compile(system), names = namesOf(policy);
  const conditions = compile({ ...system, transitions: [], properties: wellFormedness }).stateChecks;
  const m = machineFor(policy, "saturating"), reset = mark(m.memory), findings: OneStepFinding[] = [];
  // Judge and expander read the layout of a booted monitor.
  boot(m, bootImage(policy));
  let from: Valuation = system.initial, running: Action | null = null;
  const judge = createJudge(m, compiled, (id) => properties === null || properties.includes(id), (breach) => { findings.push({ ...breach, from, action: running }); });
  const expander = createExpander(m, compiled, adversaryOf(policy), judge, { known: () => null, add: () => 0, running: (action) => { running = action(); } }, (machine, specification) =>
    compareStates(system.bounds, system.variables, names, compiled.state.decode(machine), compiled.state.decode(specification)).map(({ cell, one, other }) => ({ cell, machine: one, specification: other })));
  const cells = new Int32Array(compiled.state.size);
  let candidates = 0, states = 0, stopped = false, breathed = Date.now();
  const digest = createDigest();
  for (const state of candidateStates(policy, system)) {
    if (Date.now() - breathed > turnEvery) {
      await breathe();
      breathed = Date.now();
    }
    stopped = isStopped();
    if (stopped) break;
    candidates++;
    const encoded = compiled.state.encode(state);
    if (conditions.some((condition) => condition.violated(encoded))) continue;
    states++;
    digest.add(encoded);
    from = state;
    running = null;
    undo(m.memory, reset);
    embed(m, policy, state);
    if (expander.start(encoded, cells) === null) expander.expand(encoded, states === 1);
  }
  return { state: stopped ? "interrupted" : "complete", candidates, states, transitions: expander.tally.transitions, callsRun: expander.tally.callsRun, digest: digest.text(), findings, coverage: coverageOf(system, expander.tally, judge) };
};
