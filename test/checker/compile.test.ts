/** Generated code says what the oracle says: for every instance in every state of random walks, and for every property. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, type Searchable } from "../../checker/compile/compile.ts";
import { listing } from "../../checker/compile/listing.ts";
import { evaluate, type Valuation } from "../../spec/lang/evaluate.ts";
import { environmentOf, step, type System } from "../../spec/lang/system.ts";
import { rank, unrank, valuesOf } from "../../spec/lang/value.ts";
import { shipped } from "./shipped.ts";
import { toy } from "./toy.ts";

const seed = 20231;

/** Follows a walk given by choices among the allowed instances; checks every instance of every state on the way. */
const walk = (compiled: Searchable, choices: readonly number[]): void => {
  const { system } = compiled, after = new Int32Array(compiled.state.size);
  let state: Valuation = system.initial;
  for (const choice of choices) {
    const cells = compiled.state.encode(state);
    expect(compiled.state.decode(cells)).toEqual(state);
    const successors: Valuation[] = [];
    compiled.instances.forEach((instance, index) => {
      const outcome = step(system, state, instance), got = compiled.outcome(cells, index);
      const expected = outcome.kind === "disabled" ? -1 : outcome.kind === "allowed" ? 0 : 1 + instance.transition.guards.indexOf(outcome.guard);
      if (got !== expected) expect({ instance: [instance.transition.name, instance.scope], got }).toEqual({ got: expected });
      if (outcome.kind !== "allowed") return;
      compiled.apply(cells, index, after);
      expect(compiled.state.decode(after)).toEqual(outcome.next);
      successors.push(outcome.next);
      if (successors.length % 7 !== choice % 7) return;
      const stores = { state, next: outcome.next, step: system.describe(instance), constant: system.constants };
      for (const check of compiled.stepChecks) expect(check.binding(cells, after, index)).toEqual(failing(system, { bounds: system.bounds, stores }, check.property));
    });
    for (const check of compiled.stateChecks) {
      const binding = failing(system, environmentOf(system, state), check.property);
      expect(check.binding(cells)).toEqual(binding);
      expect(check.violated(cells)).toBe(binding !== null);
    }
    const chosen = successors[choice % successors.length];
    if (chosen === undefined) return;
    state = chosen;
  }
};

type Checked = System["properties"][number];
const failing = (system: System, environment: Parameters<typeof evaluate>[0], { bindings, given, then }: Checked): Valuation | null => {
  const sizes = bindings.map(({ type }) => valuesOf(system.bounds, type));
  const all = sizes.reduce<readonly Valuation[]>((scopes, values, i) => scopes.flatMap((scope) => values.map((value) => ({ ...scope, [bindings[i]?.name ?? ""]: value }))), [{}]);
  return all.find((scope) => evaluate(environment, scope, given) === true && evaluate(environment, scope, then) !== true) ?? null;
};

describe("generated code", () => {
  it.each([["a toy", toy(2, 3, 2, true)], ["a toy without symmetry to speak of", toy(2, 1, 3, true)]])("agrees with the oracle on random walks of %s", (_, system) => {
    const compiled = compile(system);
    fc.assert(fc.property(fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (choices) => {
      walk(compiled, choices);
    }), { seed, numRuns: 15 });
  });

  it("agrees with the oracle on random walks of the shipped policy", () => {
    const compiled = compile(shipped());
    fc.assert(fc.property(fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (choices) => {
      walk(compiled, choices);
    }), { seed, numRuns: 6 });
  }, 60_000);

  it("is the same text every time, and readable", () => {
    const [one, two] = [compile(toy(2, 2, 2, true)).source, compile(toy(2, 2, 2, true)).source];
    expect(one).toBe(two);
    expect(one).toMatch(/function owns_\d+\(s, \$box, \$who\)/);
  });

  it("is listed with what its numbers mean", () => {
    const system = toy(2, 2, 2, true), text = listing(system), { source, state } = compile(system);
    expect(text.endsWith(`\n${source}\n`)).toBe(true);
    const legend = text.slice(0, -source.length), after = (title: string): string => legend.slice(legend.indexOf(title)), between = (title: string, next: string): string => after(title).slice(0, after(title).indexOf(next));
    system.transitions.forEach(({ name }, number) => { expect(between("// Transitions", "// Guards")).toMatch(new RegExp(`\\b${number} ${name}\\b`)); });
    const guards = system.transitions.flatMap(({ name, guards: own }) => own.map(({ id }) => `${name}.${id}`));
    guards.forEach((id, number) => { expect(between("// Guards", "// Properties")).toMatch(new RegExp(`\\b${number} ${id}\\b`)); });
    expect(guards.length).toBeGreaterThan(0);
    const cells = [...after("// Cells").matchAll(/(\d+) to (\d+) {2}(\w+)/g)].map(([, from, to, name]) => ({ from: Number(from), to: Number(to), name }));
    expect(cells.map(({ name }) => name)).toEqual(Object.keys(system.variables));
    expect(cells.map(({ from }) => from)).toEqual([0, ...cells.slice(0, -1).map(({ to }) => to + 1)]);
    expect(cells.at(-1)?.to).toBe(state.size - 1);
    expect(() => new Function("environment", text)).not.toThrow();
  });

  it("refuses a number outside its range where it is stored", () => {
    const system = toy(1, 3, 3, false);
    const small: System = { ...system, bounds: { ...system.bounds, Count: { lo: 0, hi: 1 } } };
    const compiled = compile(small), initial = compiled.state.encode(small.initial);
    const full = small.initial["shelf"] as readonly null[];
    compiled.state.write(initial, "shelf", [], full.map((_, slot) => (slot === 2 ? null : { box: slot, colour: slot === 0 ? "red" : "blue" })));
    compiled.state.write(initial, "owner", [2], 0);
    const put = compiled.instances.findIndex(({ transition, scope }) => transition.name === "put" && scope["box"] === 2 && scope["slot"] === 2);
    expect(compiled.outcome(initial, put)).toBe(0);
    expect(() => {
      compiled.apply(initial, put, initial.slice());
    }).toThrow(/outside its range/);
  });

  it("lays a store out by path", () => {
    const { state, system } = compile(toy(2, 3, 2, true));
    const cells = state.encode(system.initial);
    state.write(cells, "loan", [1], { to: 1, colours: 5 });
    expect(cells[state.cellOf("loan", [1])]).toBe(2);
    expect(cells[state.cellOf("loan", [1]) + 1]).toBe(5);
    expect(() => state.cellOf("loan", [3])).toThrow(/no loan/);
    const lock = system.variables["lock"];
    expect(lock === undefined ? 0 : rank(system.bounds, lock, unrank(system.bounds, lock, 77))).toBe(77);
  });
});
