import { call, guard, inRange, who } from "../actor.ts";
import { governs, tableAt, tableEmpty } from "../definitions.ts";
import { each, eq, isSome, none, not, some, when } from "../lang/index.ts";
import { constants } from "../state.ts";
import { data, Domain, Frame, Index, Level } from "../vocabulary.ts";

/** Unlinks an empty page table; its frame is data again, once no walk can use it. */
export const tableRemove = call("table_remove", { domain: Domain, level: Level, index: Index }, (s, { caller }, { domain, level, index }) => ({
  guards: [
    inRange(constants.isPrefix.at(level).at(index)),
    who(governs({ caller, domain })),
    guard("present", "NO_TABLE", isSome(tableAt({ domain, level, index }))),
    // A domain without a root has no address space to run in.
    guard("not-root", "BAD_LEVEL", not(eq(level, constants.top))),
    // Frames mapped below would stay mapped in a table that is now data.
    guard("empty", "BUSY", tableEmpty({ domain, level, index })),
  ],
  effects: [
    s.tables.at(domain).at(level).at(index).becomes(none),
    each(Frame, (frame) => [when(eq(tableAt({ domain, level, index }), some(frame)), [
      s.kind.at(frame).becomes(data),
      s.holds.at(frame).becomes([]),
    ])]),
  ],
}));
