import { describe, expect, it } from "vitest";
import { compare, overall, type Comparison, type Verdict } from "../../../checker/diff/compare.ts";
import { witnessOf } from "../../../checker/diff/witness.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { codes } from "../../../spec/vocabulary.ts";
import type { Policy } from "../../../spec/policy.ts";
import { changed, pair, readBack } from "./pair.ts";

const compared = (old: Policy, now: Policy): Promise<Comparison> => compare({ old: readBack(old), new: readBack(now) }, { search: unlimited });
const differing = ({ rows }: Comparison): readonly string[] => rows.filter(({ verdict }) => verdict !== "equal").map(({ call, relation, verdict }) => `${call} ${relation} ${verdict}`);
const names = <T>(change: readonly { readonly what: T }[]): readonly string[] => change.map(({ what }) => Object.values(what as object).join(" "));

const { boot } = pair();
const library = boot.domains[1];

/** Says the same as `pair`, in other words. */
const sameAs: readonly (readonly [string, Policy])[] = [
  ["the policy itself", pair()],
  ["the same with the empty lists written", changed({ gates: [], devices: [], host: { sharedBy: [] }, claims: [] })],
  ["frames and domains in another order", changed({ boot: { ...boot, frames: boot.frames.toReversed(), domains: boot.domains.map((one) => ({ ...one, tables: one.tables.toReversed() })).toReversed() } })],
  ["a rule that another one covers", changed({ share: [{ from: "app", to: "lib", access: "r" }, { from: "app", to: "lib", access: "r", name: "again" }] })],
  ["more room for nothing", changed({ bounds: { ...pair().bounds, machineDepth: 5 } })],
];

describe("equal", () => {
  it.each(sameAs)("is %s", async (_, now) => {
    const found = await compared(pair(), now);
    expect([overall(found), differing(found), found.searches.every(({ closed }) => closed)]).toEqual(["equal", [], true]);
  });
  it("are two rules, r and rw, and the second alone", async () => {
    const one = changed({ share: [{ from: "app", to: "lib", access: "rw" }] });
    const two = changed({ share: [{ from: "app", to: "lib", access: "r" }, { from: "app", to: "lib", access: "rw" }] });
    expect(overall(await compared(one, two))).toBe("equal");
  });
  it("is a rule for a domain that never exists", async () => {
    const third = { domains: ["app", "lib", "ghost"] };
    expect(overall(await compared(changed(third), changed({ ...third, share: [...pair().share ?? [], { from: "ghost", to: "lib", access: "rx" }] })))).toBe("equal");
  }, 60_000);
  it("are vCPUs in another order", async () => {
    const bounds = { ...pair().bounds, vcpus: 2 };
    expect(overall(await compared(changed({ bounds, boot: { ...boot, running: ["app", "lib"] } }), changed({ bounds, boot: { ...boot, running: ["lib", "app"] } })))).toBe("equal");
  }, 60_000);
});

const opposite: { readonly [V in Verdict]: Verdict } = { equal: "equal", wider: "narrower", narrower: "wider", incomparable: "incomparable" };

/** A change of `pair`, what it is, and what is expected among the rows, rights and flows. */
const edits: readonly (readonly [string, Policy, Verdict, { readonly rows: readonly string[]; readonly gained?: readonly string[]; readonly lost?: readonly string[] }])[] = [
  ["no share rule", changed({ share: [] }), "narrower", { rows: ["grant parent narrower"], lost: ["mapping lib app r", "grant lib app r"] }],
  ["a share rule that also writes", changed({ share: [{ from: "app", to: "lib", access: "rw" }] }), "wider", { rows: ["grant parent wider"], gained: ["mapping lib app w", "grant lib app w"] }],
  ["the other way round", changed({ share: [{ from: "lib", to: "app", access: "r" }] }), "incomparable", {
    rows: ["grant parent narrower", "grant stranger wider"], gained: ["mapping app lib r", "grant app lib r"], lost: ["mapping lib app r", "grant lib app r"],
  }],
  ["a gate", changed({ gates: [{ name: "ask", from: ["lib"], to: "app" }] }), "wider", { rows: ["call stranger wider"], gained: ["control call lib app"] }],
  ["no preemption", changed({ preemptive: false }), "incomparable", { rows: ["control none incomparable"], lost: ["control interrupt lib app"] }],
  ["a domain that talks to the host", changed({ host: { sharedBy: ["lib"] } }), "wider", { rows: ["share_host self wider"], gained: ["host lib", "flow the host lib"] }],
  ["a frame more", changed({ boot: { ...boot, frames: [...boot.frames, { name: "more", owner: "app" }] } }), "wider", { rows: ["map self wider"] }],
  ["a library that is not booted", changed({ boot: { ...boot, frames: boot.frames.filter(({ owner }) => owner === "app"), domains: boot.domains.filter((one) => one !== library) } }), "incomparable", { rows: ["create stranger wider"] }],
];

describe.each(edits)("%s", (_, now, verdict, expected) => {
  it(`is ${verdict}, with a witness, and ${opposite[verdict]} the other way round`, async () => {
    const found = await compared(pair(), now), back = await compared(now, pair());
    expect(overall(found)).toBe(verdict);
    expect(differing(found)).toEqual(expect.arrayContaining([...expected.rows]));
    expect([...names(found.rights.gained), ...names(found.flows.gained)]).toEqual(expect.arrayContaining([...expected.gained ?? []]));
    expect([...names(found.rights.lost), ...names(found.flows.lost)]).toEqual(expect.arrayContaining([...expected.lost ?? []]));
    // The other way round everything is the other way round.
    expect(overall(back)).toBe(opposite[verdict]);
    expect(back.rows.map(({ call, relation, verdict: is }) => [call, relation, is]).toSorted()).toEqual(found.rows.map(({ call, relation, verdict: is }) => [call, relation, opposite[is]]).toSorted());
    expect([names(back.rights.gained), names(back.flows.gained)].map((all) => all.toSorted())).toEqual([names(found.rights.lost), names(found.flows.lost)].map((all) => all.toSorted()));
    // And each way has a witness that replays, its last step denied as the specification says.
    const [gained] = found.rows.flatMap((row) => row.gained ?? []), [lost] = found.rows.flatMap((row) => row.lost ?? []);
    for (const run of [gained, lost]) {
      if (run === undefined) continue;
      const witness = witnessOf(found.compared, run);
      expect(witness.steps.length).toBe(run.steps.length);
      if (witness.denied?.denial.kind === "guard") expect(codes).toContain(witness.denied.denial.code);
    }
    expect([gained, lost].some((run) => run !== undefined)).toBe(true);
  }, 120_000);
});
