/** Everything in which two policies differ, most telling first, and witnesses of as many as are asked for. */
import type { Comparison, Run } from "./compare.ts";
import { assumptionsChanged, type Assumption, type PolicyChange } from "./changes.ts";
import { causesOf } from "./causes.ts";
import type { RelationName } from "./relations.ts";
import type { Flow, Right } from "./rights.ts";
import { sentenceOfFlow, sentenceOfRight, sentenceOfStep } from "./sentences.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Side, Sides } from "./universe.ts";
import { witnessOf, type Witness } from "./witness.ts";

export type Subject =
  | { readonly kind: "call"; readonly call: string; readonly relation: RelationName }
  | { readonly kind: "right"; readonly right: Right }
  | { readonly kind: "flow"; readonly flow: Flow }
  | { readonly kind: "assumption"; readonly assumption: Assumption };

export interface Difference {
  readonly subject: Subject;
  /** The side that has it; an assumption is the new one's where that has it. */
  readonly side: Side;
  readonly sentence: string;
  readonly causes: readonly PolicyChange[];
  readonly witness: Witness | null;
}

interface Candidate { readonly subject: Subject; readonly side: Side; readonly run: Run | null }

const rank = (subject: Subject): number => {
  switch (subject.kind) {
    case "flow": return 0;
    case "right": return 1 + ["mapping", "device", "host", "grant", "run", "control"].indexOf(subject.right.kind);
    case "call": return 7;
    case "assumption": return 8;
  }
};

/** Switched off in the new policy, an adversary is something that it assumes away: it is wider for it. */
const ofAssumption = (assumption: Assumption): Candidate => ({ subject: { kind: "assumption", assumption }, side: assumption.old ? "new" : "old", run: null });

const candidatesOf = ({ rows, rights, flows }: Comparison, policies: Sides<Policy>): readonly Candidate[] => {
  const of = <T>(all: Comparison["rights" | "flows"], make: (what: T) => Subject): readonly Candidate[] =>
    [...all.gained, ...all.lost].map(({ what, run }) => ({ subject: make(what as T), side: run.side, run }));
  const all = [
    ...of<Flow>(flows, (flow) => ({ kind: "flow", flow })), ...of<Right>(rights, (right) => ({ kind: "right", right })),
    ...rows.flatMap(({ call, relation, gained, lost }) => [gained, lost].flatMap((run): readonly Candidate[] => (run === null ? [] : [{ subject: { kind: "call", call, relation }, side: run.side, run }]))),
    ...assumptionsChanged(policies).map(ofAssumption),
  ];
  return (["new", "old"] as const).flatMap((side) => all.filter((one) => one.side === side).toSorted((a, b) => rank(a.subject) - rank(b.subject)));
};

/** Which get a witness: the first of what is gained, and where something is lost too, of that as well. */
const witnessed = (all: readonly Candidate[], most: number): ReadonlySet<Candidate> => {
  const of = (side: Side): readonly Candidate[] => all.filter((one) => one.side === side && one.run !== null);
  const gained = of("new"), lost = of("old"), forLost = Math.min(lost.length, Math.max(Math.floor(most / 2), most - gained.length));
  return new Set([...gained.slice(0, most - forLost), ...lost.slice(0, forLost)]);
};

const sentenceOf = ({ subject, side }: Candidate, witness: Witness | null): string => {
  const last = witness?.steps.at(-1);
  switch (subject.kind) {
    case "flow": return sentenceOfFlow(subject.flow, side);
    case "right": return sentenceOfRight(subject.right, side, last?.step);
    case "call": return sentenceOfStep(last?.step, last?.title ?? subject.call, subject.call, subject.relation, side);
    case "assumption": return subject.assumption.new
      ? `the adversary ${subject.assumption.adversary} is on: it is no longer assumed away` : `the adversary ${subject.assumption.adversary} is off: nothing that it could do is searched any more`;
  }
};

/** @throws SelfCheckError if a witness does not hold on everything that can run it. */
export const differencesOf = (comparison: Comparison, policies: Sides<Policy>, changes: readonly PolicyChange[], mostWitnesses: number): readonly Difference[] => {
  const all = candidatesOf(comparison, policies), chosen = witnessed(all, mostWitnesses);
  return all.map((one): Difference => {
    const witness = one.run !== null && chosen.has(one) ? witnessOf(comparison.compared, one.run) : null;
    const { subject } = one;
    const causes = subject.kind === "assumption" ? changes.filter((change) => change.subject === `adversary ${subject.assumption.adversary}` || change.family === "platform")
      : witness === null ? [] : causesOf(comparison.compared, changes, witness);
    return { subject, side: one.side, sentence: sentenceOf(one, witness), causes, witness };
  });
};

