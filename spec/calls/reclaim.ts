import { call, who } from "../actor.ts";
import { properAncestor } from "../definitions.ts";
import { and, eq, exists, some } from "../lang/index.ts";
import { data, Domain, Frame } from "../vocabulary.ts";

/** Takes a frame of a dying descendant, a table too, in any order. */
export const reclaim = call("reclaim", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    // Anything wider takes frames from living domains, or from other families.
    who(exists(Domain, (victim) => and(
      eq(s.owner.at(frame), some(victim)),
      eq(s.phase.at(victim), "dying"),
      properAncestor({ ancestor: caller, domain: victim }),
    ))),
  ],
  effects: [
    s.kind.at(frame).becomes(data),
    s.owner.at(frame).becomes(some(caller)),
    s.holds.at(frame).becomes([]),
  ],
}));
