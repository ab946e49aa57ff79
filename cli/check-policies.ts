/** Checks policies one after the other, as the settings say, and gathers what reporters read. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { callsOf, check, propertiesOf, type Checked } from "../checker/check.ts";
import { CheckpointRefused, type Keeper } from "../checker/explore/keeper.ts";
import { checkpointIn, disk } from "../checker/explore/node/checkpoint.ts";
import { threads, worthWaking } from "../checker/explore/node/threads.ts";
import { levelWorthThreads, machineThreads } from "../checker/refine/node/threads.ts";
import { profiles, starts, unnamed, withSpareFrames, type Profile } from "../checker/profiles.ts";
import { limits } from "../spec/policy.ts";
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

const profileOf = ({ values: { profile, from } }: Configured): Profile => ({ ...profile === undefined ? unnamed : profiles[profile], ...(from === undefined ? {} : { from: starts.filter((one) => from.includes(one)) }) });

/** A policy on the platform and under the bounds that the settings ask for. A profile goes deeper than the policy says, unless the depth itself is asked for. */
export const loadFor = (path: string, settings: Configured): PolicyFile => {
  const { platform, pages, vcpus, depth } = settings.values, profile = profileOf(settings);
  const file = loadPolicy(path, { ...(platform === undefined ? {} : { platform }), ...(pages === undefined ? {} : { pages }), ...(vcpus === undefined ? {} : { vcpus }), ...(depth === undefined ? {} : { machineDepth: depth }) });
  const policy = withSpareFrames(file.policy, profile), { machineDepth } = policy.bounds;
  return { ...file, policy: { ...policy, bounds: { ...policy.bounds, machineDepth: depth ?? Math.min(limits.machineDepth, machineDepth + profile.deeper) } } };
};

/** Where searches are kept: a folder for each policy, and in it one for each search. */
const keeping = ({ policy }: PolicyFile, { checkpoint, resume }: Checkpointing): ((search: number) => Keeper | null) => (search) => (checkpoint === undefined ? null
  : checkpointIn(join(checkpoint, policy.name.replace(/[^A-Za-z0-9_-]/g, "_"), `search-${search}`), resume === true, disk, (why) => process.stderr.write(`refmon: ${why}\n`)));

interface CheckedPolicy { readonly report: CheckReport; /** By the id of a counterexample. */ readonly traces: readonly (readonly [string, Trace])[] }

const checkOne = async (file: PolicyFile, settings: Configured, kept: Checkpointing, signal: AbortSignal): Promise<CheckedPolicy> => {
  const { policy } = file, { values, placeOf } = settings, profile = profileOf(settings);
  const properties = selected(placeOf("property"), "property", values.property, [...new Set(propertiesOf(policy).map(({ id }) => id))]);
  const calls = selected(placeOf("call"), "call", values.call, callsOf(policy));
  const workers = values.workers === "auto" ? availableParallelism() : values.workers;
  const progress = progressOn(process.stderr, () => performance.now());
  const surveyors = machineThreads(workers, levelWorthThreads, builtProgram);
  const checked: Checked = await check(policy, {
    profile, properties, calls, where: null, symmetry: values.symmetry, fingerprints: values.fingerprint, violationEnds: values.allViolations ? "nothing" : "run", budget: parseBudget(values.budget ?? [], placeOf("budget")), signal,
    memory: () => process.memoryUsage.rss(), clock: () => performance.now(), onProgress: (search, at) => progress.show(`${policy.name}, ${search}`, at), muster: threads(workers, worthWaking), surveyors: surveyors.muster, keeperOf: keeping(file, kept),
  }).finally(() => surveyors.end());
  progress.end();
  if (checked.cut === "error") process.stderr.write(`${internalError(checked.failure)}\n`);
  const places = sourcePlaces(), found = counterexamplesOf(file, checked.found, places, values.traces === false ? null : values.traces);
  const report = buildReport({
    version, policy, policyPath: file.path, policySha256: file.sha256, lineOf: file.lineOf, places,
    bounds: {
      platform: policy.platform, geometry: policy.geometry, domains: policy.domains.length, frames: policy.boot.frames.length, pages: policy.bounds.pages, vcpus: policy.bounds.vcpus,
      machineDepth: policy.bounds.machineDepth, symmetry: values.symmetry, profile: values.profile ?? null, from: [...profile.from], properties: properties === null ? null : [...properties], calls: calls === null ? null : [...calls],
    },
    ...checked, counterexamples: new Map([...found].map(([property, { counterexample }]) => [property, counterexample])),
    vacuity: values.vacuity, timing: values.timing, workers, command: commandOf(file.path, settings),
  });
  return { report, traces: [...found.values()].map(({ counterexample, trace }) => [counterexample.id, trace] as const) };
};

/**
 * Reports of the policies, in their order.
 * @throws UsageError if a setting means nothing to a policy, or a search cannot be taken up.
 */
export const checkPolicies = async (files: readonly PolicyFile[], settings: Configured, kept: Checkpointing, signal: AbortSignal): Promise<Results> => {
  const checked: CheckedPolicy[] = [];
  for (const file of files) {
    checked.push(await checkOne(file, settings, kept, signal).catch((thrown: unknown) => {
      throw thrown instanceof CheckpointRefused ? optionError("--resume", thrown.message, { fix: "run without --resume to search from the beginning" }) : thrown;
    }));
  }
  return { reports: checked.map(({ report }) => report), unchanged: [], traces: new Map(checked.flatMap(({ traces }) => traces)), requireClosed: settings.values.requireClosed };
};
