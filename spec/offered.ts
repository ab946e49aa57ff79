/** Which calls a policy leaves a chance to succeed: without a share rule, for example, nothing is ever granted. */
import type { Policy } from "./policy.ts";
import { neverAllowed } from "./presence.ts";

const sharing: readonly string[] = ["grant", "accept", "relinquish", "revoke"];
const ending: readonly string[] = ["destroy", "release", "reclaim"];
const building: readonly string[] = ["seal", "donate"];

/** Whether the call can succeed in some state, as far as the policy alone says. */
export const isOffered = (policy: Policy, call: string): boolean => {
  const { create = [], share = [], boot } = policy;
  if (call === "create") return create.length > 0;
  if (sharing.includes(call)) return share.length > 0;
  if (ending.includes(call)) return create.length > 0 || boot.domains.length > 1;
  if (building.includes(call)) return create.length > 0 || boot.domains.some(({ phase }) => phase === "building");
  return !neverAllowed(policy).includes(call);
};
