/** A walk that broke something is being shrunk when the user, or the budget, ends the run: what was found is told all the same. */
import { expect, it } from "vitest";
import { decode } from "../../../checker/policy/decode.ts";
import type { Json } from "../../../checker/policy/json.ts";
import { exitCodes } from "../../../checker/report/exit-code.ts";
import { exitCodeOfSimulation, SimulateReport, simulateReport } from "../../../checker/report/simulation.ts";
import { simulate, type Simulated } from "../../../checker/simulate/simulate.ts";
import { counterexamplesOf } from "../../../cli/counterexamples.ts";
import { loadPolicy } from "../../../cli/policy-file.ts";
import { sourcePlaces } from "../../../cli/sources.ts";

const file = loadPolicy("policies/examples/leaky.json", {}), { policy } = file, property = "C:library-learns-no-secret";

/** Walks until something breaks, and calls `whileShrinking` once when that has become shorter. A clock that goes on with every look lets each step be one at which the run may end. */
const walked = (whileShrinking: (user: AbortController, skip: () => void) => void): Promise<Simulated> => {
  const user = new AbortController();
  let time = 0, called = false;
  return simulate(policy, {
    walks: 40, length: 200, seed: 1, properties: [property], calls: null, budget: { milliseconds: 1e9, states: Infinity, bytes: Infinity }, signal: user.signal, memory: () => 0,
    clock: () => (time += 200),
    onProgress: ({ shrunk }) => {
      if (shrunk === null || called) return;
      called = true;
      whileShrinking(user, () => { time += 1e9; });
    },
  });
};

/** The report of the walks, as a reader of the file finds it. */
const reportOf = (simulated: Simulated): SimulateReport => {
  const found = simulated.finding === null ? [] : [simulated.finding.found], places = sourcePlaces();
  const [counterexample = null] = [...counterexamplesOf(file, found, places, null).values()].map((one) => one.counterexample);
  const written = JSON.stringify(simulateReport({
    version: "0", policy: { name: policy.name, path: file.path, sha256: file.sha256 }, lineOf: file.lineOf, places, inflation: { policy, domains: [], frames: [] }, seed: 1, asked: 40, length: 200,
    properties: [property], calls: null, simulated, counterexample, vacuity: "warn", seconds: null, command: "",
  }));
  const read = decode(SimulateReport, JSON.parse(written) as Json);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
};

it("Ctrl-C gives a whole report with what was found, and exit code 130", { timeout: 120_000 }, async () => {
  const report = reportOf(await walked((user) => { user.abort(); }));
  expect([report.run.state, report.finding?.property, report.finding?.minimal]).toEqual(["interrupted", property, false]);
  expect(report.properties.map(({ id, verdict }) => [id, verdict])).toEqual([[property, "violated"]]);
  expect(report.finding?.counterexample.steps.length).toBeGreaterThan(4);
  expect(exitCodeOfSimulation(report)).toBe(exitCodes.interrupted);
});

it("a budget that is used up does so with exit code 1, because something was found", { timeout: 120_000 }, async () => {
  const report = reportOf(await walked((_, skip) => { skip(); }));
  expect([report.run.state, report.finding?.property, report.finding?.minimal]).toEqual(["budget", property, false]);
  expect(report.finding?.counterexample.steps.length).toBeGreaterThan(4);
  expect(exitCodeOfSimulation(report)).toBe(exitCodes.finding);
});
