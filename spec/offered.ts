/** What a policy leaves to happen at all, whatever the state: without a share rule nothing is ever granted, without a device there is no DMA. */
import type { Policy } from "./policy.ts";

const sharing: readonly string[] = ["grant", "accept", "relinquish", "revoke"];
const ending: readonly string[] = ["destroy", "release", "reclaim"];
const building: readonly string[] = ["seal", "donate"];
const throughGates: readonly string[] = ["call", "return"];
const ofDevices: readonly string[] = ["dev_assign", "dev_release", "dma_map", "dma_unmap", "dma_read", "dma_write"];
const ofTheHost: readonly string[] = ["share_host", "unshare_host", "host_read", "host_write"];

/** Whether the policy leaves a call a chance to succeed, or a move to happen. */
export const isOffered = ({ create = [], share = [], gates = [], devices = [], host, adversary, boot }: Policy, transition: string): boolean => {
  if (transition === "create") return create.length > 0;
  if (sharing.includes(transition)) return share.length > 0;
  if (ending.includes(transition)) return create.length > 0 || boot.domains.length > 1;
  if (building.includes(transition)) return create.length > 0 || boot.domains.some(({ phase }) => phase === "building");
  if (throughGates.includes(transition)) return gates.length > 0;
  if (ofDevices.includes(transition)) return devices.length > 0;
  if (ofTheHost.includes(transition)) return (host?.sharedBy ?? []).length > 0;
  return transition !== "interrupt" || adversary?.interrupts !== false;
};
