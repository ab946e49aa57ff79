/** What the checker says of a policy, as plain data: this is bundled with a bug in it, and run. */
import { check } from "../../checker/check.ts";
import { examine } from "../../checker/examine.ts";
import { alone } from "../../checker/explore/crew.ts";
import { aloneOnMachine } from "../../checker/refine/crew.ts";
import { readPolicy } from "../../checker/policy/read.ts";
import { unnamed } from "../../checker/profiles.ts";
import { readTrace } from "../../checker/trace/codec.ts";
import { replayTrace } from "../../checker/trace/replay.ts";
import type { Trace } from "../../checker/trace/trace.ts";
import type { Policy } from "../../spec/policy.ts";

export interface Question {
  /** The text of the policy's file. */
  readonly policy: string;
  readonly depth: number;
  /** An adversary's switch that is off. */
  readonly off: string | null;
  readonly where: "specification" | "monitor";
}

export interface Violated { readonly property: string; readonly where: "specification" | "monitor"; readonly steps: number; readonly trace: Trace }

export interface Judgement {
  /** In the order of the report: what the specification breaks before what the monitor does, shorter traces before longer ones, and then as properties are listed. */
  readonly violated: readonly Violated[];
  readonly states: number;
  readonly transitions: number;
}

/** States at which a search ends that finds nothing. */
const most = 400_000;

const read = ({ policy, depth, off }: Question): Policy => {
  const found = readPolicy(policy, { machineDepth: depth });
  if (!found.ok) throw new RangeError(JSON.stringify(found.problems));
  return off === null ? found.policy : { ...found.policy, adversary: { ...found.policy.adversary, [off]: false } };
};

/** @throws SelfCheckError if a counterexample is not confirmed when it is replayed; whatever ended the check. */
export const judge = async (question: Question): Promise<Judgement> => {
  const policy = read(question);
  const { found, selected, ran, cut, failure } = await check(policy, {
    profile: unnamed, properties: null, calls: null, where: question.where, symmetry: true, fingerprints: false, violationEnds: "search", budget: { milliseconds: Infinity, states: most, bytes: Infinity }, signal: new AbortController().signal,
    memory: () => 0, clock: () => 0, onProgress: () => undefined, muster: alone, surveyors: aloneOnMachine, keeperOf: () => null, driven: false,
  });
  if (cut === "error") throw failure;
  const rank = (id: string): number => selected.findIndex((one) => one.id === id);
  const violated = found.map((one): Violated => {
    const { trace } = examine(one);
    return { property: one.violation.property, where: one.where, steps: trace.steps.length, trace };
  });
  const place = ({ where }: Violated): number => (where === "specification" ? 0 : 1);
  return {
    violated: violated.sort((a, b) => place(a) - place(b) || a.steps - b.steps || rank(a.property) - rank(b.property)),
    states: ran.reduce((sum, { result }) => sum + result.statesDistinct, 0), transitions: ran.reduce((sum, { result }) => sum + result.transitions, 0),
  };
};

/** Whether a trace shows anything. @throws Error if the text is no trace, or divides those who replay it where nothing is found. */
export const replayed = (text: string): "violation" | "ok" => {
  const read = readTrace(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { confirmed, findings, agree, disagreements } = replayTrace(read.trace);
  if (confirmed === true || findings.length > 0) return "violation";
  if (!agree) throw new Error(disagreements.join("; "));
  return "ok";
};
