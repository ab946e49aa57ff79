/** Large pages of a boot image: the specification and the monitor agree on them, at both places where the smallest geometries have one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unlimited } from "../../../checker/explore/result.ts";
import { search } from "../../../checker/explore/search.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { systemsOf } from "../../../spec/system.ts";
import type { Policy } from "../../../spec/policy.ts";
import { embed } from "../../../checker/refine/embed.ts";
import { bootedMachine, machineFor } from "../../../checker/refine/boot-image.ts";

const paths = { large: "large.json", "large-tiny": "../../regress/policies/large.json" } as const;

const policyIn = (name: keyof typeof paths): Policy => {
  const read = readPolicy(readFileSync(join(import.meta.dirname, paths[name]), "utf8"), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};

describe("a large page", () => {
  it("that is the whole space of a child holds all properties: the specification closed, the monitor to depth 3", { timeout: 120_000 }, async () => {
    const policy = policyIn("large-tiny"), [system] = systemsOf(policy);
    const abstract = await search(system, { ...unlimited, name: "specification" });
    expect([abstract.closed, abstract.violations]).toEqual([true, []]);
    const machine = await machineSearch(policy, system, { ...unlimited, name: "monitor", depth: 3 });
    expect([machine.depth, machine.violations]).toEqual([3, []]);
  });

  it("beside pages of the same space holds all properties to depth 2, and is in the way of pages and tables", { timeout: 120_000 }, async () => {
    const policy = policyIn("large"), [system] = systemsOf(policy);
    const { depth, violations, coverage } = await machineSearch(policy, system, { ...unlimited, name: "monitor", depth: 2 });
    expect([depth, violations]).toEqual([2, []]);
    const denied = ["map.table-present", "unmap.mapped", "protect.mapped", "table_add.slot-empty", "table_remove.present", "table_remove.empty"];
    expect(denied.filter((id) => !coverage.guards.some((guard) => guard.id === id && guard.failedFirst > 0))).toEqual([]);
  });

  it("is put on the machine again by the inverse of abstraction", () => {
    for (const name of ["large", "large-tiny"] as const) {
      const policy = policyIn(name), m = machineFor(policy, "explicit");
      embed(m, policy, systemsOf(policy)[0].initial);
      const booted = bootedMachine(policy, "explicit"), words = m.frames * m.wordsPerFrame;
      expect(m.memory.words.slice(0, words)).toEqual(booted.memory.words.slice(0, words));
    }
  });
});
