import { and, eq, isNone, isSome, not, or, property, some, someSuch } from "../lang/index.ts";
import { next, s } from "../state.ts";
import { step } from "../step.ts";
import { Frame, monitorKind } from "../vocabulary.ts";

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
  property({ ...text, form: "step", place: "both" }, { frame: Frame }, ({ frame }) => ({
    given: not(eq(next.owner.at(frame), s.owner.at(frame))),
    then: and(
      eq(step.frame, some(frame)),
      or(eq(step.name, "create"), eq(step.name, "donate"), eq(step.name, "reclaim")),
    ),
  })),
];
