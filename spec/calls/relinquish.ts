import { call, guard } from "../actor.ts";
import { withdraw } from "../withdraw.ts";
import { isSome } from "../lang/index.ts";
import { Frame } from "../vocabulary.ts";

/** Gives a grant back, with every mapping that rests on it. */
export const relinquish = call("relinquish", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    guard("granted", "NOT_GRANTED", isSome(s.grant.at(frame).at(caller))),
  ],
  effects: withdraw(s, frame, caller),
}));
