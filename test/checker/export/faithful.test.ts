/** What the exporters print is lowered from the specification; here the lowered steps run beside the oracle. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionOf, type Action } from "../../../checker/export/action.ts";
import { emptyScope, term } from "../../../checker/export/lower.ts";
import { createNames } from "../../../checker/export/names.ts";
import { createProgram, everyNode, type Program } from "../../../checker/export/program.ts";
import { determined, selectionOf, type Selection } from "../../../checker/export/selection.ts";
import { evaluate, type Valuation } from "../../../spec/lang/evaluate.ts";
import { bool, count, Count, eq, exists, forall, of, option, range, record, setOf, sized, some, sum, ite } from "../../../spec/lang/index.ts";
import { inhabited } from "../../../spec/lang/inhabited.ts";
import type { Node } from "../../../spec/lang/node.ts";
import { scopesOf, step, type Instance, type System } from "../../../spec/lang/system.ts";
import type { Value } from "../../../spec/lang/value.ts";
import { shipped } from "../shipped.ts";
import { constructs } from "./constructs.ts";
import { evaluated, execute, type World } from "./interpret.ts";

const seed = 20240611;
const none: Selection = { determined: new Map(), choice: null };

const worldOf = (program: Program, state: Valuation): World => ({
  bounds: program.system.bounds,
  roots: new Map([...program.variables].map(([name, root]) => [root, state[name] ?? null])),
  types: new Map([...program.variables].flatMap(([name, root]) => {
    const type = program.system.variables[name];
    return type === undefined ? [] : [[root, type], [`before_${root}`, type]] as const;
  })),
});

interface Written { readonly node: Node }

/** Every next state that an action gives, with how often. */
const nextStates = (program: Program, action: Action, state: Valuation): readonly string[] => scopesOf(program.system.bounds, action.parameters).flatMap((scope) => {
  const names = new Map(Object.entries(scope)), world = worldOf(program, state);
  if (!action.clauses.every(({ condition }) => evaluated(world, names, condition) === true)) return [];
  for (const { copy, variable } of action.copies) world.roots.set(copy, world.roots.get(variable) ?? null);
  execute(world, names, action.statements);
  return [JSON.stringify([...program.variables.values()].map((root) => sorted(world.roots.get(root) ?? null)))];
});

/** Fields in one order, so that equal values are equal texts. */
const sorted = (value: Value): Value => {
  if (Array.isArray(value)) return value.map((item: Value) => sorted(item));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, inner]) => [field, sorted(inner)])) : value;
};

/** What is exported of a system whose types may be empty, beside the whole of it. */
const agree = (system: System, walks: number, length: number): void => {
  const exported = inhabited(system), program = createProgram(exported, createNames([], false)), copyName = (name: string): string => `before_${program.variables.get(name) ?? name}`;
  const compared = system.transitions.map((transition) => ({
    instances: scopesOf(system.bounds, transition.parameters).map((scope): Instance => ({ transition, scope })),
    actions: exported.transitions.filter(({ name }) => name === transition.name)
      .flatMap((one) => [actionOf(program, one, none, copyName), actionOf(program, one, { determined: determined(one), choice: null }, copyName)]),
  }));
  fc.assert(fc.property(fc.infiniteStream(fc.nat()), (random) => {
    let state = system.initial;
    for (let taken = 0; taken < length; taken++) {
      const before = state;
      const reached = compared.flatMap(({ instances, actions }) => {
        const outcomes = instances.map((instance) => step(system, before, instance)), allowed = outcomes.flatMap((outcome) => (outcome.kind === "allowed" ? [outcome.next] : []));
        const expected = allowed.map((next) => JSON.stringify(Object.keys(exported.variables).map((name) => sorted(next[name] ?? null)))).sort();
        if (actions.length === 0) expect(expected).toEqual([]);
        for (const action of actions) expect([...nextStates(program, action, before)].sort()).toEqual(expected);
        return allowed;
      });
      const next = reached[(random.next().value as number) % Math.max(reached.length, 1)];
      if (next === undefined) return;
      state = next;
    }
  }), { seed, numRuns: walks });
};

describe("an exported step", () => {
  it("does what the specification says, for every construct", () => { agree(constructs(2), 8, 20); });
  it("does what the specification says, for a policy without gates and devices", () => { agree(shipped("test/peers/policies/life.json", 1), 1, 5); });
  it("does what the specification says, for a policy of the whole model", () => { agree(shipped("test/peers/policies/whole.json", 1), 2, 6); });

  it("tries no fewer values than some state allows", () => {
    const system = inhabited(shipped("test/peers/policies/shared.json", 2)), program = createProgram(system, createNames([], false));
    const choices = new Map(system.transitions.map((transition) => [transition.name, selectionOf(program, transition).choice?.tuples ?? null]));
    // Three accesses can be mapped: r, rw and rx. Only app may grant, to lib, and only r and rw.
    expect(choices.get("map")).toEqual([[1], [3], [5]]);
    expect(choices.get("grant")).toEqual([[0, 1, 1], [0, 1, 3]]);
    expect(choices.get("create")).toEqual([]);
    expect(choices.get("unmap")).toBeNull();
  });
});

describe("a lowered expression", () => {
  it("is made of every operator of the language", () => {
    const used = new Set(everyNode(constructs(2)).map(({ op }) => op));
    expect([...used].sort()).toEqual([
      "add", "and", "apply", "at", "at-most", "cell", "collect", "construct", "count", "equal", "exists", "field", "first", "forall", "has", "if", "implies", "inject", "intersect",
      "is-none", "less", "literal", "match", "minus", "not", "or", "reaches", "set", "some", "subset", "sum", "tabulate", "unite", "variable",
    ]);
  });

  const Page = range("Page"), Pair = record({ page: Page, on: bool });
  const system: System = {
    name: "expressions", bounds: { Page: { lo: 1, hi: 3 }, Count: sized(40) }, variables: {}, view: {}, constants: {}, initial: {}, transitions: [], properties: [],
    describe: () => ({}), symmetric: [],
  };
  const written = (expression: Written): Value => {
    const program = createProgram(system, createNames([], false));
    return evaluated(worldOf(program, {}), new Map(), term(program.now, emptyScope, expression.node));
  };
  it.each<readonly [string, Written]>([
    ["loops over records", count(Pair, (pair) => eq(pair, { page: 2, on: true }))],
    ["loops over options", exists(option(Page), (page) => eq(page, some(3)))],
    ["loops over sets", sum(setOf(Page), (pages) => ite(eq(pages, [1, 3]), of(Count, 2), 1))],
    ["loops over options of records", forall(option(Pair), (pair) => eq(pair, pair))],
  ])("%s", (_, expression) => {
    expect(written(expression)).toEqual(evaluate({ bounds: system.bounds, stores: {} }, {}, expression.node));
  });
});
