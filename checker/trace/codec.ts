/** The file format of traces. Reading is strict, and what is wrong comes back as values. */
import * as t from "io-ts";
import { integer } from "../../spec/constrained.ts";
import { limits, Policy } from "../../spec/policy.ts";
import { systemsOf } from "../../spec/system.ts";
import { decode } from "../policy/decode.ts";
import { parseJson } from "../policy/json.ts";
import type { Problem } from "../policy/problem.ts";
import { readPolicy } from "../policy/read.ts";
import { noninterference } from "../flow/properties.ts";
import { secretsOf } from "../flow/variants.ts";
import { placementOf } from "../refine/boot-image.ts";
import { actionOfStep } from "./naming.ts";
import type { Trace, TraceStep } from "./trace.ts";

const injected = { vector: t.keyof({ shootdown: null, external: null }), vcpu: integer(0, limits.vcpus - 1), before: integer(0, 65535) };

const InjectedVector = t.exact(t.intersection([t.type(injected), t.partial({ then: t.strict(injected, "second vector") })]), "injected vector");

const CallStep = t.exact(t.intersection([
  t.type({ vcpu: t.number, by: t.string, call: t.string, arguments: t.record(t.string, t.union([t.string, t.number])) }),
  t.partial({ interruptsAt: integer(0, 65535), interruptsAgainAt: integer(0, 65535), injected: InjectedVector }),
]), "call step");

const AccessStep = t.strict({
  vcpu: t.number, by: t.string, move: t.keyof({ load: null, store: null, fetch: null }), page: t.number, frame: t.union([t.string, t.null]),
}, "access step");

const InterruptStep = t.strict({ vcpu: t.number, by: t.string, move: t.literal("interrupt") }, "interrupt step");

const InjectionStep = t.strict({ vcpu: t.number, by: t.string, move: t.literal("injection") }, "injection step");

const DmaStep = t.strict({ by: t.string, move: t.keyof({ dma_read: null, dma_write: null }), page: t.number, frame: t.union([t.string, t.null]) }, "DMA step");

const HostStep = t.strict({ by: t.literal("host"), move: t.keyof({ host_read: null, host_write: null }), frame: t.string }, "host step");

const RemapStep = t.strict({ by: t.literal("host"), move: t.literal("remap"), frame: t.string, to: t.union([integer(0, 65535), t.null]) }, "remap step");

const RmpStep = t.strict({ by: t.literal("host"), move: t.literal("rmp"), system: integer(0, 65535), frame: t.union([t.string, t.null]) }, "RMP step");

const Expected = t.strict({ property: t.string, place: t.keyof({ A: null, M: null }), afterStep: t.number }, "expected violation");

const Steps = t.array(t.union([CallStep, AccessStep, InterruptStep, DmaStep, HostStep, RemapStep, RmpStep, InjectionStep]));

/** io-ts codec of a trace file. */
export const TraceFile = t.exact(t.intersection([
  t.type({ schema: t.literal("refmon.trace/1"), policy: Policy, steps: Steps, expected: t.union([Expected, t.null]) }),
  t.partial({ secrets: t.array(t.string), twin: t.strict({ secrets: t.array(t.string), steps: Steps }, "twin") }),
]), "trace");

export type TraceResult = { readonly ok: true; readonly trace: Trace } | { readonly ok: false; readonly problems: readonly Problem[] };

const badTrace = (pointer: string, sentence: string): Problem => ({ code: "BAD_TRACE", pointer, sentence });

/** What no type says: names that the policy does not have, properties that do not exist, a step count that is not the trace's. */
const meaningProblems = ({ policy, steps, expected, secrets, twin }: Trace): readonly Problem[] => {
  const systems = systemsOf(policy), [system] = systems, naming = { policy, system, placement: placementOf(policy) };
  const stepProblems = (of: readonly TraceStep[], pointer: string): readonly Problem[] => of.flatMap((step, i): readonly Problem[] => {
    if ("vcpu" in step && !policy.domains.includes(step.by)) return [badTrace(`${pointer}/${i}/by`, `the policy has no domain ${step.by}`)];
    const read = actionOfStep(naming, step);
    return read.ok ? [] : [badTrace(`${pointer}/${i}`, read.sentence)];
  });
  const secretProblems = (names: readonly string[], pointer: string): readonly Problem[] =>
    names.flatMap((name, i) => (secretsOf(policy, [name]) === null ? [badTrace(`${pointer}/${i}`, `the policy has no principal ${name}`)] : []));
  const inSteps = [
    ...stepProblems(steps, "/steps"), ...secretProblems(secrets ?? [], "/secrets"), ...stepProblems(twin?.steps ?? [], "/twin/steps"), ...secretProblems(twin?.secrets ?? [], "/twin/secrets"),
  ];
  if (expected === null) return inSteps;
  const ids = [...systems.flatMap(({ properties }) => properties.map(({ id }) => id)), ...noninterference.map(({ id }) => id), "R1"];
  return [
    ...inSteps,
    ...(ids.includes(expected.property) ? [] : [badTrace("/expected/property", `there is no property ${expected.property}`)]),
    ...(expected.afterStep >= 0 && expected.afterStep <= steps.length ? [] : [badTrace("/expected/afterStep", `the trace has ${steps.length} steps, not ${expected.afterStep}`)]),
  ];
};

/** Reads a trace from the text of its file. The policy in it is checked like one in a file of its own. */
export const readTrace = (text: string): TraceResult => {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const decoded = decode(TraceFile, parsed.json.value);
  if (!decoded.ok) return { ok: false, problems: decoded.problems };
  const trace: Trace = decoded.value;
  const policy = readPolicy(JSON.stringify(trace.policy), {});
  if (!policy.ok) return { ok: false, problems: policy.problems.map(({ line: _line, column: _column, ...problem }) => ({ ...problem, pointer: `/policy${problem.pointer}` })) };
  const problems = meaningProblems(trace);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, trace };
};

/** The text of a trace's file: the same bytes for the same trace. */
export const writeTrace = ({ schema, policy, steps, secrets, twin, expected }: Trace): string => `${JSON.stringify({ schema, policy, steps, secrets, twin, expected }, null, 2)}\n`;
