/** The main job: a policy goes in, the specification and the monitor on the machine are searched, what was found comes out. Printing is not done here. */
import type { Property } from "../spec/lang/property.ts";
import type { System } from "../spec/lang/system.ts";
import type { Policy } from "../spec/policy.ts";
import { emptied } from "../spec/emptied.ts";
import { runningProperties, withRunning } from "../spec/running.ts";
import { systemsOf } from "../spec/system.ts";
import { tinied } from "../spec/tiny.ts";
import { compiledOf } from "./compile/compile.ts";
import type { Compiled } from "./compile/compiled.ts";
import { dissentFrom } from "./dissent.ts";
import { waitingRoom } from "./leftover-time.ts";
import type { Muster } from "./explore/crew.ts";
import { CheckpointRefused, type Keeper } from "./explore/keeper.ts";
import type { Coverage, SearchOptions, SearchProgress, Violation } from "./explore/result.ts";
import { search } from "./explore/search.ts";
import { declassified } from "./flow/declassified.ts";
import { createFlowMap, type FlowMap } from "./flow/map.ts";
import { isNoninterference, noninterference } from "./flow/properties.ts";
import { secretsDepth, variants } from "./flow/variants.ts";
import { commuting } from "./refine/commuting.ts";
import type { MachineMuster } from "./refine/crew.ts";
import type { MachineViolation } from "./refine/result.ts";
import { machineSearch } from "./refine/search.ts";
import { idleIn, withoutRunning } from "./idle.ts";
import { judgingOf } from "./judging.ts";
import { driveMonitor, together } from "./driven.ts";
import { searchFromEvery, type Unreached } from "./from-every.ts";
import type { Origin, Profile, Start } from "./profiles.ts";
import { noSecrets, type Secrets } from "./refine/secrets.ts";
import type { Ran, Unsearched } from "./report/verdict.ts";

export interface CheckOptions {
  /** Ids of the properties to decide; `null` is all of them. */
  readonly properties: readonly string[] | null;
  /** Names of the calls to explore; `null` is all of them. Moves are always explored. */
  readonly calls: readonly string[] | null;
  /** What is searched; `null` is both. */
  readonly where: Ran["where"] | null;
  readonly symmetry: boolean;
  /** Keep states of the specification as fingerprints. */
  readonly fingerprints: boolean;
  /** What a violation ends: the whole run, the search that found it, or nothing before every property is decided. */
  readonly violationEnds: "run" | "search" | "nothing";
  /** Time is for the whole run, and shared out so that no search takes all of it; what one leaves goes to those behind it, and in the end to searches of the specification that ran out of theirs and wait; states are for each search, bytes for the process. */
  readonly budget: { readonly milliseconds: number; readonly states: number; readonly bytes: number };
  readonly signal: AbortSignal;
  /** Bytes that the process holds now. */
  readonly memory: () => number;
  /** Milliseconds, from anywhere. */
  readonly clock: () => number;
  /** `search` says which it is, for a reader. */
  readonly onProgress: (search: string, progress: SearchProgress) => void;
  /** Where the monitor is searched from, and how far from elsewhere than the boot image. */
  readonly profile: Pick<Profile, "from" | "emptyDepth" | "tiny">;
  /** Who searches the specification. */
  readonly muster: Muster;
  /** Who searches the monitor. */
  readonly surveyors: MachineMuster;
  /** Keeps the searches of the specification, by their number; `null` keeps none. */
  readonly keeperOf: (search: number) => Keeper | null;
  /** Beyond the depth of its search, drive the monitor to what the specification reaches. */
  readonly driven: boolean;
}

/** `policy` is the one whose boot image the run starts from. */
export type Found =
  | { readonly where: "specification"; readonly policy: Policy; readonly system: System; readonly violation: Violation }
  | { readonly where: "monitor"; readonly policy: Policy; readonly system: System; readonly violation: MachineViolation };

export interface Checked {
  readonly selected: readonly Property[];
  /** What was to be searched and was not: a violation, a signal or an error ended the run before. */
  readonly unsearched: readonly Unsearched[];
  readonly ran: readonly Ran[];
  /** Domains that never run, where a search of the specification with all calls was exhausted. */
  readonly idle: readonly string[];
  /** Findings of the search from every well-formed state that no run is known to lead to. */
  readonly unreached: readonly Unreached[];
  readonly cut: "budget" | "interrupted" | "error" | null;
  /** What was thrown where `cut` is "error": the checker contradicts itself, or a worker died. */
  readonly failure: unknown;
  /** One for each violated property: of the specification where that is violated, else of the monitor. */
  readonly found: readonly Found[];
}

const decidedBySpecification = ({ form, place }: Property): boolean => form !== "view" && place !== "M";
const decidedByMonitor = ({ place }: Property): boolean => place !== "A";

/** `secrets` of a search of the monitor are those that are set in its runs; only the one where nobody's is judges more than noninterference. */
interface Plan {
  readonly where: Ran["where"];
  readonly from: Origin;
  readonly name: string;
  readonly policy: Policy;
  readonly system: System;
  readonly asked: readonly Property[];
  readonly secrets: Secrets;
  /** Whose secret is set. */
  readonly secret: string | null;
  readonly depth: number;
}

/** Parts of the time that is left: a search without a bound takes what it gets, and most of the others end before. */
const shareOf = ({ depth }: Plan): number => (depth === Infinity ? 4 : 1);

/** Without some of the calls nobody gets anything back, which says nothing: graph properties are judged then only where they are asked for by name. */
const wantedBy = ({ properties, calls }: CheckOptions) => ({ id, form }: Property): boolean => (properties === null ? form !== "graph" || calls === null : properties.includes(id));

const plansOf = (policy: Policy, options: CheckOptions): readonly Plan[] => {
  const wanted = wantedBy(options);
  const { calls, where: searched } = options;
  const narrowed = (system: System): System =>
    (calls === null ? system : { ...system, transitions: system.transitions.filter(({ kind, name }) => kind === "move" || calls.includes(name)) });
  const [first] = systemsOf(policy), onMonitor = narrowed(first), { from, emptyDepth, tiny } = options.profile;
  const judged = [...first.properties.filter(decidedByMonitor), commuting].filter(wanted);
  const boot = { from: "boot" as const, policy, secrets: noSecrets, secret: null };
  const elsewhere = (start: Start, other: Policy, depth: number): Plan => {
    const [system] = systemsOf(other), here = narrowed(system);
    const stated = [...system.properties.filter(decidedByMonitor), commuting].filter(({ id }) => judged.some((one) => one.id === id));
    return { ...boot, where: "monitor", from: start, name: other.name, policy: other, system: here, asked: stated, depth };
  };
  const plans: readonly Plan[] = [
    ...(!from.includes("boot") ? [] : [
      ...judgingOf(policy, (property) => decidedBySpecification(property) && wanted(property)).map(({ system, asked }): Plan => ({ ...boot, where: "specification", name: system.name, system: narrowed(system), asked, depth: Infinity })),
      {
        ...boot, where: "monitor" as const, name: first.name, system: onMonitor, depth: policy.bounds.machineDepth,
        asked: [...first.properties.filter(decidedByMonitor), ...noninterference, commuting].filter(wanted),
      },
      ...(secretsDepth(policy) === 0 ? [] : variants(policy)).map(({ principal, secrets }): Plan => ({
        ...boot, where: "monitor", name: `${first.name}, secret of ${principal}`, system: onMonitor, asked: noninterference.filter(wanted), secrets, secret: principal, depth: secretsDepth(policy),
      })),
      ...(options.driven ? [{ ...boot, where: "monitor" as const, from: "driven" as const, name: first.name, system: onMonitor, asked: judged, depth: Infinity }] : []),
    ]),
    ...(from.includes("empty") ? [elsewhere("empty", emptied(policy), emptyDepth)] : []),
    ...(from.includes("every") ? [elsewhere("every", tinied(policy, tiny), 1)] : []),
  ];
  return plans.filter(({ asked, where }) => asked.length > 0 && (searched === null || where === searched));
};

/** Every property and claim of a policy, those of one id together, noninterference, and R1, which ties the monitor to the specification. */
export const propertiesOf = (policy: Policy): readonly Property[] => [...systemsOf(policy).flatMap(({ properties }) => properties), ...noninterference, commuting];

/** Names of the calls that can be explored. */
export const callsOf = (policy: Policy): readonly string[] => systemsOf(policy)[0].transitions.flatMap(({ kind, name }) => (kind === "call" ? [name] : []));

/** What there is to know of R1: every call that succeeded is compared. */
const withCommuting = (result: Ran["result"]): Ran["result"] => {
  const { calls, properties } = result.coverage;
  return { ...result, coverage: { ...result.coverage, properties: [...properties, { id: commuting.id, clause: -1, antecedent: calls.reduce((sum, { succeeded }) => sum + succeeded, 0) }] } };
};

/** What noninterference was judged on in one search; what a search beside the main one exercised has been counted there. */
const withJudged = (result: Ran["result"], judged: FlowMap["judged"], secrets: Secrets): Ran["result"] => ({
  ...result,
  coverage: {
    ...(secrets === noSecrets ? result.coverage : { calls: [], guards: [], moves: [] }),
    properties: [...(secrets === noSecrets ? result.coverage.properties : []), ...noninterference.map(({ id }) => ({ id, clause: -1, antecedent: judged[id] ?? 0 }))],
  },
});

/** The map that all searches of the monitor share; `null` where nothing is asked of it. */
const sharedMap = (policy: Policy, plans: readonly Plan[]): { readonly compiled: Compiled; readonly flow: FlowMap } | null => {
  const asking = plans.find(({ where, from, asked }) => where === "monitor" && from === "boot" && asked.some(({ id }) => isNoninterference(id)));
  if (asking === undefined) return null;
  const compiled = compiledOf(asking.system);
  return { compiled, flow: createFlowMap(policy, compiled, declassified, (id) => asking.asked.some((property) => property.id === id)) };
};

/**
 * Runs the searches one after the other: of the specification first, because it is the shorter way to a mistake in the policy, and there the claims that are judged on a system of their own.
 * @throws CheckpointRefused if a search cannot be taken up. What a search throws else ends the run; nothing that it says can be trusted then, and the report says so.
 */
export const check = async (policy: Policy, options: CheckOptions): Promise<Checked> => {
  const plans = plansOf(policy, options);
  const began = options.clock();
  /** By the number of the search, since they may end in another order than they begin in. */
  const slots: (Ran | undefined)[] = [], needless = new Set<number>(), found: Found[] = [];
  const known = (id: string): boolean => found.some(({ violation }) => violation.property === id);
  let cut: Checked["cut"] = null, failure: unknown = null, idle: readonly string[] = [];

  const map = sharedMap(policy, plans);

  const unreached: Unreached[] = [];
  const isOver = (): boolean => options.signal.aborted || cut === "error" || (found.length > 0 && options.violationEnds === "run");
  const run = async (plan: Plan, index: number, more: () => Promise<number>): Promise<void> => {
    const { where, from, name, system, asked, secrets, secret, depth } = plan;
    const started = options.clock();
    const left = Math.max(0, options.budget.milliseconds - (started - began));
    let own = (left * shareOf(plan)) / plans.slice(index).reduce((sum, one) => sum + shareOf(one), 0), waited = 0;
    /** What waits keeps its memory; where that is short, it ends instead. */
    const moreTime = async (): Promise<number> => {
      if (options.memory() > options.budget.bytes / 2) return 0;
      const since = options.clock(), milliseconds = await more();
      waited += options.clock() - since;
      own += milliseconds;
      return milliseconds;
    };
    // Memory is looked at as often as progress is made; going over it ends the search like a signal does.
    const memory = new AbortController();
    const searchOptions: SearchOptions = {
      name, symmetry: options.symmetry, fingerprints: options.fingerprints,
      depth,
      properties: secrets === noSecrets ? asked.map(({ id }) => id) : [],
      maxStates: options.budget.states, maxMilliseconds: own, moreTime, allViolations: options.violationEnds === "nothing",
      signal: AbortSignal.any([options.signal, memory.signal]),
      clock: options.clock, muster: options.muster, maxBytes: options.budget.bytes, keeper: where === "monitor" ? null : options.keeperOf(index), meter: null,
      onProgress: (progress) => {
        options.onProgress(`${name}, ${where}, search ${index + 1} of ${plans.length}`, progress);
        if (options.memory() > options.budget.bytes) memory.abort();
      },
    };
    const ended = (result: Ran["result"]): void => {
      const state = result.state === "interrupted" && !options.signal.aborted ? "budget" : result.state;
      const took = options.clock() - started - waited, spent = took >= own || result.statesDistinct >= options.budget.states;
      slots[index] = {
        where, from, secret, bounds: plan.policy, depth, result: { ...result, state }, asked, goesOn: options.violationEnds === "nothing", budget: Number.isFinite(left) ? { own, whole: options.budget.milliseconds } : null,
        outgrown: state === "budget" && !spent ? options.budget.bytes : null, seconds: took / 1000,
      };
      if (state !== "complete") cut = state;
    };
    try {
      if (from === "every") {
        const stop = (): boolean => {
          if (options.memory() > options.budget.bytes) memory.abort();
          return searchOptions.signal?.aborted === true || options.clock() - started > searchOptions.maxMilliseconds;
        };
        const every = await searchFromEvery(plan.policy, name, asked.map(({ id }) => id), stop);
        ended(withCommuting(every.result));
        unreached.push(...every.unreached);
        for (const violation of every.found) if (!known(violation.property)) found.push({ where: "monitor", policy: plan.policy, system, violation });
      } else if (from === "driven") {
        // Of the systems whose properties are those of this one, in this order.
        const covered = (place: Ran["where"]): Coverage | undefined => slots
          .flatMap((one, i) => (one?.where === place && one.from === "boot" && one.secret === null && plans[i]?.system.properties === system.properties ? [one.result.coverage] : []))
          .reduce<Coverage | undefined>((sum, one) => (sum === undefined ? one : together(sum, one)), undefined);
        const specification = covered("specification"), monitor = covered("monitor");
        const result = specification === undefined || monitor === undefined ? null : await driveMonitor(policy, system, asked, { specification, monitor }, { ...searchOptions, keeper: null, moreTime: null });
        // Where there is nowhere to drive to, it is as if nobody had asked.
        if (result === null) needless.add(index);
        else {
          ended(withCommuting(result));
          for (const violation of result.violations) if (!known(violation.property)) found.push({ where, policy, system, violation });
        }
      } else if (from === "empty") {
        const result = await machineSearch(plan.policy, system, searchOptions);
        ended(withCommuting(result));
        for (const violation of result.violations) if (!known(violation.property)) found.push({ where: "monitor", policy: plan.policy, system, violation });
      } else if (where === "monitor") {
        const earlier = { ...map?.flow.judged };
        const machineOptions = { ...searchOptions, surveyors: options.surveyors };
        const result = map === null ? await machineSearch(policy, system, machineOptions)
          : await machineSearch(policy, system, { ...machineOptions, watch: map.flow.watch(secrets) }, map.compiled);
        const judged = Object.fromEntries(Object.entries({ ...map?.flow.judged }).map(([id, count]) => [id, count - (earlier[id] ?? 0)]));
        ended(withJudged(withCommuting(result), judged, secrets));
        for (const violation of result.violations) if (!known(violation.property)) found.push({ where, policy, system, violation });
      } else {
        // Without some of the calls most domains never run, which says nothing.
        const running = options.calls === null ? runningProperties(policy) : [];
        const searched = await search(running.length === 0 ? system : withRunning(policy, system), { ...searchOptions, properties: [...asked, ...running].map(({ id }) => id) });
        const result = withoutRunning(policy, searched);
        ended(result);
        idle = idleIn(policy, searched) ?? idle;
        for (const violation of searched.violations) if (!known(violation.property)) found.push({ where, policy, system, violation });
      }
    } catch (thrown) {
      if (thrown instanceof CheckpointRefused) throw thrown;
      cut = "error";
      failure = thrown;
    }
  };
  const waiting = waitingRoom();
  try {
    for (const [index, plan] of plans.entries()) {
      if (isOver()) break;
      await waiting.begin((more) => run(plan, index, more));
    }
  } finally {
    await waiting.finish(() => (isOver() ? 0 : Math.max(0, options.budget.milliseconds - (options.clock() - began))));
  }
  const ran = slots.filter((one) => one !== undefined), unsearched = plans.filter((_, i) => slots[i] === undefined && !needless.has(i));
  // Also of what waited for time: it would have gone on.
  if (options.signal.aborted && failure === null && (unsearched.length > 0 || ran.some(({ result }) => result.state !== "complete"))) cut = "interrupted";
  // What the specification does wrong the monitor must do as well; that it does not is found even beyond the depth of its own search.
  const [system] = systemsOf(policy);
  for (const one of [...found]) {
    const violation = one.where === "specification" ? dissentFrom(policy, system, one.violation) : null;
    if (violation !== null && !known(violation.property)) found.push({ where: "monitor", policy, system, violation });
  }
  // What is judged from the boot image alone is selected only with it, unless it is asked for by name.
  const selectedBy = (property: Property): boolean => wantedBy(options)(property) && (options.properties !== null || options.profile.from.includes("boot") || plans.some(({ asked }) => asked.some(({ id }) => id === property.id)));
  return { selected: propertiesOf(policy).filter((property) => selectedBy(property) || known(property.id)), unsearched: unsearched.map(({ where, from, secret, name, asked }) => ({ where, from, secret, name, asked })), ran, idle, unreached, cut, failure, found };
};
