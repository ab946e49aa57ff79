import { call, guard, who } from "../actor.ts";
import { properAncestor } from "../definitions.ts";
import { and, eq, has, isNone, or, some } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Device, Domain } from "../vocabulary.ts";

/** Gives a device, reset, to a domain of the policy's choice. */
export const devAssign = call("dev_assign", { device: Device, domain: Domain }, (s, { caller }, { device, domain }) => ({
  guards: [
    // A device in hands that the policy does not foresee, or put there by a stranger.
    who(and(has(constants.mayDrive.at(device), domain), or(eq(caller, domain), properAncestor({ ancestor: caller, domain })))),
    // A domain that is not yet, or no more, itself cannot release it.
    guard("sealed", "BAD_PHASE", eq(s.phase.at(domain), "sealed")),
    // Its owner's DMA would go where the new owner says.
    guard("unassigned", "EXISTS", isNone(s.device.at(device))),
  ],
  effects: [s.device.at(device).becomes(some(domain)), s.deviceKnows.at(device).becomes([])],
}));
