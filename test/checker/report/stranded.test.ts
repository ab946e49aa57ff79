/** A violation of a graph property on its way to a reader: there is no step that breaks it, only a state that nothing leads out of. */
import { expect, it } from "vitest";
import { check, type CheckOptions } from "../../../checker/check.ts";
import { examine, examineTrace } from "../../../checker/examine.ts";
import { alone } from "../../../checker/explore/crew.ts";
import { unnamed } from "../../../checker/profiles.ts";
import { counterexampleOf } from "../../../checker/report/counterexample.ts";
import { counterexampleLines } from "../../../checker/report/human-counterexample.ts";
import { aloneOnMachine } from "../../../checker/refine/crew.ts";
import { replayLines } from "../../../checker/report/human-replay.ts";
import { plain } from "../../../checker/report/layout.ts";
import { replayTrace } from "../../../checker/trace/replay.ts";
import { placesBelow } from "../../../cli/sources.ts";
import { root } from "../../cli/refmon.ts";
import { familyPolicy } from "../family.ts";

const options: CheckOptions = {
  profile: unnamed, properties: ["P26"], calls: null, where: null, symmetry: true, fingerprints: false, violationEnds: "run", budget: { milliseconds: Infinity, states: Infinity, bytes: Infinity },
  signal: new AbortController().signal, memory: () => 0, clock: () => 0, onProgress: () => undefined, muster: alone, surveyors: aloneOnMachine, keeperOf: () => null, driven: false,
};

it("says where nothing leads back from, and how much was searched", async () => {
  // The scheduler calls a gate: no policy that is read may list it.
  const { found: [found], ran } = await check(familyPolicy("elder"), options);
  if (found === undefined) throw new Error("nothing is found");
  expect(ran.map(({ result }) => [result.closed, result.violations.length])).toEqual([[true, 1]]);
  const examined = examine(found), { trace, recording } = examined;
  const counterexample = counterexampleOf({ ...examined, id: "CE-test", where: found.where, property: "P26", policy: [], file: null, replay: null }, placesBelow(root));
  expect(counterexample.property?.path).toBe("spec/properties/p26.ts");
  expect(counterexample.stranded).toBe(1);
  const text = counterexampleLines({ id: "P26", title: "progress", sentence: "" }, counterexample, "shortest", plain, false).join("\n");
  expect(text).toMatchInlineSnapshot(`
    "violated  P26 progress   CE-test   1 step, shortest   on the specification, and on the monitor by replay
      
      After call(serve) by elder on vCPU 0 returned OK, P26 fails for owner elder. From here nothing that it may do by itself leads back: no step leads to another state.
      property spec/properties/p26.ts:12      TCB monitor/calls/call.ts:16

      #  step                  by     verdict  changed
      1  call(serve) (vCPU 0)  elder  ok       knows[elder][v0] {} -> {elder}   <-
                                               stack[elder][v0][0] none -> serve {}

      formula, with owner = elder
        given  all of  true
                 phase[owner] = sealed  true: sealed = sealed
                 one of  true
                   all of  true
                     preemptive  true
                     phase[scheduler] = sealed  true: sealed = sealed
                     one of  true
                       owner = scheduler  true: elder = elder
        then   all of  false
                 not  false
                   exists domain1: Domain  true, with domain1 = parent
                     properAncestor(elder, parent)  true
                       reaches(parent, domain, ancestor)  true  <-
    "
  `);

  const verdict = replayTrace(trace);
  expect(verdict).toMatchObject({ agree: true, confirmed: true, stranded: 1 });
  expect(replayLines(trace, recording, verdict, true, plain).slice(-3)).toMatchInlineSnapshot(`
    [
      "  oracle, generated code and monitor agree",
      "  From here nothing that it may do by itself leads back: no step leads to another state.",
      "confirmed: P26 is violated after 1 step",
    ]
  `);
  expect(examineTrace(trace)).toMatchObject({ stranded: 1, clause: 0, formula: { binding: { owner: "elder" } } });

  // Under a policy whose gate does not list the scheduler the call is denied, and nobody is stuck.
  const mended = replayTrace({ ...trace, policy: familyPolicy("parent") });
  expect([mended.confirmed, mended.stranded]).toEqual([false, null]);
}, 60_000);

it("leaves graph properties out where calls are, unless they are asked for", async () => {
  const narrowed = { ...options, calls: ["grant"], budget: { ...options.budget, states: 1 } };
  const all = await check(familyPolicy(), { ...narrowed, properties: null }), asked = await check(familyPolicy(), narrowed);
  expect([all.selected, asked.selected].map((selected) => selected.some(({ id }) => id === "P26"))).toEqual([false, true]);
}, 60_000);
