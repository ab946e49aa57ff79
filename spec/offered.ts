/** What a policy leaves to happen at all, whatever the state: without a share rule nothing is ever granted, without a device there is no DMA. */
import { adversaryOf } from "./adversary.ts";
import type { Policy } from "./policy.ts";

const sharing: readonly string[] = ["grant", "accept", "relinquish", "revoke"];
const ending: readonly string[] = ["destroy", "release", "reclaim"];
const building: readonly string[] = ["seal", "donate"];
const throughGates: readonly string[] = ["call", "return"];
const ofDevices: readonly string[] = ["dev_assign", "dev_release", "dma_map", "dma_unmap"];
const ofTheHost: readonly string[] = ["share_host", "unshare_host"];
const ofSevSnp: readonly string[] = ["validate", "invalidate"];

/** Whether the policy leaves a call a chance to succeed, or a move to happen. */
export const isOffered = (policy: Policy, transition: string): boolean => {
  const { create = [], share = [], gates = [], devices = [], boot } = policy, { interrupts, host, dma } = adversaryOf(policy);
  const sharesWithHost = (policy.host?.sharedBy ?? []).length > 0;
  if (transition === "create") return create.length > 0;
  if (sharing.includes(transition)) return share.length > 0;
  if (ending.includes(transition)) return create.length > 0 || boot.domains.length > 1;
  if (building.includes(transition)) return create.length > 0 || boot.domains.some(({ phase }) => phase === "building");
  if (throughGates.includes(transition)) return gates.length > 0;
  if (ofDevices.includes(transition)) return devices.length > 0;
  if (ofTheHost.includes(transition)) return sharesWithHost;
  if (ofSevSnp.includes(transition)) return policy.platform === "sev-snp";
  switch (transition) {
    case "interrupt": return interrupts;
    case "dma_read": case "dma_write": return dma && devices.length > 0;
    case "host_read": case "host_write": return host && (sharesWithHost || boot.frames.some(({ shared }) => shared === true));
    default: return true;
  }
};

/** Whether the platform has the call: an unknown number gives `BAD_CALL`. */
export const isKnown = (policy: Policy, call: string): boolean => policy.platform === "sev-snp" || !ofSevSnp.includes(call);
