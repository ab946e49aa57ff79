import { call, guard, who } from "../actor.ts";
import { unreferenced } from "../definitions.ts";
import { eq, has, some } from "../lang/index.ts";
import { constants } from "../state.ts";
import { data, Frame, shared } from "../vocabulary.ts";

/** Makes an empty frame visible to the host. */
export const shareHost = call("share_host", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    // A way out that the policy does not foresee.
    who(has(constants.mayTellHost, caller)),
    // Publishing what is a stranger's.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // A table would be in the host's hands.
    guard("kind-data", "BAD_KIND", eq(s.kind.at(frame), data)),
    // Whoever still maps the frame would write into the open without knowing.
    guard("unreferenced", "BUSY", unreferenced({ frame })),
  ],
  effects: [s.kind.at(frame).becomes(shared), s.holds.at(frame).becomes([])],
}));
