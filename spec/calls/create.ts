import { call, guard, who } from "../actor.ts";
import { unreferenced } from "../definitions.ts";
import { eq, inject, some } from "../lang/index.ts";
import { constants } from "../state.ts";
import { data, Domain, Frame, Kind } from "../vocabulary.ts";

/** Begins a domain in a free slot: the frame becomes its root table and its own. */
export const create = call("create", { domain: Domain, frame: Frame }, (s, { caller }, { domain, frame }) => ({
  guards: [
    // One creator per slot, so that which slots are taken tells nothing to strangers.
    who(eq(constants.creator.at(domain), some(caller))),
    // A second create would seize a living domain.
    guard("slot-free", "BAD_DOMAIN", eq(s.phase.at(domain), "free")),
    // A table in a foreign frame: its owner could write translations.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // A table that is also another table, or visible to the host.
    guard("kind-data", "BAD_KIND", eq(s.kind.at(frame), data)),
    // Someone who maps the frame would write the new domain's translations.
    guard("unreferenced", "BUSY", unreferenced({ frame })),
  ],
  effects: [
    s.phase.at(domain).becomes("building"),
    s.parent.at(domain).becomes(some(caller)),
    s.kind.at(frame).becomes(inject(Kind, "table", constants.top)),
    s.owner.at(frame).becomes(some(domain)),
    s.holds.at(frame).becomes([]),
    s.tables.at(domain).at(constants.top).at(0).becomes(some(frame)),
  ],
}));
