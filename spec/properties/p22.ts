import { authorised, authorisedNext, properAncestor } from "../definitions.ts";
import { and, eq, exists, has, isSome, not, or, property, some, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { step } from "../step.ts";
import { Domain, Frame, Right } from "../vocabulary.ts";

export const p22 = [
  property({
    id: "P22", title: "no-amplification", form: "step", place: "A",
    sentence: "Rights grow only by an explicit transfer, and never beyond the giver's.",
  }, { domain: Domain, frame: Frame, right: Right }, ({ domain, frame, right }) => ({
    given: and(not(authorised({ domain, frame, access: [right] })), authorisedNext({ domain, frame, access: [right] })),
    then: and(eq(step.frame, some(frame)), or(
      and(eq(step.name, "accept"), eq(step.caller, domain), isSome(s.owner.at(frame)), someSuch(s.grant.at(frame).at(domain), (grant) => has(grant.access, right))),
      and(or(eq(step.name, "donate"), eq(step.name, "create")), eq(step.domain, some(domain)), eq(s.owner.at(frame), some(step.caller))),
      and(eq(step.name, "reclaim"), eq(step.caller, domain), exists(Domain, (victim) =>
        and(eq(s.owner.at(frame), some(victim)), eq(s.phase.at(victim), "dying"), properAncestor({ ancestor: domain, domain: victim })))),
    )),
  })),
];
