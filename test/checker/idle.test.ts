import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../checker/policy/read.ts";
import { idleIn } from "../../checker/idle.ts";
import { searchNaively } from "../../checker/explore/naive.ts";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { bool, of } from "../../spec/lang/index.ts";
import type { Policy } from "../../spec/policy.ts";
import { runningProperties, withRunning } from "../../spec/running.ts";
import { systemsOf } from "../../spec/system.ts";
import { root } from "../cli/refmon.ts";

const text = readFileSync(join(root, "test/cli/inputs/never-runs.json"), "utf8");

const policyWith = (change: object): Policy => {
  const read = readPolicy(JSON.stringify({ ...JSON.parse(text) as object, ...change }), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};

/** Who runs within three steps, as the naive explorer finds it: that nobody does is violated by whoever does. */
const running = (policy: Policy): readonly string[] => {
  const [system] = systemsOf(policy), never = runningProperties(policy).map((one) => ({ ...one, then: of(bool, false).node }));
  return searchNaively({ ...withRunning(policy, system), properties: never }, { depth: 3, allViolations: true }).violations.map(({ property }) => property);
};

const idle = async (policy: Policy, depth: number): Promise<readonly string[] | null> => {
  const asked = runningProperties(policy).map(({ id }) => id);
  return idleIn(policy, await search(withRunning(policy, systemsOf(policy)[0]), { ...unlimited, name: "who runs", symmetry: true, depth, properties: asked }));
};

const gate = { gates: [{ name: "ring", to: "keeper", from: ["guest"] }], domains: ["root", "keeper", "guest"], scheduler: "root" };
const boot = (JSON.parse(text) as { boot: { domains: object[]; frames: object[] } }).boot;
const withRoot = {
  ...gate, boot: {
    ...boot, frames: [{ name: "root-root", owner: "root" }, ...boot.frames],
    domains: [{ name: "root", phase: "sealed", tables: [{ level: 2, index: 0, frame: "root-root" }], maps: [] }, ...boot.domains.map((one) => ({ ...one, parent: "root" }))],
  },
};

describe("who never runs", () => {
  it.each([
    { what: "the scheduler, where nothing brings it back", change: {}, expected: ["keeper"] },
    { what: "nobody, where interrupts do", change: { preemptive: true }, expected: [] },
    { what: "the scheduler again, where there are no interrupts", change: { preemptive: true, adversary: { interrupts: false } }, expected: ["keeper"] },
    { what: "nobody, where the scheduler has the vCPU", change: { boot: { ...boot, running: ["keeper"] } }, expected: [] },
    { what: "not who is called through a gate", change: withRoot, expected: ["root"] },
  ])("$what", async ({ change, expected }) => {
    const policy = policyWith(change);
    expect(await idle(policy, Infinity)).toEqual(expected);
    expect(policy.domains.filter((domain) => !running(policy).includes(`runs:${domain}`))).toEqual(expected);
  }, 120_000);

  it("is not known before the search is exhausted", async () => {
    expect(await idle(policyWith({ preemptive: true }), 0)).toBeNull();
  });
});
