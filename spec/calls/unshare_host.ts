import { call, guard, who } from "../actor.ts";
import { unreferenced } from "../definitions.ts";
import { eq, has, some } from "../lang/index.ts";
import { constants } from "../state.ts";
import { data, Frame, shared } from "../vocabulary.ts";

/** Takes a frame back from the host, without what the host left in it. */
export const unshareHost = call("unshare_host", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    who(has(constants.mayTellHost, caller)),
    // Cutting the connections of others.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // There is nothing to take back.
    guard("kind-shared", "BAD_KIND", eq(s.kind.at(frame), shared)),
    // A mapping with the C-bit clear would go on reaching what the host can swap.
    guard("unreferenced", "BUSY", unreferenced({ frame })),
  ],
  effects: [s.kind.at(frame).becomes(data), s.holds.at(frame).becomes([])],
}));
