/** Which lines of the policy a counterexample rests on: the claim that is broken, and the rules without which a step would have been denied. */
import { claimId } from "../../spec/claims.ts";
import type { Policy } from "../../spec/policy.ts";
import type { TraceStep } from "../trace/trace.ts";
import type { PolicyPlace } from "./model.ts";

interface Reason { readonly pointer: string; readonly what: string }

const ruleOf = (policy: Policy, step: TraceStep): Reason | null => {
  if (!("call" in step)) {
    const grant = policy.boot.grants.findIndex(({ frame, to }) => frame === step.frame && to === step.by);
    return grant < 0 ? null : { pointer: `/boot/grants/${grant}`, what: `the boot image grants ${step.frame} to ${step.by}` };
  }
  switch (step.call) {
    case "grant": {
      const to = step.arguments["receiver"], access = String(step.arguments["access"]);
      const covers = (given: string): boolean => [...access].every((right) => given.includes(right));
      const rule = (policy.share ?? []).findIndex((one) => one.from === step.by && one.to === to && covers(one.access));
      return rule < 0 ? null : { pointer: `/share/${rule}`, what: `a share rule lets ${step.by} grant ${access} to ${to}` };
    }
    case "create": {
      const rule = (policy.create ?? []).findIndex(({ by, slot }) => by === step.by && slot === step.arguments["domain"]);
      return rule < 0 ? null : { pointer: `/create/${rule}`, what: `a create rule lets ${step.by} create ${step.arguments["domain"]}` };
    }
    case "switch": return { pointer: "/scheduler", what: `${step.by} is the scheduler` };
    default: return null;
  }
};

/** The claim first, then rules in the order of the steps that need them. */
export const policyPlaces = (policy: Policy, path: string, lineOf: (pointer: string) => number | undefined, property: string, steps: readonly TraceStep[]): readonly PolicyPlace[] => {
  const claim = (policy.claims ?? []).findIndex((one) => claimId(one) === property);
  const reasons: readonly Reason[] = [
    ...(claim < 0 ? [] : [{ pointer: `/claims/${claim}`, what: `the claim ${policy.claims?.[claim]?.name ?? ""}` }]),
    ...steps.flatMap((step) => ruleOf(policy, step) ?? []),
  ];
  return reasons.filter(({ pointer }, index) => reasons.findIndex((one) => one.pointer === pointer) === index)
    .flatMap(({ pointer, what }) => {
      const line = lineOf(pointer);
      return line === undefined ? [] : [{ path, line, what }];
    });
};
