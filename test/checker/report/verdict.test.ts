/** What a report says of a property where one search that was to judge it ran, and another did not begin. */
import { expect, it } from "vitest";
import { commuting } from "../../../checker/refine/commuting.ts";
import { judgements, unreached, verdictOf, type Ran, type Unsearched } from "../../../checker/report/verdict.ts";
import { loadPolicy } from "../../../cli/policy-file.ts";

const { policy } = loadPolicy("policies/untrusted-library.json", {});
const { id } = commuting;

const main: Ran = {
  where: "monitor", from: "boot", secret: null, bounds: policy, depth: 3, asked: [commuting], goesOn: false, budget: null, outgrown: null, seconds: 0,
  result: {
    name: "main", state: "complete", closed: false, depth: 3, statesDistinct: 9, transitions: 9, levels: [], frontier: 5, exact: true, digest: "", violations: [],
    coverage: { calls: [], guards: [], moves: [], properties: [{ id, clause: -1, antecedent: 4 }] },
  },
};
const beside: Unsearched = { where: "monitor", from: "boot", secret: "app", name: "main", asked: [commuting] };
const judged = (ran: readonly Ran[], unsearched: readonly Unsearched[]): readonly (string | undefined)[] => {
  const all = judgements(id, ran, unsearched);
  return [verdictOf(all), all[0]?.verdict, all[0]?.searched];
};

it("holds where every search that was to judge it ran", () => {
  expect(judged([main], [])).toEqual(["holds-bounded", "holds-bounded", "wholly"]);
});

it("is undecided where one of them did not begin, whatever the others say", () => {
  expect(judged([main], [beside])).toEqual(["inconclusive", "inconclusive", "partly"]);
  expect(judged([], [beside, { ...beside, secret: null }])).toEqual(["inconclusive", "inconclusive", "not"]);
});

it("is violated all the same", () => {
  const violated: Ran = { ...main, result: { ...main.result, violations: [{ property: id }] } };
  expect(judged([violated], [beside])).toEqual(["violated", "violated", "partly"]);
});

it("is judged only by those that were to judge it", () => {
  expect(judgements(id, [main], [{ ...beside, asked: [] }]).map(({ searched }) => searched)).toEqual(["wholly"]);
  expect(judgements(id, [{ ...main, asked: [] }], [])).toEqual([]);
});

it("is vacuous where a search that has not reached it went on after another violation, and undecided where it stopped there", () => {
  const elsewhere: Ran = { ...main, result: { ...main.result, violations: [{ property: "P1" }], coverage: { ...main.result.coverage, properties: [{ id, clause: -1, antecedent: 0 }] } } };
  expect(judged([{ ...elsewhere, goesOn: true }], [])[1]).toBe("vacuous");
  expect(judged([elsewhere], [])[1]).toBe("inconclusive");
});

it("has been reached by the monitor if each of its formulas was, by the search or where the monitor was driven beyond it", () => {
  const stated = [{ ...commuting, sentence: "One." }, { ...commuting, sentence: "Two." }];
  const reaching = (from: Ran["from"], ...antecedents: readonly number[]): Ran => ({
    ...main, from, asked: stated, result: { ...main.result, depth: from === "driven" ? 7 : 3, coverage: { ...main.result.coverage, properties: antecedents.map((antecedent) => ({ id, clause: -1, antecedent })) } },
  });
  const told = (...ran: readonly Ran[]) => {
    const all = judgements(id, ran, []);
    return { verdicts: all.map(({ from, verdict, antecedent }) => [from, verdict, antecedent]), missing: unreached(id, all, ran) };
  };
  const missing = (driven: boolean, ...sentences: readonly string[]) => [{ where: "monitor", depth: 3, driven, clauses: 2, missing: sentences.map((sentence) => ({ clause: sentence === "One." ? 1 : 2, sentence })) }];
  expect(told(reaching("boot", 4, 0))).toEqual({ verdicts: [["boot", "vacuous", 0]], missing: missing(false, "Two.") });
  expect(told(reaching("boot", 4, 0), reaching("driven", 0, 2))).toEqual({ verdicts: [["boot", "vacuous", 0], ["driven", "holds-bounded", 2]], missing: [] });
  expect(told(reaching("boot", 4, 0), reaching("driven", 3, 0))).toEqual({ verdicts: [["boot", "vacuous", 0], ["driven", "vacuous", 0]], missing: missing(true, "Two.") });
});
