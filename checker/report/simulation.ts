/** The report of `simulate` (`refmon.simulate/1`) as plain data. With timings left out, the same seed gives the same bytes. */
import * as t from "io-ts";
import { claimId } from "../../spec/claims.ts";
import { isOffered } from "../../spec/offered.ts";
import { Platform, type Policy } from "../../spec/policy.ts";
import type { Inflation } from "../simulate/inflate.ts";
import type { Reached, Simulated } from "../simulate/simulate.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { CheckReport, Counterexample, Diagnostic } from "./model.ts";
import type { Places } from "./places.ts";

const nullable = <C extends t.Mixed>(of: C): t.UnionC<[C, t.NullC]> => t.union([of, t.null]);

/** How often the walks reached what a property speaks of, in each place where it is judged. A random walk shows a violation or none; it never shows that a property holds. */
const SimulatedProperty = t.strict({
  id: t.string, title: t.string, sentence: t.string, location: nullable(t.strict({ path: t.string, line: t.number }, "location")),
  verdict: t.keyof({ violated: null, "not-violated": null, vacuous: null, inconclusive: null }), specification: nullable(t.number), monitor: nullable(t.number),
}, "simulated property");
export type SimulatedProperty = t.TypeOf<typeof SimulatedProperty>;

export const SimulateReport = t.strict({
  schema: t.literal("refmon.simulate/1"),
  tool: CheckReport.type.props.tool,
  inputs: CheckReport.type.props.inputs,
  bounds: t.strict({ platform: Platform, geometry: t.string, domains: t.number, frames: t.number, pages: t.number, vcpus: t.number, properties: nullable(t.array(t.string)), calls: nullable(t.array(t.string)) }, "bounds"),
  /** What the system that was walked has more than the policy. */
  added: t.strict({
    domains: t.array(t.strict({ name: t.string, like: t.string }, "sibling")), frames: t.array(t.strict({ name: t.string, owner: t.string }, "added frame")),
  }, "added"),
  run: t.exact(t.intersection([
    t.type({
      state: t.keyof({ complete: null, budget: null, interrupted: null }), seed: t.number,
      /** Walks that were begun, of so many that were asked for, and the steps that a walk has at most. */
      walks: t.number, asked: t.number, length: t.number,
      /** Steps that were taken, and how many of them were no denied call and no fault. */
      steps: t.number, effective: t.number,
      /** Distinct states of the machine, and the most effective steps of a walk. */
      states: t.number, deepest: t.number,
      /** Steps in which the oracle was asked, and agreed with generated code. */
      oracleSteps: t.number,
    }),
    t.partial({ seconds: t.number }),
  ]), "run"),
  coverage: t.strict({
    calls: t.array(t.strict({ id: t.string, succeeded: t.number, denied: t.number, possible: t.boolean }, "call coverage")),
    guards: t.array(t.strict({ id: t.string, failedFirst: t.number }, "guard coverage")),
    moves: t.array(t.strict({ id: t.string, taken: t.number }, "move coverage")),
  }, "coverage"),
  properties: t.array(SimulatedProperty),
  finding: nullable(t.strict({
    property: t.string,
    /** Other properties that the same steps break. */
    also: t.array(t.string),
    /** The walk that found it, from 1, and after how many steps. */
    walk: t.number, after: t.number,
    /** How often shrinking found something shorter, and whether it came to its end. */
    shrinks: t.number, minimal: t.boolean,
    counterexample: Counterexample,
  }, "finding")),
  diagnostics: t.array(Diagnostic),
  command: t.string,
}, "refmon simulate report");
export type SimulateReport = t.TypeOf<typeof SimulateReport>;

export interface SimulationInputs {
  readonly version: string;
  readonly policy: { readonly name: string; readonly path: string; readonly sha256: string };
  readonly lineOf: (pointer: string) => number | undefined;
  readonly places: Places;
  readonly inflation: Inflation;
  readonly seed: number;
  readonly asked: number;
  readonly length: number;
  readonly properties: readonly string[] | null;
  readonly calls: readonly string[] | null;
  readonly simulated: Simulated;
  readonly counterexample: Counterexample | null;
  readonly vacuity: "error" | "warn";
  readonly seconds: number | null;
  readonly command: string;
}

const locationOf = ({ policy, lineOf, places, inflation }: SimulationInputs, id: string): SimulatedProperty["location"] => {
  const claim = (inflation.policy.claims ?? []).findIndex((one) => claimId(one) === id), line = claim < 0 ? undefined : lineOf(`/claims/${claim}`);
  return line === undefined ? places.properties[id]?.[0] ?? null : { path: policy.path, line };
};

/** Reached in neither place: what the other one reached is no empty statement. */
const isUnreached = ({ specification, monitor }: Reached): boolean => (specification ?? 0) === 0 && (monitor ?? 0) === 0;

const verdictOf = ({ simulated: { state, finding } }: SimulationInputs, reached: Reached): SimulatedProperty["verdict"] => {
  const { id } = reached.property;
  if (finding !== null && (finding.found.violation.property === id || finding.also.includes(id))) return "violated";
  if (isUnreached(reached)) return state === "complete" && finding === null ? "vacuous" : "inconclusive";
  return state === "complete" ? "not-violated" : "inconclusive";
};

/** What the walks did not exercise. Walks that were cut short, or that stopped at a finding, are too few to say so. */
const unexercised = ({ simulated: { coverage, properties }, vacuity, inflation: { policy } }: SimulationInputs): readonly Diagnostic[] => {
  const severity = vacuity === "error" ? "error" as const : "warning" as const, fix = "walk more or longer, with --walks and --length, or give the system room, with --frames and --pages";
  const never = coverage.calls.filter(({ id, succeeded }) => succeeded === 0 && isOffered(policy, id)).map(({ id }) => id), still = coverage.moves.filter(({ taken }) => taken === 0).map(({ id }) => id);
  const missing = (code: string, ids: readonly string[], what: string): readonly Diagnostic[] =>
    (ids.length === 0 ? [] : [{ code, severity, message: `${what} in any walk, so that nothing is known of what it would do: ${ids.join(", ")}`, location: null, fix }]);
  return [
    ...properties.filter(isUnreached).map(({ property: { id, title } }): Diagnostic => ({
      code: "VACUOUS", severity, location: null, fix, message: `${id.startsWith("C:") ? id : `${id} ${title}`}: no walk reaches its antecedent, so that nothing broke it says nothing`,
    })),
    ...missing("CALL_NEVER_SUCCEEDED", never, "never succeeded"), ...missing("MOVE_NEVER_TAKEN", still, "never happened"),
  ];
};

const boundsOf = ({ platform, geometry, domains, bounds, boot }: Policy, { properties, calls }: SimulationInputs): SimulateReport["bounds"] => ({
  platform, geometry, domains: domains.length, frames: boot.frames.length, pages: bounds.pages, vcpus: bounds.vcpus, properties: properties === null ? null : [...properties], calls: calls === null ? null : [...calls],
});

export const simulateReport = (inputs: SimulationInputs): SimulateReport => {
  const { simulated, inflation, places, counterexample } = inputs, { coverage, finding, state } = simulated;
  return {
    schema: "refmon.simulate/1",
    tool: { name: "refmon", version: inputs.version },
    inputs: { policy: { ...inputs.policy }, spec: { path: "spec", sha256: places.sha256.spec }, tcb: { path: "monitor", sha256: places.sha256.tcb } },
    bounds: boundsOf(inflation.policy, inputs),
    added: { domains: [...inflation.domains], frames: [...inflation.frames] },
    run: {
      state, seed: inputs.seed, walks: simulated.walks, asked: inputs.asked, length: inputs.length, steps: simulated.steps, effective: simulated.effective, states: simulated.distinct,
      deepest: simulated.deepest, oracleSteps: simulated.oracleSteps, ...(inputs.seconds === null ? {} : { seconds: inputs.seconds }),
    },
    coverage: {
      calls: coverage.calls.map((one) => ({ ...one, possible: isOffered(inflation.policy, one.id) })), guards: [...coverage.guards], moves: [...coverage.moves],
    },
    properties: simulated.properties.map((reached) => ({
      id: reached.property.id, title: reached.property.title, sentence: reached.property.sentence, location: locationOf(inputs, reached.property.id), verdict: verdictOf(inputs, reached),
      specification: reached.specification, monitor: reached.monitor,
    })),
    finding: finding === null || counterexample === null ? null : {
      property: finding.found.violation.property, also: [...finding.also], walk: finding.walk, after: finding.after, shrinks: finding.shrinks, minimal: finding.minimal, counterexample,
    },
    diagnostics: [
      ...(inputs.calls === null ? [] : [{ code: "NARROWED", severity: "note" as const, message: `walked without any call but ${inputs.calls.join(", ")}`, location: null }]),
      ...(state === "complete" && finding === null ? unexercised(inputs) : []),
    ],
    command: inputs.command,
  };
};

/** As for `check`: what is undecided is no pass, and neither is what measured nothing. */
export const exitCodeOfSimulation = ({ run, finding, diagnostics }: SimulateReport): ExitCode => {
  if (run.state === "interrupted") return exitCodes.interrupted;
  if (finding !== null) return exitCodes.finding;
  if (diagnostics.some(({ severity }) => severity === "error")) return exitCodes.vacuous;
  return run.state === "budget" ? exitCodes.inconclusive : exitCodes.ok;
};
