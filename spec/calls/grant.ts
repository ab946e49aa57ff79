import { call, guard, who } from "../actor.ts";
import { aliased, dmaOpposite, grantedOpposite } from "../definitions.ts";
import { and, eq, has, isNone, not, or, some, subset } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Access, data, Domain, Frame } from "../vocabulary.ts";

/** Offers a frame to another domain; it counts once the other accepts. */
export const grant = call("grant", { frame: Frame, receiver: Domain, access: Access }, (s, { caller }, { frame, receiver, access }) => ({
  guards: [
    // Sharing that the policy does not foresee.
    who(and(not(eq(receiver, caller)), subset(access, constants.mayGrant.at(caller).at(receiver)))),
    // Passing on what was granted, or what is a stranger's.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // A table in the hands of the receiver.
    guard("kind-data", "BAD_KIND", eq(s.kind.at(frame), data)),
    // Changing a grant that the receiver has relied on.
    guard("none-yet", "EXISTS", isNone(s.grant.at(frame).at(receiver))),
    guard("readable", "BAD_ACCESS", has(access, "r")),
    guard("write-xor-execute", "BAD_ACCESS", not(and(has(access, "w"), has(access, "x")))),
    // One receiver writes what another, or the owner, executes.
    guard("no-conflict", "CONFLICT", not(or(aliased({ domain: caller, frame, access }), dmaOpposite({ domain: caller, frame, access }), grantedOpposite({ frame, access })))),
    // A grant to a domain that is not yet itself, or no more: its parent would accept for it.
    guard("receiver-sealed", "BAD_PHASE", eq(s.phase.at(receiver), "sealed")),
  ],
  effects: [s.grant.at(frame).at(receiver).becomes(some({ status: "offered", access }))],
}));
