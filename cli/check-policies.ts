/** Checks policies one after the other, as the settings say, and gathers what reporters read. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { callsOf, check, propertiesOf, type Checked, type CheckOptions } from "../checker/check.ts";
import { CheckpointRefused, type Keeper } from "../checker/explore/keeper.ts";
import { checkpointIn, disk } from "../checker/explore/node/checkpoint.ts";
import { large } from "../checker/explore/crew.ts";
import { threads } from "../checker/explore/node/threads.ts";
import { levelWorthThreads, machineThreads } from "../checker/refine/node/threads.ts";
import { depthIn, profiles, starts, unnamed, withSpareFrames, type Profile } from "../checker/profiles.ts";
import type { Policy } from "../spec/policy.ts";
import { buildReport } from "../checker/report/build.ts";
import type { CheckReport } from "../checker/report/model.ts";
import type { Results } from "../checker/report/results.ts";
import type { Trace } from "../checker/trace/trace.ts";
import { commandOf } from "./again.ts";
import { parseBudget } from "./budget.ts";
import type { Configured } from "./configuration.ts";
import { counterexamplesOf } from "./counterexamples.ts";
import { internalError } from "./internal-error.ts";
import { selected } from "./options.ts";
import { loadPolicy, type PolicyFile } from "./policy-file.ts";
import { builtProgram } from "./program.ts";
import { progressOn } from "./progress.ts";
import { sourcePlaces } from "./sources.ts";
import { optionError } from "./usage-error.ts";
import { version } from "./version.ts";

export interface Checkpointing { readonly checkpoint?: string; readonly resume?: true }

const profileOf = ({ platform }: Policy, { values: { profile, from } }: Configured): Profile => ({ ...profile === undefined ? unnamed : profiles[platform][profile], ...(from === undefined ? {} : { from: starts.filter((one) => from.includes(one)) }) });

/** Where nobody says how deep a matrix of adversaries is to go: it is made of several checks. */
const matrixDepth = 3;

/** Steps that the monitor is searched for: a profile may go deeper than the policy says, or less deep on SEV-SNP, and a matrix of adversaries less deep, unless the depth itself is asked for. */
const depthFor = (policy: Policy, settings: Configured): number => {
  const { machineDepth } = policy.bounds;
  const { depth, profile, adversaries } = settings.values;
  return depth ?? (adversaries === "each" && profile === undefined ? Math.min(matrixDepth, machineDepth) : depthIn(machineDepth, profileOf(policy, settings)));
};

/** A policy on the platform and under the bounds that the settings ask for. */
export const loadFor = (path: string, settings: Configured): PolicyFile => {
  const { platform, pages, vcpus, depth } = settings.values;
  const file = loadPolicy(path, { ...(platform === undefined ? {} : { platform }), ...(pages === undefined ? {} : { pages }), ...(vcpus === undefined ? {} : { vcpus }), ...(depth === undefined ? {} : { machineDepth: depth }) });
  const policy = withSpareFrames(file.policy, profileOf(file.policy, settings));
  return { ...file, policy: { ...policy, bounds: { ...policy.bounds, machineDepth: depthFor(policy, settings) } } };
};

/** Folders for what is kept of policies, in their order. Names are no paths, and policies of one name are told apart by which of them comes first: a case study and its twin. */
const foldersOf = (names: readonly string[]): readonly string[] => names.map((name, i) => {
  // No name has a tilde.
  const before = names.slice(0, i).filter((other) => other.toLowerCase() === name.toLowerCase()).length;
  return before === 0 ? name : `${name}~${before + 1}`;
});

/** Where searches are kept: a folder for each policy, and in it one for each search. */
const keeping = (folder: string, { checkpoint, resume }: Checkpointing): ((search: number) => Keeper | null) => (search) => (checkpoint === undefined ? null
  : checkpointIn(join(checkpoint, folder, `search-${search}`), resume === true, disk, (why) => process.stderr.write(`refmon: ${why}\n`)));

const workersOf = ({ values: { workers } }: Configured): number => (workers === "auto" ? availableParallelism() : workers);

type Narrowed = Pick<CheckOptions, "properties" | "calls">;

/** Properties and calls that the settings select; `null` is all. */
const narrowedTo = (policy: Policy, { values, placeOf }: Configured): Narrowed => ({
  properties: selected(placeOf("property"), "property", values.property, [...new Set(propertiesOf(policy).map(({ id }) => id))]),
  calls: selected(placeOf("call"), "call", values.call, callsOf(policy)),
});

interface CheckedPolicy { readonly report: CheckReport; /** By the id of a counterexample. */ readonly traces: readonly (readonly [string, Trace])[] }

/** Searches a policy as the settings say; `search` is told how. */
export const searching = async <T>({ policy }: PolicyFile, settings: Configured, keeperOf: CheckOptions["keeperOf"], signal: AbortSignal, search: (options: CheckOptions) => Promise<T>): Promise<T> => {
  const { values, placeOf } = settings, workers = workersOf(settings);
  const progress = progressOn(process.stderr, () => performance.now());
  const surveyors = machineThreads(workers, levelWorthThreads, builtProgram);
  try {
    return await search({
      profile: profileOf(policy, settings), ...narrowedTo(policy, settings), where: null, symmetry: values.symmetry, fingerprints: values.fingerprint, violationEnds: values.allViolations ? "nothing" : "run", budget: parseBudget(values.budget ?? [], placeOf("budget")), signal,
      memory: () => process.memoryUsage.rss(), clock: () => performance.now(), onProgress: (search, at) => { progress.show(search, at); }, muster: threads(workers, large), surveyors: surveyors.muster, keeperOf, driven: values.vacuity === "error",
    });
  } finally {
    await surveyors.end();
    progress.end();
  }
};

/** What was found, put into a report; traces are written where the settings say. */
export const reportOf = (file: PolicyFile, { properties, calls }: Narrowed, checked: Checked, settings: Configured, vacuity: "error" | "warn"): CheckedPolicy => {
  const { policy } = file, { values } = settings;
  if (checked.cut === "error") process.stderr.write(`${internalError(checked.failure)}\n`);
  const places = sourcePlaces(), found = counterexamplesOf(file, checked.found, places, values.traces === false ? null : values.traces);
  const report = buildReport({
    version, policy, policyPath: file.path, policySha256: file.sha256, lineOf: file.lineOf, places,
    bounds: {
      platform: policy.platform, geometry: policy.geometry, domains: policy.domains.length, frames: policy.boot.frames.length, pages: policy.bounds.pages, vcpus: policy.bounds.vcpus,
      machineDepth: policy.bounds.machineDepth, symmetry: values.symmetry, profile: values.profile ?? null, from: [...profileOf(policy, settings).from], properties: properties === null ? null : [...properties], calls: calls === null ? null : [...calls],
    },
    ...checked, counterexamples: new Map([...found].map(([property, { counterexample }]) => [property, counterexample])),
    vacuity, timing: values.timing, workers: workersOf(settings), command: commandOf(file.path, settings),
  });
  return { report, traces: [...found.values()].map(({ counterexample, trace }) => [counterexample.id, trace] as const) };
};

const checkOne = async (file: PolicyFile, settings: Configured, keeperOf: CheckOptions["keeperOf"], signal: AbortSignal): Promise<CheckedPolicy> =>
  searching(file, settings, keeperOf, signal, async (options) => reportOf(file, options, await check(file.policy, options), settings, settings.values.vacuity));

/**
 * Reports of the policies, in their order.
 * @throws UsageError if a setting means nothing to a policy, or a search cannot be taken up.
 */
export const checkPolicies = async (files: readonly PolicyFile[], settings: Configured, kept: Checkpointing, signal: AbortSignal): Promise<Results> => {
  const checked: CheckedPolicy[] = [], folders = foldersOf(files.map(({ policy }) => policy.name));
  for (const [i, file] of files.entries()) {
    checked.push(await checkOne(file, settings, keeping(folders[i] ?? file.policy.name, kept), signal).catch((thrown: unknown) => {
      throw thrown instanceof CheckpointRefused ? optionError("--resume", thrown.message, { fix: "run without --resume to search from the beginning" }) : thrown;
    }));
  }
  return { reports: checked.map(({ report }) => report), unchanged: [], traces: new Map(checked.flatMap(({ traces }) => traces)), requireClosed: settings.values.requireClosed };
};
