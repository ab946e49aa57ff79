import { relation } from "../legality.ts";
import { properAncestor } from "../definitions.ts";
import { and, eq, has, isSome, not, or, property, some, someSuch } from "../lang/index.ts";
import { constants, s } from "../state.ts";
import { step } from "../step.ts";
import { Domain } from "../vocabulary.ts";

const text = { id: "P6", title: "legality", place: "both" } as const;

/** Where domains talk to the host, or pages can be given up. */
export const ownersOnly = property({ ...text, form: "step", sentence: "Only the owner of a frame gives it up or lets the host see it, the latter only where the policy lets it talk to the host." }, {}, () => ({
  given: or(eq(step.name, "share_host"), eq(step.name, "unshare_host"), eq(step.name, "validate"), eq(step.name, "invalidate")),
  then: and(
    someSuch(step.frame, (frame) => eq(s.owner.at(frame), some(step.caller))),
    or(eq(step.name, "validate"), eq(step.name, "invalidate"), has(constants.mayTellHost, step.caller)),
  ),
}));

export const p6 = [
  property({
    ...text, form: "step",
    sentence: "A call succeeds only where the legality table allows its caller's relation to the domain it names, in that domain's phase.",
  }, {}, () => ({
    given: isSome(step.domain),
    then: someSuch(step.domain, (domain) => step.legal.at(relation({ caller: step.caller, domain })).at(s.phase.at(domain))),
  })),
  // The table knows relations; these two calls are also the policy's to give.
  property({ ...text, form: "step", sentence: "Only the policy's creator of a slot creates a domain in it, and only its scheduler switches threads." }, {}, () => ({
    given: or(eq(step.name, "create"), eq(step.name, "switch")),
    then: or(
      and(eq(step.name, "create"), someSuch(step.domain, (domain) => eq(constants.creator.at(domain), some(step.caller)))),
      and(eq(step.name, "switch"), eq(step.caller, constants.scheduler)),
    ),
  })),
  ownersOnly,
  property({ ...text, form: "state", sentence: "A domain that exists has a sealed parent and descends from root, which is sealed for ever." }, { domain: Domain }, ({ domain }) => ({
    given: and(not(eq(s.phase.at(domain), "free")), not(eq(domain, constants.root))),
    then: and(
      eq(s.phase.at(constants.root), "sealed"),
      someSuch(s.parent.at(domain), (parent) => eq(s.phase.at(parent), "sealed")),
      properAncestor({ ancestor: constants.root, domain }),
    ),
  })),
];
