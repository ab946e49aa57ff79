import { parentTable } from "../definitions.ts";
import { and, bool, eq, exists, forall, implies, inject, matchOption, not, of, or, property, some } from "../lang/index.ts";
import { constants, s } from "../state.ts";
import { Domain, Frame, Index, Kind, Level } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P4", title: "table-well-formedness", sentence: "Each live root is a tree: levels descend, one parent each, same owner; entries have no reserved bits, absent ones are 0." } as const;

export const p4 = [
  property({ ...text, form: "state", place: "A" }, { domain: Domain, level: Level, index: Index, frame: Frame }, ({ domain, level, index, frame }) => ({
    given: eq(s.tables.at(domain).at(level).at(index), some(frame)),
    then: and(
      eq(s.kind.at(frame), inject(Kind, "table", level)),
      eq(s.owner.at(frame), some(domain)),
      or(eq(level, constants.top), parentTable({ domain, level, index })),
      forall(Domain, (other) => forall(Level, (otherLevel) => forall(Index, (otherIndex) => implies(
        eq(s.tables.at(other).at(otherLevel).at(otherIndex), some(frame)),
        and(eq(other, domain), eq(otherLevel, level), eq(otherIndex, index)),
      )))),
    ),
  })),
  property({ ...text, form: "view", place: "M" }, { table: Frame, frame: Frame }, ({ table, frame }) => ({
    given: not(eq(view.links.at(table).at(frame), 0)),
    then: and(
      eq(view.links.at(table).at(frame), 1),
      exists(Level, (level) => and(
        eq(view.kindNow.at(frame), inject(Kind, "table", level)),
        matchOption(constants.above.at(level), { none: of(bool, false), some: (up) => eq(view.kindNow.at(table), inject(Kind, "table", up)) }),
      )),
      eq(s.owner.at(table), s.owner.at(frame)),
      forall(Frame, (other) => or(eq(view.links.at(other).at(frame), 0), eq(other, table))),
    ),
  })),
  property({ ...text, form: "view", place: "M" }, { frame: Frame }, ({ frame }) => ({
    given: exists(Level, (level) => eq(s.kind.at(frame), inject(Kind, "table", level))),
    then: view.clean.at(frame),
  })),
];
