/** A monitor that is driven along every short run of the specification is where a search of it is. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { allowed } from "../../../checker/compile/compiled.ts";
import { compiledOf } from "../../../checker/compile/compile.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import { placementOf } from "../../../checker/refine/boot-image.ts";
import { createDriver } from "../../../checker/refine/driver.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { actionOfInstance } from "../../../checker/trace/naming.ts";
import { systemsOf } from "../../../spec/system.ts";
import type { Instance } from "../../../spec/lang/system.ts";

const read = readPolicy(readFileSync("policies/fast-channel.json", "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { policy } = read, [system] = systemsOf(policy), compiled = compiledOf(system), naming = { policy, system, placement: placementOf(policy) };

/** Every run of so many steps, self-loops included: the machine tells states apart that the specification does not. */
const runs = (steps: number): readonly (readonly Instance[])[] => {
  const from = (cells: Int32Array, left: number): readonly (readonly Instance[])[] => (left === 0 ? [[]] : compiled.instances.flatMap((instance, index) => {
    if (compiled.outcome(cells, index) !== allowed) return [];
    const after = cells.slice();
    compiled.apply(cells, index, after);
    return from(after, left - 1).map((rest) => [instance, ...rest]);
  }));
  return from(compiled.state.encode(system.initial), steps);
};

it("finds the states that a search finds as deep as the runs and one step deeper, and the same coverage of calls", { timeout: 120_000 }, async () => {
  const steps = 2, driver = createDriver(policy, system, compiled, () => true), all = [0, 1, steps].flatMap(runs);
  expect(all.length).toBeGreaterThan(10);
  for (const run of all) driver.along(run.map((instance) => actionOfInstance(naming, instance)));
  const driven = driver.result("driven"), searched = await machineSearch(policy, system, { ...unlimited, name: "searched", depth: steps + 1 });
  expect([driven.statesDistinct, driven.frontier, driven.digest, driven.violations]).toEqual([searched.statesDistinct, searched.frontier, searched.digest, []]);
  const happened = ({ coverage: { calls, properties } }: Pick<typeof searched, "coverage">): unknown =>
    [calls.filter(({ succeeded }) => succeeded > 0).map(({ id }) => id), properties.filter(({ antecedent }) => antecedent > 0).map(({ clause }) => clause)];
  expect(happened(driven)).toEqual(happened(searched));
});

it("stops where the monitor does not go along, and says so", () => {
  const driver = createDriver(policy, system, compiled, () => true), before = driver.result("driven");
  // What the specification does not allow in the first state: the monitor denies it, which is right, and leads nowhere.
  const denied = compiled.instances.findIndex(({ transition: { kind } }, index) => kind === "call" && compiled.outcome(compiled.state.encode(system.initial), index) > allowed), instance = compiled.instances[denied];
  if (instance === undefined) throw new Error("everything is allowed");
  driver.along([actionOfInstance(naming, instance), actionOfInstance(naming, instance)]);
  expect([before.statesDistinct, driver.result("driven").statesDistinct, driver.result("driven").violations]).toEqual([0, 1, []]);
});
