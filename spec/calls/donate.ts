import { call, guard, who } from "../actor.ts";
import { unreferenced } from "../definitions.ts";
import { eq, some } from "../lang/index.ts";
import { data, Domain, Frame } from "../vocabulary.ts";

/** Gives a frame with its content to a domain that is being built: how an image is loaded. */
export const donate = call("donate", { frame: Frame, domain: Domain }, (s, { caller }, { frame, domain }) => ({
  guards: [
    // Content from strangers in a domain's own frames.
    who(eq(s.parent.at(domain), some(caller))),
    // A sealed domain has not asked for frames.
    guard("building", "BAD_PHASE", eq(s.phase.at(domain), "building")),
    // Giving away what is not one's own.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // A table would change its tree.
    guard("kind-data", "BAD_KIND", eq(s.kind.at(frame), data)),
    // The giver, or a receiver of a grant, would keep its mapping.
    guard("unreferenced", "BUSY", unreferenced({ frame })),
  ],
  effects: [s.owner.at(frame).becomes(some(domain))],
}));
