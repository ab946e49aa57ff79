/** Labels are ghosts: nothing but labels depends on them, so that what reads none is judged as well where none is followed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isAbstract } from "../../checker/compile/compile.ts";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { judgingOf } from "../../checker/judging.ts";
import { readPolicy } from "../../checker/policy/read.ts";
import { call, guard } from "../../spec/actor.ts";
import { calls } from "../../spec/calls/index.ts";
import { erasureOf } from "../../spec/lang/erasure.ts";
import type { Valuation } from "../../spec/lang/evaluate.ts";
import { count, each, eq, exists, has, ite, not, some, someSuch, unite, when } from "../../spec/lang/index.ts";
import { instancesOf, step, type System } from "../../spec/lang/system.ts";
import { moves } from "../../spec/moves/index.ts";
import type { Policy } from "../../spec/policy.ts";
import { readsLabels, systemsOf, unlabelled } from "../../spec/system.ts";
import { Depth, Domain, Frame, hostLabel, Label } from "../../spec/vocabulary.ts";
import { familyPolicy } from "../checker/family.ts";
import { root } from "../cli/refmon.ts";

const policyAt = (path: string): Policy => {
  const read = readPolicy(readFileSync(join(root, path), "utf8"), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};

const bareOf = (policy: Policy): System => {
  const made = unlabelled(policy);
  if (made === null) throw new Error("labels steer a step");
  return made;
};

const { steers } = erasureOf(Label);

describe("labels", () => {
  it.each([...calls, ...moves].map((one) => [one.name, one] as const))("steer nothing of %s", (_, transition) => {
    expect(steers(transition)).toBe(false);
  });

  it.each([
    ["a guard that looks into a frame", call("leak", { frame: Frame }, (state, _by, { frame }) => ({ guards: [guard("clean", "BUSY", not(has(state.holds.at(frame), hostLabel)))], effects: [] }))],
    ["a guard that counts what a thread has learnt", call("leak", {}, (state, { vcpu, caller }) => ({
      guards: [guard("few", "BUSY", eq(count(Label, (label) => has(state.knows.at(caller).at(vcpu), label)), 0))], effects: [],
    }))],
    ["a guard that looks at what a caller knew", call("leak", {}, (state, { vcpu, caller }) => ({
      guards: [guard("knew", "BUSY", exists(Depth, (depth) => someSuch(state.stack.at(caller).at(vcpu).at(depth), ({ knew }) => has(knew, hostLabel))))], effects: [],
    }))],
    ["an effect under a condition on labels", call("leak", { frame: Frame }, (state, { caller }, { frame }) => ({
      guards: [], effects: [when(has(state.holds.at(frame), hostLabel), [state.owner.at(frame).becomes(some(caller))])],
    }))],
    ["a value that labels choose", call("leak", { frame: Frame }, (state, { caller }, { frame }) => ({
      guards: [], effects: [state.owner.at(frame).becomes(ite(has(state.holds.at(frame), hostLabel), state.owner.at(frame), state.parent.at(caller)))],
    }))],
  ])("would steer a call by %s", (_, transition) => {
    expect(steers(transition)).toBe(true);
  });

  it("steer nothing where they only decide labels, or are passed on with something else", () => {
    expect(steers(call("quiet", { frame: Frame }, (state, { vcpu }, { frame }) => ({
      guards: [],
      effects: [
        when(has(state.holds.at(frame), hostLabel), [state.hostKnows.becomes(unite(state.hostKnows, state.holds.at(frame)))]),
        each(Domain, (home) => [each(Depth, (depth) => [state.stack.at(home).at(vcpu).at(depth).becomes(state.stack.at(home).at(vcpu).at(depth))])]),
      ],
    })))).toBe(false);
  });

  it("are read by these properties alone, and by claims on flow", () => {
    const policy = policyAt("test/cli/inputs/four-domains.json"), [main, ...own] = systemsOf(policy);
    const reading = (system: System): readonly string[] => [...new Set(system.properties.filter((property) => isAbstract(property) && readsLabels(system, property)).map(({ id }) => id))];
    expect(reading(main)).toEqual(["P7", "P10", "P17", "P18", "P25"]);
    expect(own.map(reading)).toEqual([["C:records-leave-only-as-answers"], ["C:card-learns-no-record"]]);
  });
});

describe("a system without labels", () => {
  /** What is left of a state. */
  const erased = ({ holds: _holds, knows: _knows, deviceKnows: _deviceKnows, hostKnows: _hostKnows, ...rest }: Valuation): string => JSON.stringify(rest, (key, value: unknown) => (key === "knew" ? undefined : value));

  /** What is left of the states of each level, the labels of new ones erased, as the oracle reaches them. */
  const levelsOf = (system: System, depth: number, whole: (state: Valuation) => string): readonly (readonly string[])[] => {
    const instances = system.transitions.flatMap((transition) => instancesOf(system.bounds, transition)), seen = new Set([whole(system.initial)]), left = new Set<string>();
    let level: readonly Valuation[] = [system.initial];
    return Array.from({ length: depth + 1 }, () => {
      const fresh = [...new Set(level.map(erased))].filter((one) => !left.has(one)).sort();
      for (const one of fresh) left.add(one);
      const next: Valuation[] = [];
      for (const state of level) for (const instance of instances) {
        const outcome = step(system, state, instance);
        if (outcome.kind !== "allowed" || seen.has(whole(outcome.next))) continue;
        seen.add(whole(outcome.next));
        next.push(outcome.next);
      }
      level = next;
      return fresh;
    });
  };

  it.each([["elder", familyPolicy("elder"), 3], ["parent", familyPolicy("parent"), 4]] as const)("reaches, level by level, what is left of the states with them: a family with a gate of the %s", (_, policy, depth) => {
    const whole = (state: Valuation): string => JSON.stringify(state), [main] = systemsOf(policy), bare = bareOf(policy);
    const with_ = levelsOf(main, depth, whole);
    expect(with_.every((level) => level.length > 0)).toBe(true);
    expect(levelsOf(bare, depth, whole)).toEqual(with_);
    // Nothing that it reaches has a label.
    expect(new Set(levelsOf(bare, depth, erased).flat()).size).toBe(new Set(levelsOf(bare, depth, whole).flat()).size);
  }, 120_000);

  /** Ids that are violated, each with the length of its counterexample, and whether every state was seen. */
  const violated = async (system: System, asked: readonly string[], depth: number) => {
    const { closed, violations } = await search(system, { ...unlimited, name: system.name, depth, properties: asked, allViolations: true });
    return { closed, violated: violations.map(({ clause, property, instanceTrace }) => `${property}#${clause}: ${instanceTrace.length}`).sort() };
  };
  const labelFree = (system: System): readonly string[] => [...new Set(system.properties.filter((property) => isAbstract(property) && !readsLabels(system, property)).map(({ id }) => id))];

  it.each(["hyperenclave", "sev-snp"] as const)("judges as the one with them does, both closed, on %s", async (platform) => {
    const policy = { ...policyAt("policies/fast-channel.json"), platform }, [main] = systemsOf(policy), asked = labelFree(main);
    const there = await violated(main, asked, Infinity);
    expect(there.closed).toBe(true);
    expect(await violated(bareOf(policy), asked, Infinity)).toEqual(there);
  }, 120_000);

  it.each(["map.authorised", "map.kind-data", "protect.authorised", "table_add.owned", "table_add.unreferenced"])("finds what a specification without %s breaks by runs of the same length", async (clause) => {
    const policy = policyAt("policies/fast-channel.json"), [main] = systemsOf(policy), asked = labelFree(main);
    const broken = (system: System): System => ({
      ...system, transitions: system.transitions.map((transition) => ({ ...transition, guards: transition.guards.filter(({ id }) => `${transition.name}.${id}` !== clause) })),
    });
    const there = await violated(broken(main), asked, 6);
    expect(there.violated).not.toEqual([]);
    expect(await violated(broken(bareOf(policy)), asked, 6)).toEqual(there);
  }, 120_000);
});

describe("what is judged apart", () => {
  const everything = () => true;

  it("is nothing where states have few labels", () => {
    expect(judgingOf(policyAt("policies/fast-channel.json"), everything).map(({ system: { name } }) => name)).toEqual(["fast-channel"]);
  });

  it("is what reads no label where they have many, each property in one system", () => {
    const policy = policyAt("test/cli/inputs/four-domains.json"), judging = judgingOf(policy, isAbstract), asked = judging.map(({ asked: all }) => [...new Set(all.map(({ id }) => id))]);
    expect(judging.map(({ system: { name } }) => name)).toEqual(["four-domains, without labels", "four-domains, records-leave-only-as-answers", "four-domains, card-learns-no-record", "four-domains"]);
    expect(asked[0]).toEqual([
      "P1", "P3", "P4", "P6", "P9", "P16", "P22", "P26", "C:web-never-reads-the-database", "C:web-never-writes-the-audit-log", "C:card-never-writes-the-database", "C:database-reads-only-requests",
    ]);
    expect(asked.at(-1)).toEqual(["P7", "P10", "P17", "P18", "P25"]);
    expect(new Set(asked.flat()).size).toBe(asked.flat().length);
  });
});
