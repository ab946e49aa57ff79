import { call, guard } from "../actor.ts";
import { withdraw } from "../withdraw.ts";
import { eq, isSome, some } from "../lang/index.ts";
import { Domain, Frame } from "../vocabulary.ts";

/** Takes a grant back: at return no vCPU reaches the frame through it. */
export const revoke = call("revoke", { frame: Frame, receiver: Domain }, (s, { caller }, { frame, receiver }) => ({
  guards: [
    // Interfering with the sharing of others.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    guard("granted", "NOT_GRANTED", isSome(s.grant.at(frame).at(receiver))),
  ],
  effects: withdraw(s, frame, receiver),
}));
