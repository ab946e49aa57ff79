import { live } from "../definitions.ts";
import { and, eq, exists, inject, isNone, isSome, not, or, property, some, someSuch } from "../lang/index.ts";
import { next, s } from "../state.ts";
import { step } from "../step.ts";
import { Domain, Frame, Index, Kind, Level, monitorKind } from "../vocabulary.ts";

const text = { id: "P9", title: "conservation", sentence: "Every frame has exactly one owner and kind; frames are never lost or duplicated." } as const;

export const p9 = [
  property({ ...text, form: "state", place: "both" }, { frame: Frame }, ({ frame }) => ({
    given: isSome(s.owner.at(frame)),
    then: and(
      not(eq(s.kind.at(frame), monitorKind)),
      someSuch(s.owner.at(frame), (domain) => not(eq(s.phase.at(domain), "free"))),
    ),
  })),
  property({ ...text, form: "state", place: "both" }, { frame: Frame }, ({ frame }) => ({
    given: isNone(s.owner.at(frame)),
    then: eq(s.kind.at(frame), monitorKind),
  })),
  property({ ...text, form: "state", place: "both", sentence: "A table of a domain that is not being torn down is linked in its tree: no frame is lost." }, { domain: Domain, level: Level, frame: Frame }, ({ domain, level, frame }) => ({
    given: and(live({ domain }), eq(s.owner.at(frame), some(domain)), eq(s.kind.at(frame), inject(Kind, "table", level))),
    then: exists(Index, (index) => eq(s.tables.at(domain).at(level).at(index), some(frame))),
  })),
  property({ ...text, form: "step", place: "both" }, { frame: Frame }, ({ frame }) => ({
    given: not(eq(next.owner.at(frame), s.owner.at(frame))),
    then: and(
      eq(step.frame, some(frame)),
      or(eq(step.name, "create"), eq(step.name, "donate"), eq(step.name, "reclaim")),
    ),
  })),
];
