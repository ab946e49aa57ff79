import { call, guard, who } from "../actor.ts";
import { labelOf, properAncestor } from "../definitions.ts";
import { each, eq, exists, has, minus, none, not, some, unite, when, type Place, type Term } from "../lang/index.ts";
import { departed, Domain, Frame, Vcpu } from "../vocabulary.ts";
import type { s as state } from "../state.ts";

type Labels = Place<(typeof state.holds.type)["value"]>;

/** The label of a freed slot must not be taken for the label of the domain that uses the slot next. */
const forget = (labels: Labels, domain: Term<typeof Domain>) =>
  when(has(labels, labelOf(domain)), [labels.becomes(unite(minus(labels, [labelOf(domain)]), [departed]))]);

/** Frees the slot of a dying domain that owns nothing any more; its identifiers may be used again. */
export const release = call("release", { domain: Domain }, (s, { caller }, { domain }) => ({
  guards: [
    // A stranger would decide when a slot can be reused.
    who(properAncestor({ ancestor: caller, domain })),
    // The slot of a living domain would be reused under it.
    guard("dying", "BAD_PHASE", eq(s.phase.at(domain), "dying")),
    // Its frames would be lost, or fall to the next domain in the slot.
    guard("owns-nothing", "BUSY", not(exists(Frame, (frame) => eq(s.owner.at(frame), some(domain))))),
  ],
  effects: [
    s.phase.at(domain).becomes("free"),
    s.parent.at(domain).becomes(none),
    each(Frame, (frame) => [forget(s.holds.at(frame), domain)]),
    each(Domain, (home) => [each(Vcpu, (vcpu) => [forget(s.knows.at(home).at(vcpu), domain)])]),
  ],
}));
