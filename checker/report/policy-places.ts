/** Which lines of the policy a counterexample rests on: the claim that is broken, and the rules without which a step would have been denied. */
import { match, P } from "ts-pattern";
import { claimId } from "../../spec/claims.ts";
import type { Policy } from "../../spec/policy.ts";
import type { TraceStep } from "../trace/trace.ts";
import type { PolicyPlace } from "./model.ts";

interface Reason { readonly pointer: string; readonly what: string }

const ruleOf = (policy: Policy, step: TraceStep): Reason | null => {
  const place = (index: number, list: string, what: string): Reason | null => (index < 0 ? null : { pointer: `${list}/${index}`, what });
  return match(step)
    .with({ move: P.union("dma_read", "dma_write") }, ({ by }) =>
      place((policy.devices ?? []).findIndex(({ name }) => name === by), "/devices", `the policy has the device ${by}`))
    .with({ move: P.union("host_read", "host_write") }, () => ({ pointer: "/host", what: "the policy lets frames be shared with the host" }))
    .with({ move: P.union("interrupt", "injection") }, () => null)
    .with({ call: "call" }, ({ by, arguments: { gate } }) =>
      place((policy.gates ?? []).findIndex(({ name }) => name === gate), "/gates", `a gate lets ${by} call ${gate}`))
    .with({ call: "dev_assign" }, ({ arguments: { device, domain } }) =>
      place((policy.devices ?? []).findIndex(({ name }) => name === device), "/devices", `the device ${device} may be assigned to ${domain}`))
    .with({ call: "share_host" }, ({ by }) =>
      place((policy.host?.sharedBy ?? []).indexOf(by), "/host/sharedBy", `${by} may share frames with the host`))
    .with({ move: P.string }, ({ frame, by }) =>
      place(policy.boot.grants.findIndex((one) => one.frame === frame && one.to === by), "/boot/grants", `the boot image grants ${frame} to ${by}`))
    .with({ call: "grant" }, ({ by, arguments: { receiver, access } }) => {
      const covers = (given: string): boolean => [...String(access)].every((right) => given.includes(right));
      const rule = (policy.share ?? []).findIndex((one) => one.from === by && one.to === receiver && covers(one.access));
      return place(rule, "/share", `a share rule lets ${by} grant ${access} to ${receiver}`);
    })
    .with({ call: "create" }, ({ by, arguments: { domain } }) =>
      place((policy.create ?? []).findIndex((one) => one.by === by && one.slot === domain), "/create", `a create rule lets ${by} create ${domain}`))
    .with({ call: "switch" }, ({ by }) => ({ pointer: "/scheduler", what: `${by} is the scheduler` }))
    .otherwise(() => null);
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
