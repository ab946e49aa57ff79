/**
 * Beyond the depth of the monitor's search: along the shortest runs of the specification to what it has reached and the monitor has not, and one step further in every direction. The
 * specification is searched once more for that, as far as the farthest of them.
 */
import type { Property } from "../spec/lang/property.ts";
import type { System } from "../spec/lang/system.ts";
import type { Policy } from "../spec/policy.ts";
import { compiledOf } from "./compile/compile.ts";
import { breathe } from "./explore/crew.ts";
import type { Coverage, SearchOptions } from "./explore/result.ts";
import { search } from "./explore/search.ts";
import { goalsOf, type Sought } from "./goals.ts";
import { placementOf } from "./refine/boot-image.ts";
import { createDriver, type Driver } from "./refine/driver.ts";
import type { MachineSearchResult } from "./refine/result.ts";
import { actionOfInstance } from "./trace/naming.ts";

/** What the searches before have covered. */
interface Covered { readonly specification: Coverage; readonly monitor: Coverage }

/** What two searches have covered of systems with the same steps and properties. */
export const together = (one: Coverage, other: Coverage): Coverage => ({
  calls: [...one.calls, ...other.calls], guards: [...one.guards, ...other.guards], moves: [...one.moves, ...other.moves], properties: [...one.properties, ...other.properties],
});

const rounds: readonly Sought[] = ["happening", "refusal"];

/**
 * `null` where the monitor has reached all that the specification has. `options` are those of the search of the specification; its time and memory are for everything.
 * @throws SelfCheckError if the oracle does not take one of the runs.
 */
export const driveMonitor = async (policy: Policy, system: System, asked: readonly Property[], covered: Covered, options: SearchOptions): Promise<MachineSearchResult | null> => {
  const naming = { policy, system, placement: placementOf(policy) }, began = options.clock(), left = (): number => options.maxMilliseconds - (options.clock() - began);
  const isAsked = ({ id }: { readonly id: string }): boolean => asked.some((property) => property.id === id);
  let driver: Driver | null = null, state: MachineSearchResult["state"] = "complete";
  for (const sought of rounds) {
    const here: Coverage = driver === null ? covered.monitor : together(covered.monitor, driver.result(options.name).coverage);
    const goals = goalsOf(system, sought, covered.specification, here, isAsked);
    if (goals.length === 0 || state !== "complete") continue;
    driver ??= createDriver(policy, system, compiledOf(system), (id) => isAsked({ id }));
    const runs = await search({ ...system, properties: goals }, { ...options, properties: null, allViolations: true, maxMilliseconds: left() });
    if (runs.violations.length < goals.length) ({ state } = runs);
    for (const { instanceTrace } of runs.violations) {
      if (options.signal?.aborted === true) state = "interrupted";
      else if (left() < 0) state = "budget";
      if (state !== "complete") break;
      driver.along(instanceTrace.map((instance) => actionOfInstance(naming, instance)));
      await breathe();
    }
  }
  return driver === null ? null : { ...driver.result(options.name), state };
};
