/** Random well-typed expressions: the oracle is total on them, and generated code computes what it does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../checker/compile/compile.ts";
import { evaluate } from "../../spec/lang/evaluate.ts";
import type { Node } from "../../spec/lang/node.ts";
import { printNode } from "../../spec/lang/print.ts";
import type { System } from "../../spec/lang/system.ts";
import { bool, map, option, scalarset } from "../../spec/lang/types.ts";
import { isValue } from "../../spec/lang/value.ts";
import { bounds, constants, randomFrom, randomNode, randomState, randomValue, variables, type Random } from "../spec/lang/random-expression.ts";

const seed = 4711;
const Box = scalarset("Box"), yes: Node = { op: "literal", type: bool, value: true };

/** A system whose properties are the conditions, for some box and person bound. */
const judging = (random: Random, conditions: readonly Node[]): System => ({
  name: "random", bounds, variables, view: {}, constants: randomState(random, constants), initial: randomState(random, variables),
  transitions: [{ kind: "move", name: "nothing", parameters: [], own: [], enabled: yes, guards: [], effects: [] }], describe: () => ({}), symmetric: [],
  properties: conditions.map((then, i) => ({ id: `c${i}`, title: "", sentence: "", form: "step", place: "A", bindings: [{ name: "box", type: Box }], given: yes, then })),
});

describe("random expressions", () => {
  it("have a value of their type in the oracle, whatever the state", () => {
    fc.assert(fc.property(fc.integer(), (start) => {
      const random = randomFrom(start);
      const types = [bool, Box, map(Box, option(Box)), ...Object.values(variables)];
      const type = types[random(types.length)] ?? bool, node = randomNode(random, type, { box: Box }, 5, true);
      const stores = { state: randomState(random, variables), next: randomState(random, variables), constant: randomState(random, constants) };
      const value = evaluate({ bounds, stores }, { box: random(3) }, node);
      if (!isValue(bounds, type, value)) expect(`${printNode(node)} = ${JSON.stringify(value)}`).toBe(`a ${type.name}`);
    }), { seed, numRuns: 1500 });
  });

  it("have the value of the oracle in generated code", () => {
    fc.assert(fc.property(fc.integer(), (start) => {
      const random = randomFrom(start), conditions = Array.from({ length: 12 }, () => randomNode(random, bool, { box: Box }, 5));
      const system = judging(random, conditions), compiled = compile(system);
      for (let i = 0; i < 6; i++) {
        const state = randomState(random, variables), next = randomState(random, variables);
        const before = compiled.state.encode(state), after = compiled.state.encode(next);
        const environment = { bounds, stores: { state, next, constant: system.constants, step: {} } };
        for (const { property, binding } of compiled.stepChecks) {
          const expected = [0, 1, 2].find((box) => evaluate(environment, { box }, property.then) !== true);
          const got = binding(before, after, 0)?.["box"];
          if (got !== expected) expect(`${printNode(property.then)}: ${String(got)}`).toBe(String(expected));
        }
      }
    }), { seed, numRuns: 250 });
  }, 60_000);

  it("write what the oracle writes", () => {
    fc.assert(fc.property(fc.integer(), (start) => {
      const random = randomFrom(start), names = Object.keys(variables);
      const written = names.filter(() => random(3) === 0);
      const effects = written.map((name) => {
        const type = variables[name] ?? bool, place: Node = { op: "cell", type, store: "state", name };
        return { kind: "assign" as const, place, value: stateOnly(randomNode(random, type, { box: Box }, 4, true)) };
      });
      const base = judging(random, []), parameters = [{ name: "box", type: Box }];
      const system: System = { ...base, transitions: [{ kind: "move", name: "write", parameters, own: parameters, enabled: yes, guards: [], effects }] };
      const compiled = compile(system), state = randomState(random, variables), before = compiled.state.encode(state), after = before.slice();
      const environment = { bounds, stores: { state, constant: system.constants } };
      for (let box = 0; box < 3; box++) {
        compiled.apply(before, box, after);
        const expected = Object.fromEntries(effects.map(({ place, value }) => [place.op === "cell" ? place.name : "", evaluate(environment, { box }, value)]));
        expect(compiled.state.decode(after)).toEqual({ ...state, ...expected });
      }
    }), { seed, numRuns: 250 });
  }, 60_000);

  it("leave values as they are when these are laid out as cells and read back", () => {
    const compiled = compile(judging(randomFrom(seed), []));
    fc.assert(fc.property(fc.integer(), (start) => {
      const state = randomState(randomFrom(start), variables);
      expect(compiled.state.decode(compiled.state.encode(state))).toEqual(state);
    }), { seed, numRuns: 300 });
    expect(randomValue(randomFrom(1), bool)).toBeTypeOf("boolean");
  });
});

/** The same expression reading the state before alone, as effects do. */
const stateOnly = (node: Node): Node => JSON.parse(JSON.stringify(node, (_, value: unknown) => (value === "next" ? "state" : value))) as Node;
