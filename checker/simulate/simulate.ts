/** Random walks of a policy far beyond the bounds of a search; what one of them breaks is shrunk to a short trace. fast-check gives the randomness and does the shrinking. */
import fc from "fast-check";
import type { Property } from "../../spec/lang/property.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import type { Found } from "../check.ts";
import type { Coverage } from "../explore/result.ts";
import type { Action } from "../refine/action.ts";
import { commuting } from "../refine/commuting.ts";
import type { Dice } from "./choose.ts";
import { shorter } from "./shorter.ts";
import { createWalker, type Walker } from "./walker.ts";

export interface SimulateOptions {
  readonly walks: number;
  /** Steps of a walk, at most. */
  readonly length: number;
  /** 32 bits. */
  readonly seed: number;
  /** Ids of the properties to judge; `null` is all that one run can show. */
  readonly properties: readonly string[] | null;
  /** Names of the calls to make; `null` is all of them. */
  readonly calls: readonly string[] | null;
  readonly budget: { readonly milliseconds: number; readonly states: number; readonly bytes: number };
  readonly signal: AbortSignal;
  /** Bytes that the process holds now. */
  readonly memory: () => number;
  /** Milliseconds, from anywhere. */
  readonly clock: () => number;
  readonly onProgress: (progress: SimulateProgress) => void;
}

export interface SimulateProgress { readonly walks: number; readonly steps: number; readonly distinct: number; /** Actions of the shortest walk that breaks something, once there is one. */ readonly shrunk: number | null }

/** How often the formulas of a property, the least reached one of them, were reached: `null` where it is not judged. */
export interface Reached { readonly property: Property; readonly specification: number | null; readonly monitor: number | null }

export interface Simulated {
  readonly state: "complete" | "budget" | "interrupted";
  /** Walks that were begun, steps that were taken in them without those of shrinking, and how many of these changed something. */
  readonly walks: number;
  readonly steps: number;
  readonly effective: number;
  /** Distinct states of the machine, told apart by 53 bits of their hash. */
  readonly distinct: number;
  /** The most steps that changed something in one walk. */
  readonly deepest: number;
  /** Steps in which the oracle agreed with generated code. */
  readonly oracleSteps: number;
  readonly coverage: Coverage;
  readonly properties: readonly Reached[];
  readonly finding: SimulateFinding | null;
}

type Exercised = Pick<Simulated, "coverage" | "properties" | "oracleSteps">;

export interface SimulateFinding {
  /** What the last step of the shortest walk breaks first; what the walk was shrunk for. */
  readonly found: Found;
  /** Ids of what else it breaks. */
  readonly also: readonly string[];
  /** In which walk, from 1, after how many steps. */
  readonly walk: number;
  readonly after: number;
  /** How many times a shorter walk was found; `minimal` says that no shorter one is left to try: without any one of its steps it breaks nothing, though some other walk may be shorter. */
  readonly shrinks: number;
  readonly minimal: boolean;
}

/** A walk to take: its randomness, and after it has been taken what it was. */
interface Walk {
  readonly random: fc.Random | null;
  actions: readonly Action[];
  effective: readonly boolean[];
  broken: readonly Found[];
}

class Walks extends fc.Arbitrary<Walk> {
  readonly #walker: Walker;
  constructor(walker: Walker) {
    super();
    this.#walker = walker;
  }
  override generate(random: fc.Random): fc.Value<Walk> {
    // Kept back: the walk is taken where it can be interrupted.
    return new fc.Value<Walk>({ random: random.clone(), actions: [], effective: [], broken: [] }, undefined);
  }
  override canShrinkWithoutContext(_: unknown): _ is Walk {
    return false;
  }
  override shrink({ actions, effective }: Walk): fc.Stream<fc.Value<Walk>> {
    return fc.stream(shorter(actions, effective, (action) => this.#walker.framesOf(action), this.#walker.exchange)).map((shortened) => new fc.Value<Walk>({ random: null, actions: shortened, effective: [], broken: [] }, undefined));
  }
}

const turn = 100;
const breathe = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, 0);
});

const sameAs = (wanted: Found) => ({ where, violation }: Found): boolean => where === wanted.where && violation.property === wanted.violation.property;

/** What one walk can show: noninterference compares two, and progress asks what every walk could still do. */
export const judgedInWalks = (policy: Policy): readonly Property[] => [...systemsOf(policy).flatMap(({ properties }) => properties.filter(({ form }) => form !== "graph")), commuting];

const onSpecification = ({ form, place }: Property): boolean => form !== "view" && place !== "M";
const onMonitor = ({ place }: Property): boolean => place !== "A";

/** The least that any formula of an id was reached; `null` if none of them is judged there. */
const least = (counts: readonly number[]): number | null => (counts.length === 0 ? null : Math.min(...counts));

const reachedOf = (system: System, walker: Walker, coverage: Coverage, wanted: (id: string) => boolean, policy: Policy): readonly Reached[] => {
  const stated = judgedInWalks(policy).filter(({ id }) => wanted(id)), succeeded = coverage.calls.reduce((sum, call) => sum + call.succeeded, 0);
  return [...new Map(stated.map((property) => [property.id, property])).values()].map((property): Reached => {
    const specification = walker.antecedents.flatMap(({ system: of, reached }) => of.properties.flatMap((one, i) => (one.id === property.id && onSpecification(one) ? [reached[i] ?? 0] : [])));
    const monitor = property.id === commuting.id ? [succeeded]
      : coverage.properties.filter(({ id, clause }) => id === property.id && system.properties[clause] !== undefined && onMonitor(system.properties[clause])).map(({ antecedent }) => antecedent);
    return { property, specification: least(specification), monitor: least(monitor) };
  });
};

/**
 * Walks until something breaks, or the walks are used up.
 * @throws SelfCheckError if oracle and generated code go different ways, RangeError if the saturating TLB outgrows its capacity.
 */
export const simulate = async (policy: Policy, { walks, length, seed, properties, calls, budget, signal, memory, clock, onProgress }: SimulateOptions): Promise<Simulated> => {
  const began = clock(), selected = (id: string): boolean => properties === null || properties.includes(id);
  const walker = createWalker(policy, selected, calls), [system] = systemsOf(policy);
  const states = new Set<number>();
  let state: Simulated["state"] = "complete", begun = 0, steps = 0, effectiveSteps = 0, deepest = 0, breathed = clock();
  const exercise = (): Exercised => {
    const coverage = walker.coverage();
    return { coverage, oracleSteps: walker.oracleSteps(), properties: reachedOf(system, walker, coverage, selected, policy) };
  };
  let exercised: Exercised | null = null;
  let first: { readonly found: Found; readonly walk: number; readonly after: number } | null = null, shortest: Walk | null = null, shrinks = 0;

  const isStopped = async (): Promise<boolean> => {
    // States are counted, and not the time that it takes to reach them: the same run ends at the same step.
    if (state === "complete" && states.size > budget.states) state = "budget";
    if (state !== "complete") return true;
    const now = clock();
    if (now - breathed < turn) return false;
    onProgress({ walks: begun, steps, distinct: states.size, shrunk: shortest === null ? null : shortest.actions.length });
    await breathe();
    breathed = clock();
    if (signal.aborted) state = "interrupted";
    else if (breathed - began > budget.milliseconds || memory() > budget.bytes) state = "budget";
    return state !== "complete";
  };

  /** Goes from the boot image where `next` leads, until something that `breaks` is broken. */
  const take = async (walk: Walk, next: (at: number) => Action | undefined, breaks: (found: Found) => boolean, counted: boolean): Promise<void> => {
    const actions: Action[] = [], effective: boolean[] = [];
    let broken = walker.begin(), depth = 0;
    if (counted) states.add(walker.stateKey());
    while (!broken.some(breaks)) {
      if (await isStopped()) break;
      const action = next(actions.length);
      if (action === undefined) break;
      const stepped = walker.step(action);
      actions.push(action);
      effective.push(stepped.effective);
      broken = stepped.broken;
      if (stepped.effective) depth++;
      if (counted) {
        steps++;
        states.add(walker.stateKey());
      }
      if (stepped.over) break;
    }
    if (counted) {
      effectiveSteps += depth;
      deepest = Math.max(deepest, depth);
    }
    walk.actions = actions;
    walk.effective = effective;
    walk.broken = broken;
  };

  const isUnbroken = async (walk: Walk): Promise<boolean> => {
    const { random, actions } = walk, wanted = first;
    if (state !== "complete" || (random === null && wanted === null)) return true;
    if (random !== null) {
      begun++;
      const dice: Dice = (below) => random.nextInt(0, below - 1);
      await take(walk, (at) => (at < length ? walker.choose(dice) : undefined), () => true, true);
      const [found] = walk.broken;
      if (found === undefined) return true;
      first = { found, walk: begun, after: walk.actions.length };
      // Shrinking goes the same ways again, and exercises nothing.
      exercised = exercise();
    } else if (wanted !== null) {
      await take(walk, (at) => actions[at], sameAs(wanted.found), false);
      if (!walk.broken.some(sameAs(wanted.found))) return true;
      shrinks++;
    }
    shortest = walk;
    return false;
  };

  await fc.check(fc.asyncProperty(new Walks(walker), isUnbroken), { seed, numRuns: walks, unbiased: true });

  return {
    state, walks: begun, steps, effective: effectiveSteps, distinct: states.size, deepest, ...(exercised ?? exercise()), finding: findingOf(first, shortest, shrinks, state === "complete"),
  };
};

const findingOf = (first: { readonly found: Found; readonly walk: number; readonly after: number } | null, shortest: Walk | null, shrinks: number, minimal: boolean): SimulateFinding | null => {
  if (first === null || shortest === null) return null;
  const found = shortest.broken.find(sameAs(first.found)) ?? first.found, also = shortest.broken.map(({ violation }) => violation.property).filter((id) => id !== found.violation.property);
  return { found, also: [...new Set(also)], walk: first.walk, after: first.after, shrinks, minimal };
};
