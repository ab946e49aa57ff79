/**
 * What of the specification a policy has: its platform (MODEL.md section 6), its adversaries, whether there are gates, devices, and domains that talk to the host. What it
 * has not is left out of its system, where it would be there and vacuous. Calls stay as long as the platform has them: that they are denied is checked.
 */
import { adversaryOf, type Switch } from "./adversary.ts";
import { call } from "./calls/call.ts";
import { devAssign } from "./calls/dev_assign.ts";
import { devRelease } from "./calls/dev_release.ts";
import { dmaMap } from "./calls/dma_map.ts";
import { dmaUnmap } from "./calls/dma_unmap.ts";
import { invalidate } from "./calls/invalidate.ts";
import { returnFrom } from "./calls/return.ts";
import { shareHost } from "./calls/share_host.ts";
import { unshareHost } from "./calls/unshare_host.ts";
import { validate } from "./calls/validate.ts";
import type { Property } from "./lang/property.ts";
import type { Transition } from "./lang/transition.ts";
import type { Bounds } from "./lang/types.ts";
import { cardinality } from "./lang/value.ts";
import { dmaRead } from "./moves/dma_read.ts";
import { dmaWrite } from "./moves/dma_write.ts";
import { hostRead } from "./moves/host_read.ts";
import { hostWrite } from "./moves/host_write.ts";
import { interrupt } from "./moves/interrupt.ts";
import type { Policy } from "./policy.ts";
import { handover, handoverInside } from "./properties/p10.ts";
import { p14 } from "./properties/p14.ts";
import { p15 } from "./properties/p15.ts";
import { p17 } from "./properties/p17.ts";
import { enters } from "./properties/p18.ts";
import { ownersOnly } from "./properties/p6.ts";

const isSevSnp = ({ platform }: Policy): boolean => platform === "sev-snp";
const hasGates = ({ gates = [] }: Policy): boolean => gates.length > 0;
const hasDevices = ({ devices = [] }: Policy): boolean => devices.length > 0;
const talksToHost = ({ host }: Policy): boolean => (host?.sharedBy ?? []).length > 0;
const interrupts = (policy: Policy): boolean => adversaryOf(policy).interrupts;

interface Need { readonly met: (policy: Policy) => boolean; readonly calls: readonly Transition[]; readonly moves: readonly Transition[]; readonly properties: readonly Property[] }

const needs: readonly Need[] = [
  { met: isSevSnp, calls: [validate, invalidate], moves: [], properties: [...p14, ...p15] },
  { met: hasGates, calls: [call, returnFrom], moves: [], properties: [enters] },
  { met: hasDevices, calls: [devAssign, devRelease, dmaMap, dmaUnmap], moves: [], properties: [] },
  { met: (policy) => hasDevices(policy) && adversaryOf(policy).dma, calls: [], moves: [dmaRead, dmaWrite], properties: [] },
  { met: talksToHost, calls: [shareHost, unshareHost], moves: [], properties: [handover, handoverInside] },
  { met: (policy) => talksToHost(policy) && adversaryOf(policy).host, calls: [], moves: [hostRead, hostWrite], properties: [] },
  { met: (policy) => talksToHost(policy) || isSevSnp(policy), calls: [], moves: [], properties: [ownersOnly] },
  { met: interrupts, calls: [], moves: [interrupt], properties: p17 },
];

/** Whether the platform has the call; an unknown number gives `BAD_CALL`. */
export const hasCall = (policy: Policy, one: Transition): boolean => isSevSnp(policy) || (one !== validate && one !== invalidate);

/** Whether somebody makes the move. */
export const hasMove = (policy: Policy, move: Transition): boolean => needs.every(({ met, moves }) => !moves.includes(move) || met(policy));

/** Whether the property says something of the policy. */
export const hasProperty = (policy: Policy, bounds: Bounds, property: Property): boolean =>
  property.bindings.every(({ type }) => cardinality(bounds, type) > 0) && needs.every(({ met, properties }) => !properties.includes(property) || met(policy));

/** Why a switch of the adversary changes nothing of what is searched; `null` if it does. */
export type Idle = "platform" | "no-host" | "no-device" | "no-host-moves";
export const idle = (policy: Policy, one: Switch): Idle | null => {
  switch (one) {
    case "interrupts": return null;
    case "host": return talksToHost(policy) ? null : "no-host";
    case "dma": return hasDevices(policy) ? null : "no-device";
    case "remap": case "rmp": return !isSevSnp(policy) ? "platform" : adversaryOf(policy).hostMoves === 0 ? "no-host-moves" : null;
    case "injection": return isSevSnp(policy) ? null : "platform";
  }
};

/** Names of calls that the platform has and that are denied in every state, because the policy has nothing that they need. */
export const neverAllowed = (policy: Policy): readonly string[] =>
  needs.filter(({ met }) => !met(policy)).flatMap(({ calls }) => calls).filter((one) => hasCall(policy, one)).map(({ name }) => name);
