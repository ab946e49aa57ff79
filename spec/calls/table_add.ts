import { call, guard, inRange, who } from "../actor.ts";
import { governs, largeAt, parentTable, tableAt, unreferenced } from "../definitions.ts";
import { and, eq, inject, isNone, not, some } from "../lang/index.ts";
import { constants } from "../state.ts";
import { data, Domain, Frame, Index, Kind, Level } from "../vocabulary.ts";

/** Links a frame of the domain as page table for a prefix. */
export const tableAdd = call("table_add", { domain: Domain, level: Level, index: Index, frame: Frame }, (s, { caller }, { domain, level, index, frame }) => ({
  guards: [
    inRange(constants.isPrefix.at(level).at(index)),
    who(governs({ caller, domain })),
    // There is no entry to link from; the root has none by nature.
    guard("parent-table", "NO_TABLE", parentTable({ domain, level, index })),
    // The subtree or large page that is there would be lost with its frames.
    guard("slot-empty", "EXISTS", and(isNone(tableAt({ domain, level, index })), not(largeAt({ domain, level, index })))),
    // The domain's own frame, or its owner could take it back from under a walk.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(domain))),
    // One frame twice in a tree, or in two.
    guard("kind-data", "BAD_KIND", eq(s.kind.at(frame), data)),
    // Whoever maps it would write translations.
    guard("unreferenced", "BUSY", unreferenced({ frame })),
  ],
  effects: [
    s.kind.at(frame).becomes(inject(Kind, "table", level)),
    s.holds.at(frame).becomes([]),
    s.tables.at(domain).at(level).at(index).becomes(some(frame)),
  ],
}));
