import { call, guard, who } from "../actor.ts";
import { live, lowestIn, maps, onStack, properAncestor, successor } from "../definitions.ts";
import { and, each, eq, exists, le, matchOption, none, not, or, some, someSuch, when } from "../lang/index.ts";
import { Depth, Device, Domain, Frame, Index, IoPage, Level, Page, Vcpu } from "../vocabulary.ts";

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
    guard("not-on-stack", "BUSY", not(onStack({ vcpu, domain }))),
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
    // Devices: the victim's are reset and nobody's; DMA of others into its frames ends.
    each(Device, (device) => [
      when(eq(s.device.at(device), some(domain)), [s.device.at(device).becomes(none), s.deviceKnows.at(device).becomes([])]),
      each(IoPage, (page) => [
        when(
          or(eq(s.device.at(device), some(domain)), someSuch(s.ioSpace.at(device).at(page), ({ frame }) => eq(s.owner.at(frame), some(domain)))),
          [s.ioSpace.at(device).at(page).becomes(none)],
        ),
      ]),
    ]),
    each(Level, (level) => [each(Index, (index) => [s.tables.at(domain).at(level).at(index).becomes(none)])]),
    // Its threads are deleted; others are cut where they entered it first, and their caller there gets ABORTED and what it knew.
    each(Domain, (home) => [each(Vcpu, (other) => [
      when(eq(home, domain), [s.knows.at(home).at(other).becomes([])], [
        s.knows.at(home).at(other).becomes(matchOption(lowestIn({ home, vcpu: other, domain }), {
          none: s.knows.at(home).at(other),
          some: (lowest) => matchOption(s.stack.at(home).at(other).at(lowest), { none: s.knows.at(home).at(other), some: ({ knew }) => knew }),
        })),
      ]),
      each(Depth, (depth) => [
        when(or(eq(home, domain), someSuch(lowestIn({ home, vcpu: other, domain }), (lowest) => le(lowest, depth))), [
          s.stack.at(home).at(other).at(depth).becomes(none),
        ]),
      ]),
    ])]),
    // A vCPU that ran one of the deleted runs the scheduler's.
    each(Vcpu, (other) => [
      when(eq(s.vcpu.at(other), domain), [s.vcpu.at(other).becomes(successor({ victim: domain }))]),
    ]),
  ],
}));
