/** What walks are shrunk to, judged by the oracle alone: without any one of its steps it shows nothing. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../../checker/policy/read.ts";
import { failing } from "../../../checker/report/formula.ts";
import { simulate } from "../../../checker/simulate/simulate.ts";
import type { Instance, System } from "../../../spec/lang/system.ts";

/** Whether the property fails after any of the steps; what is denied on the way changes nothing. */
const breaks = (system: System, id: string, instances: readonly Instance[]): boolean =>
  [...instances.keys(), instances.length].some((upTo) => failing(system, system.properties.filter((property) => property.id === id), instances.slice(0, upTo)) !== null);

describe("a shrunk walk", () => {
  it.each(["examples/leaky", "twins/fast-channel", "twins/driver-domain"].flatMap((policy) => [2, 3].map((seed) => [policy, seed] as const)))("of %s with seed %i has no step that could be left out", { timeout: 120_000 }, async (name, seed) => {
    const read = readPolicy(readFileSync(`policies/${name}.json`, "utf8"), {});
    if (!read.ok) throw new Error(name);
    const claims = (read.policy.claims ?? []).map((claim) => `C:${claim.name}`);
    const { finding } = await simulate(read.policy, {
      walks: 200, length: 200, seed, properties: claims, calls: null, budget: { milliseconds: Infinity, states: Infinity, bytes: Infinity }, signal: new AbortController().signal, memory: () => 0, clock: () => 0, onProgress: () => undefined,
    });
    if (finding?.found.where !== "specification") throw new Error("nothing was found");
    const { system, violation: { property, instanceTrace } } = finding.found;
    expect([finding.minimal, breaks(system, property, instanceTrace)]).toEqual([true, true]);
    expect(instanceTrace.filter((_, left) => breaks(system, property, instanceTrace.filter((__, i) => i !== left))).map(({ transition }) => transition.name)).toEqual([]);
  });
});
