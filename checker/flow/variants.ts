/** Whose secrets are varied: each run has one of them set, and is compared with the run in which nobody's is. */
import type { Policy } from "../../spec/policy.ts";
import { noSecrets, secretOfDevice, secretOfDomain, secretOfHost, type Secrets } from "../refine/secrets.ts";

export interface Variant { readonly principal: string; readonly secrets: Secrets }

/** Steps to which secrets are followed at most; the search without them goes one further, or more. */
const furthest = 3;

export const secretsDepth = (policy: Policy): number => Math.min(furthest, Math.max(0, policy.bounds.machineDepth - 1));

/** Every principal of the policy; a host with which nobody shares anything has nowhere to put a secret. */
export const variants = (policy: Policy): readonly Variant[] => [
  ...policy.domains.map((principal, d) => ({ principal, secrets: secretOfDomain(d) })),
  ...(policy.devices ?? []).map(({ name }, x) => ({ principal: name, secrets: secretOfDevice(x) })),
  ...((policy.host?.sharedBy ?? []).length === 0 ? [] : [{ principal: "host", secrets: secretOfHost }]),
];

/** The principals whose secrets are set. */
export const principalsOf = (policy: Policy, secrets: Secrets): readonly string[] => variants(policy).filter((one) => (one.secrets & secrets) !== 0).map(({ principal }) => principal);

/** The mask for principals by name; `null` if one of them has no secret in the policy. */
export const secretsOf = (policy: Policy, principals: readonly string[]): Secrets | null => principals.reduce<Secrets | null>((mask, name) => {
  const found = variants(policy).find(({ principal }) => principal === name);
  return mask === null || found === undefined ? null : mask | found.secrets;
}, noSecrets);
