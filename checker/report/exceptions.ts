/** What a claim does not count, in words: a verdict that leaves it out says more than was judged. */
import { claimId } from "../../spec/claims.ts";
import { hostName, type Policy } from "../../spec/policy.ts";
import type { PropertyReport } from "./model.ts";

const called = ({ gates = [], devices = [] }: Policy, name: string): string => (name === hostName ? "the host"
  : gates.some((gate) => gate.name === name) ? `the gate ${name}` : devices.some((device) => device.name === name) ? `the device ${name}` : `the share rule ${name}`);

/** Of a property that is a claim with exceptions; nothing else has them. */
export const exceptionOf = (policy: Policy, id: string): Pick<PropertyReport, "except"> => {
  const claim = (policy.claims ?? []).find((one) => claimId(one) === id), names = claim?.except ?? [];
  if (claim === undefined || names.length === 0) return {};
  const listed = names.map((name) => called(policy, name)).join(" or ");
  return { except: { names: [...names], sentence: claim.never === "flow" ? `does not follow what passes ${listed}` : `does not count what ${listed} allows` } };
};
