import { call, guard, who } from "../actor.ts";
import { live, maps, properAncestor, successor } from "../definitions.ts";
import { and, each, eq, exists, none, not, or, some, when } from "../lang/index.ts";
import { Domain, Frame, Index, Level, Page, Vcpu } from "../vocabulary.ts";

/** Ends a domain: every right it has and every right that rests on it goes; its frames stay its own until they are reclaimed. */
export const destroy = call("destroy", { domain: Domain }, (s, { vcpu, caller }, { domain }) => ({
  guards: [
    // Any other domain would end its rivals.
    who(properAncestor({ ancestor: caller, domain })),
    // A second destroy would interfere with the teardown.
    guard("live", "BAD_PHASE", live({ domain })),
    // Children of a freed slot would have no ancestor left to reclaim them, or a wrong one.
    guard("no-children", "BUSY", not(exists(Domain, (child) => eq(s.parent.at(child), some(domain))))),
    // The call would return into a thread that is gone.
    guard("not-on-stack", "BUSY", not(eq(s.vcpu.at(vcpu), domain))),
  ],
  effects: [
    s.phase.at(domain).becomes("dying"),
    // What rests on a grant of the victim goes with the grant; what the victim was given goes too.
    each(Frame, (frame) => [each(Domain, (receiver) => [
      when(or(eq(s.owner.at(frame), some(domain)), eq(receiver, domain)), [s.grant.at(frame).at(receiver).becomes(none)]),
    ])]),
    each(Domain, (other) => [each(Page, (page) => [
      when(
        or(eq(other, domain), exists(Frame, (frame) => and(maps({ domain: other, page, frame }), eq(s.owner.at(frame), some(domain))))),
        [s.space.at(other).at(page).becomes(none)],
      ),
    ])]),
    each(Level, (level) => [each(Index, (index) => [s.tables.at(domain).at(level).at(index).becomes(none)])]),
    // Its threads are deleted; a vCPU that ran one runs the scheduler's.
    each(Vcpu, (other) => [
      s.knows.at(domain).at(other).becomes([]),
      when(eq(s.vcpu.at(other), domain), [s.vcpu.at(other).becomes(successor({ victim: domain }))]),
    ]),
  ],
}));
