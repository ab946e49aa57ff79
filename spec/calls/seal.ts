import { call, guard, who } from "../actor.ts";
import { eq, some } from "../lang/index.ts";
import { Domain } from "../vocabulary.ts";

/** Ends the building of a domain: from now on only the domain itself changes its space. */
export const seal = call("seal", { domain: Domain }, (s, { caller }, { domain }) => ({
  guards: [
    // A stranger would run a domain that its parent has not finished.
    who(eq(s.parent.at(domain), some(caller))),
    // A dying domain would come back to life.
    guard("building", "BAD_PHASE", eq(s.phase.at(domain), "building")),
  ],
  effects: [s.phase.at(domain).becomes("sealed")],
}));
