import { call, guard, who } from "../actor.ts";
import { labelOf, properAncestor } from "../definitions.ts";
import { absent, each, eq, exists, has, ite, matchOption, minus, none, not, some, unite, type Expr, type Place, type Term } from "../lang/index.ts";
import { Activation, departed, Depth, Device, Domain, Frame, Vcpu } from "../vocabulary.ts";
import type { s as state } from "../state.ts";

type Labels = (typeof state.holds.type)["value"];

/** The label of a freed slot must not be taken for the label of the domain that uses the slot next. */
const forgotten = (labels: Expr<Labels>, domain: Term<typeof Domain>) =>
  ite(has(labels, labelOf(domain)), unite(minus(labels, [labelOf(domain)]), [departed]), labels);

const forget = (labels: Place<Labels>, domain: Term<typeof Domain>) => labels.becomes(forgotten(labels, domain));

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
    each(Domain, (home) => [each(Vcpu, (vcpu) => [
      forget(s.knows.at(home).at(vcpu), domain),
      each(Depth, (depth) => [
        s.stack.at(home).at(vcpu).at(depth).becomes(matchOption(s.stack.at(home).at(vcpu).at(depth), {
          none: absent(Activation),
          some: ({ gate, knew }) => some({ gate, knew: forgotten(knew, domain) }),
        })),
      ]),
    ])]),
    each(Device, (device) => [forget(s.deviceKnows.at(device), domain)]),
    forget(s.hostKnows, domain),
  ],
}));
