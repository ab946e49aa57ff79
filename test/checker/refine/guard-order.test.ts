/**
 * The order of guards. Where two guards of a call fail together, specification and monitor answer with the code of the first: the search of the machine
 * compares the code of every call in every state that it reaches, and here it is counted which pairs those states contain. Pairs that fail together in
 * none of them are listed in `guard-pairs.txt`; the list may not change without being looked at.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../../checker/compile/compile.ts";
import { allowed, disabled, type Cells } from "../../../checker/compile/compiled.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import type { System } from "../../../spec/lang/system.ts";
import { systemsOf } from "../../../spec/system.ts";
import { guardOrderPolicy as policy } from "./guard-order-policy.ts";

const depth = 2;
const list = join(import.meta.dirname, "guard-pairs.txt");

/** Every guard of a call as a call of its own, so that it is evaluated whatever comes before it. */
const guardsAlone = (system: System): System => ({
  ...system,
  properties: [],
  transitions: system.transitions.filter(({ kind }) => kind === "call").flatMap((call) => call.guards.map((guard) => ({ ...call, name: `${call.name}.${guard.id}`, guards: [guard], effects: [] }))),
  describe: ({ transition, scope }) => {
    const original = system.transitions.find(({ name }) => transition.name.startsWith(`${name}.`)) ?? transition;
    return system.describe({ transition: original, scope });
  },
});

/** The states within the depth, by the specification. */
const statesOf = (system: System): readonly Cells[] => {
  const compiled = compile(system), start = compiled.state.encode(system.initial);
  const known = new Map([[start.join(), start]]);
  let frontier: readonly Cells[] = [start];
  for (let level = 0; level < depth; level++) {
    const next: Cells[] = [];
    for (const state of frontier) {
      for (let index = 0; index < compiled.instances.length; index++) {
        if (compiled.outcome(state, index) !== allowed) continue;
        const after = state.slice();
        compiled.apply(state, index, after);
        const key = after.join();
        if (known.has(key)) continue;
        known.set(key, after);
        next.push(after);
      }
    }
    frontier = next;
  }
  return [...known.values()];
};

/** The pairs `call.first second` that fail together in some state, by some instance. */
const pairsTogether = (system: System, states: readonly Cells[]): ReadonlySet<string> => {
  const alone = compile(guardsAlone(system)), found = new Set<string>();
  const first = new Map<string, number>();
  alone.instances.forEach(({ transition }, index) => {
    if (!first.has(transition.name)) first.set(transition.name, index);
  });
  const calls = system.transitions.filter(({ kind }) => kind === "call").map((call) => ({
    call, starts: call.guards.map(({ id }) => first.get(`${call.name}.${id}`) ?? 0), size: alone.instances.filter(({ transition }) => transition.name === `${call.name}.${call.guards[0]?.id ?? ""}`).length,
  }));
  for (const state of states) {
    for (const { call, starts, size } of calls) {
      for (let i = 0; i < size; i++) {
        if (alone.outcome(state, (starts[0] ?? 0) + i) === disabled) continue;
        const failing = starts.map((start) => alone.outcome(state, start + i) !== allowed);
        failing.forEach((fails, a) => {
          if (fails) for (let b = a + 1; b < failing.length; b++) if (failing[b] === true) found.add(`${call.name}.${call.guards[a]?.id ?? ""} ${call.guards[b]?.id ?? ""}`);
        });
      }
    }
  }
  return found;
};

const allPairs = (system: System): readonly string[] => system.transitions.flatMap(({ name, guards }) =>
  guards.flatMap((one, a) => guards.slice(a + 1).map((other) => `${name}.${one.id} ${other.id}`)));

describe("the order of guards", () => {
  const [system] = systemsOf(policy);

  it("is the same in specification and monitor, in every state within the depth", { timeout: 120_000 }, async () => {
    const { violations, coverage } = await machineSearch(policy, system, { ...unlimited, name: "guard order", properties: ["P20", "R1"], depth });
    expect(violations).toEqual([]);
    expect(coverage.guards.filter(({ id }) => id.endsWith(".arguments") || id === "unknown.call").filter(({ failedFirst }) => failedFirst === 0)).toEqual([]);
  });

  it("is decided in those states for every pair of guards, but for the pairs that are listed", { timeout: 120_000 }, () => {
    const together = pairsTogether(system, statesOf(system));
    const never = allPairs(system).filter((pair) => !together.has(pair));
    expect(`${never.join("\n")}\n`).toBe(readFileSync(list, "utf8"));
  });
});
