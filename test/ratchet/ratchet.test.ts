import { describe, expect, it } from "vitest";
import { emptyBaseline, renewed, turned } from "./baseline.ts";
import type { Reached } from "./reached.ts";

const searched = { closed: true, levels: 9, states: 40, transitions: 200, digest: "aa" };
const bounded = { closed: false, levels: 6, states: 300, transitions: 900, digest: "bb" };
const base: Reached = {
  bounds: { geometry: "2x1", pages: 2, machineDepth: 6 },
  searches: { "p, specification": searched, "p, monitor": bounded },
  properties: { "P1, specification": { verdict: "holds-closed", depth: null }, "P1, monitor": { verdict: "holds-bounded", depth: 6 } },
  exercised: ["call map", "guard map.table-present"],
};
const baseline = renewed(emptyBaseline, { p: base }, [], "");
const findings = (now: Partial<Reached>): readonly string[] => turned(baseline, { p: { ...base, ...now } }).map(({ kind, what, was, now: after }) => `${kind} ${what}: ${was} -> ${after}`);

describe("the ratchet", () => {
  it("is quiet where nothing changed, and where there is more", () => {
    expect(findings({})).toEqual([]);
    expect(findings({
      bounds: { ...base.bounds, pages: 3, ioPages: 1 },
      properties: { ...base.properties, "P1, monitor": { verdict: "holds-bounded", depth: 7 }, "P2, monitor": { verdict: "holds-bounded", depth: 1 } },
      exercised: [...base.exercised, "call unmap"],
    })).toEqual([]);
  });

  it("tells a bound that is tighter, and a geometry that is another", () => {
    expect(findings({ bounds: { geometry: "2x2", pages: 1, machineDepth: 6 } })).toEqual(["shrunk bound geometry: 2x1 -> 2x2", "shrunk bound pages: 2 -> 1"]);
  });

  it("tells a search that is not closed any more, ends earlier or is gone", () => {
    expect(findings({ searches: { "p, specification": { ...searched, closed: false } } }))
      .toEqual(["shrunk search p, specification: closed after 9 levels -> 9 levels", "shrunk search p, monitor: 6 levels -> absent"]);
  });

  it("tells other states within the same bounds as drift", () => {
    expect(findings({ searches: { ...base.searches, "p, monitor": { ...bounded, states: 299, digest: "cc" } } }))
      .toEqual(["drifted search p, monitor: 300 states, 900 transitions, digest bb -> 299 states, 900 transitions, digest cc"]);
  });

  it("tells a verdict that is weaker", () => {
    expect(findings({ properties: { "P1, specification": { verdict: "vacuous", depth: null }, "P1, monitor": { verdict: "holds-bounded", depth: 5 } } }))
      .toEqual(["shrunk property P1, specification: holds-closed -> vacuous", "shrunk property P1, monitor: holds-bounded to depth 6 -> holds-bounded to depth 5"]);
  });

  it("tells what is not exercised any more", () => {
    expect(findings({ exercised: ["call map"] })).toEqual(["shrunk guard map.table-present: exercised -> never"]);
  });

  it("tells a run that is missing", () => {
    expect(turned(baseline, {})).toEqual([{ run: "p", kind: "shrunk", what: "run", was: "made", now: "missing" }]);
  });

  it("keeps the reason beside what it excuses", () => {
    const now = { p: { ...base, exercised: ["call map"] } }, after = renewed(baseline, now, turned(baseline, now), "the guard was redundant");
    expect(after.runs).toEqual(now);
    expect(after.reasons).toEqual([{ run: "p", what: "guard map.table-present", was: "exercised", now: "never", reason: "the guard was redundant" }]);
    expect(turned(after, now)).toEqual([]);
  });
});
