/** Graph properties: what the search decides on its edges is what the oracle finds by trying everything, and breaking the specification breaks P26. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { single } from "../../checker/explore/crew.ts";
import { unlimited, type SearchOptions, type SearchResult } from "../../checker/explore/result.ts";
import { threads } from "../../checker/explore/node/threads.ts";
import { search } from "../../checker/explore/search.ts";
import { guard } from "../../spec/actor.ts";
import { checkSystem } from "../../spec/lang/check.ts";
import { evaluate, type Valuation } from "../../spec/lang/evaluate.ts";
import { and, attainable, eq, exists, has, isNone, isSome, not, or, some, someSuch, type Bool, type Expr } from "../../spec/lang/index.ts";
import { printProperty } from "../../spec/lang/print.ts";
import type { Property } from "../../spec/lang/property.ts";
import { environmentOf, instancesOf, scopesOf, step, type System } from "../../spec/lang/system.ts";
import { term } from "../../spec/lang/term.ts";
import type { Transition } from "../../spec/lang/transition.ts";
import { data, Domain, Frame } from "../../spec/vocabulary.ts";
import { constants, s } from "../../spec/state.ts";
import { step as specStep } from "../../spec/step.ts";
import { family } from "./family.ts";
import { toy, words } from "./toy.ts";

const decide = (system: System, options: Partial<SearchOptions> = {}): Promise<SearchResult> => search(system, { ...unlimited, name: "test", ...options });

interface Edge { readonly from: number; readonly to: number; readonly step: Valuation }

/** Every state that can be reached, in the order of distance, and every step between them, by the oracle alone. */
const everything = (system: System): { readonly states: readonly Valuation[]; readonly edges: readonly Edge[]; readonly depths: readonly number[] } => {
  const instances = system.transitions.flatMap((transition) => instancesOf(system.bounds, transition));
  const states = [system.initial], depths = [0], edges: Edge[] = [], ids = new Map([[JSON.stringify(system.initial), 0]]);
  for (let from = 0; from < states.length; from++) {
    for (const instance of instances) {
      const outcome = step(system, states[from] ?? {}, instance);
      if (outcome.kind !== "allowed") continue;
      const key = JSON.stringify(outcome.next), to = ids.get(key) ?? states.length;
      if (to === states.length) {
        states.push(outcome.next);
        depths.push((depths[from] ?? 0) + 1);
        ids.set(key, to);
      }
      edges.push({ from, to, step: system.describe(instance) });
    }
  }
  return { states, edges, depths };
};

/** How far away the first state is from which the property cannot be attained; `null` if there is none. And how many ask for it. */
const bruteForce = (system: System, property: Property, { states, edges, depths }: ReturnType<typeof everything>): { readonly depth: number | null; readonly asked: number } => {
  const asking = new Set<number>();
  let depth: number | null = null;
  for (const binding of scopesOf(system.bounds, property.bindings)) {
    const holds = (node: Property["given"], state: number): boolean => evaluate(environmentOf(system, states[state] ?? {}), binding, node) === true;
    const taken = edges.filter(({ from, to, step: described }) =>
      evaluate({ bounds: system.bounds, stores: { state: states[from] ?? {}, next: states[to] ?? {}, step: described, constant: system.constants } }, binding, property.by ?? property.then) === true);
    const good = new Set([...states.keys()].filter((state) => holds(property.then, state)));
    for (let before = -1; before < good.size;) {
      before = good.size;
      for (const { from, to } of taken) if (good.has(to)) good.add(from);
    }
    for (const state of states.keys()) {
      if (!holds(property.given, state)) continue;
      asking.add(state);
      if (!good.has(state)) depth = Math.min(depth ?? Infinity, depths[state] ?? 0);
    }
  }
  return { depth, asked: asking.size };
};

const { Slot, s: toyState, next, step: taken } = words;
const conditions: readonly Expr<Bool>[] = [
  isSome(toyState.shelf.at(0)), isNone(toyState.shelf.at(0)), eq(toyState.lamp, true), eq(toyState.lamp, false), has(toyState.seen, "green"), has(toyState.seen, "blue"), eq(toyState.used, 1),
];
const steps: readonly Expr<Bool>[] = [
  eq(taken.name, "take"), eq(taken.name, "lend"), eq(taken.name, "put"), eq(taken.name, "clear"), eq(taken.name, "lamp"),
  eq(next.lamp, toyState.lamp), not(has(next.seen, "green")), and(isSome(toyState.shelf.at(0)), isNone(next.shelf.at(0))),
];
const text = { id: "toy", title: "toy", sentence: "" };
/** Without bindings, and with several that ask for different things by different steps. */
const properties = fc.tuple(
  fc.constantFrom(...conditions), fc.uniqueArray(fc.constantFrom(...steps), { minLength: 1, maxLength: 4 }), fc.constantFrom(...conditions), fc.boolean(),
).map(([given, by, then, bound]) => (bound
  ? attainable(text, { slot: Slot }, ({ slot }) => ({ given: or(given, isSome(toyState.shelf.at(slot))), by: or(...by, isNone(toyState.shelf.at(slot))), then: and(then, isNone(toyState.shelf.at(slot))) }))
  : attainable(text, {}, () => ({ given, by: or(...by), then }))));

describe("a graph property", () => {
  const explored = (system: System): { readonly system: System; readonly all: ReturnType<typeof everything> } => ({ system, all: everything(system) });
  const systems = [explored(toy(1, 2, 2, false)), explored(toy(2, 1, 2, false))] as const;

  it("is decided as the oracle decides it by trying everything, with symmetry and without", async () => {
    let violated = 0, holding = 0;
    await fc.assert(fc.asyncProperty(fc.constantFrom(0, 1), properties, async (number, property) => {
      const { system, all } = systems[number === 0 ? 0 : 1];
      const asking = { ...system, properties: [property] }, { depth, asked } = bruteForce(asking, property, all);
      for (const symmetry of [true, false]) {
        const { violations: [violation], coverage, undecided } = await decide(asking, { symmetry });
        expect(undecided).toEqual([]);
        expect(violation?.instanceTrace.length ?? null).toBe(depth);
        if (!symmetry) expect(coverage.properties).toEqual([{ id: "toy", clause: 0, antecedent: asked }]);
      }
      if (depth === null) holding++; else violated++;
    }), { seed: 26, numRuns: 60 });
    // Neither answer is the only one that is ever given.
    expect([violated > 5, holding > 5]).toEqual([true, true]);
  }, 300_000);

  it("is not decided by a search that ends before it has seen everything, or keeps fingerprints", async () => {
    for (const options of [{ depth: 3 }, { maxStates: 5 }, { fingerprints: true }]) {
      const { undecided, violations } = await decide(family(), { properties: ["P26"], ...options });
      expect([undecided, violations]).toEqual([["P26"], []]);
    }
  });

  it("is not decided where there is no room for its edges", async () => {
    const { state, undecided } = await decide(family(), { properties: ["P26"], maxBytes: 700_000 });
    expect([state, undecided]).toEqual(["budget", ["P26"]]);
  });

  it("binds no member of a symmetric scalarset, and says by which steps", () => {
    const system = family(), bound = attainable(text, { frame: Frame }, ({ frame }) => ({ given: isSome(s.owner.at(frame)), by: specStep.call, then: isNone(s.owner.at(frame)) }));
    expect(() => { checkSystem({ ...system, properties: [bound] }); }).toThrow("a graph property binds no member of a symmetric scalarset");
    const { by: _by, ...without } = bound;
    expect(() => { checkSystem({ ...system, properties: [without] }); }).toThrow("a graph property, and no other, says by which steps");
  });

  it("is printed with its steps", () => {
    expect(printProperty(attainable(text, { domain: Domain }, ({ domain }) => ({ given: eq(s.phase.at(domain), "sealed"), by: specStep.call, then: eq(s.phase.at(domain), "free") }))))
      .toBe("forall domain: Domain. from phase[domain] = sealed steps of step.call can lead to phase[domain] = free");
  });
});

/** The family with a transition changed. */
const changing = (name: string, change: (transition: Transition) => Partial<Transition>): System => {
  const system = family();
  return { ...system, transitions: system.transitions.map((one) => (one.name === name ? { ...one, ...change(one) } : one)) };
};

/** The family with one more guard on a call. */
const refusing = (name: string, unless: Expr<Bool>): System => changing(name, ({ guards }) => ({ guards: [...guards, guard("mistake", "BUSY", unless)] }));

const named = <T extends typeof Domain | typeof Frame>(type: T, name: string): Expr<T> => term(type, { op: "variable", type, name });
const domain = named(Domain, "domain"), frame = named(Frame, "frame"), receiver = named(Domain, "receiver");

/** Mistakes, with who is stuck and the steps to where. */
const mistakes: readonly (readonly [string, System, { readonly owner: number; readonly steps: readonly string[] }])[] = [
  ["destroy is refused while what the victim has granted is not given back",
    refusing("destroy", not(exists(Frame, (one) => and(eq(s.owner.at(one), some(domain)), exists(Domain, (to) => isSome(s.grant.at(one).at(to))))))), { owner: 1, steps: ["switch", "grant"] }],
  ["reclaim is refused for tables", refusing("reclaim", eq(s.kind.at(frame), data)), { owner: 0, steps: [] }],
  ["revoke needs the receiver not to have accepted", refusing("revoke", not(someSuch(s.grant.at(frame).at(receiver), ({ status }) => eq(status, "accepted")))), { owner: 2, steps: ["switch", "grant", "interrupt", "accept"] }],
  ["an interrupt does not reach the scheduler", changing("interrupt", () => ({ effects: [] })), { owner: 0, steps: ["switch"] }],
  ["a gate lists the scheduler, and the callee does not return", family("elder"), { owner: 0, steps: ["call"] }],
  ["reclaim gives the frame to the root domain", changing("reclaim", ({ effects: [kind, , holds] }) => ({ effects: [...(kind === undefined ? [] : [kind]), s.owner.at(frame).becomes(some(constants.root)), ...(holds === undefined ? [] : [holds])] })), { owner: 1, steps: [] }],
];

describe("P26", () => {
  it("holds of the family, from all of its states", async () => {
    const { violations, closed, coverage, statesDistinct } = await decide(family(), { properties: ["P26"] });
    expect([violations, closed]).toEqual([[], true]);
    expect(coverage.properties).toEqual([expect.objectContaining({ id: "P26", antecedent: statesDistinct })]);
  });

  it.each(mistakes)("finds that %s", async (_, system, { owner, steps: names }) => {
    const here = await decide(system, { properties: ["P26"] });
    for (const muster of [threads(2, 1), single(0)]) expect(await decide(system, { properties: ["P26"], muster })).toEqual(here);
    const [violation] = here.violations;
    expect(violation?.instanceTrace.map(({ transition }) => transition.name)).toEqual(names);
    expect(violation?.binding).toEqual({ owner });
    expect(violation?.stranded).toBeGreaterThan(0);
  }, 60_000);

  it("is violated without symmetry where it is with", async () => {
    const { violations: [violation] } = await decide(mistakes[0]?.[1] ?? family(), { properties: ["P26"], symmetry: false });
    expect([violation?.instanceTrace.length, violation?.binding]).toEqual([2, { owner: 1 }]);
  }, 60_000);
});
