import { call, guard } from "../actor.ts";
import { absent, eq, matchOption, some, someSuch } from "../lang/index.ts";
import { Frame, Grant } from "../vocabulary.ts";

/** Takes an offer: without it nobody's frames appear in a domain's reach. */
export const accept = call("accept", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    guard("offered", "NOT_OFFERED", someSuch(s.grant.at(frame).at(caller), (grant) => eq(grant.status, "offered"))),
  ],
  effects: [
    s.grant.at(frame).at(caller).becomes(matchOption(s.grant.at(frame).at(caller), {
      none: absent(Grant),
      some: ({ access }) => some({ status: "accepted", access }),
    })),
  ],
}));
