import { and, Count, eq, not, of, or, property, some } from "../lang/index.ts";
import { next, s } from "../state.ts";
import { step } from "../step.ts";
import { data, Frame, invalid, shared } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P14", title: "rmp-binding" } as const;

/** On SEV-SNP alone. */
export const p14 = [
  property({ ...text, form: "view", place: "M", sentence: "A guest page is validated for at most one system page, so that it reaches that one or faults." }, { frame: Frame }, ({ frame }) => ({
    given: not(eq(view.validatedBy.at(frame), 0)),
    then: eq(view.validatedBy.at(frame), of(Count, 1)),
  })),
  property({ ...text, form: "view", place: "M", sentence: "A private access reaches the system page that is validated for its guest page, or faults: wherever the host has put it." }, { frame: Frame }, ({ frame }) => ({
    given: view.answers.at(frame),
    then: view.confirmed.at(frame),
  })),
  property({ ...text, form: "view", place: "M", sentence: "Once a call has returned, no system page is validated for a guest page that is shared or was given up." }, { frame: Frame }, ({ frame }) => ({
    given: and(not(view.inside), or(eq(s.kind.at(frame), shared), eq(s.kind.at(frame), invalid))),
    then: eq(view.validatedBy.at(frame), 0),
  })),
  property({ ...text, form: "step", place: "both", sentence: "A page is never validated twice: what is validated was not, and is data afterwards." }, { frame: Frame }, ({ frame }) => ({
    given: and(eq(step.name, "validate"), eq(step.frame, some(frame))),
    then: and(eq(s.kind.at(frame), invalid), eq(next.kind.at(frame), data)),
  })),
  property({ ...text, form: "step", place: "both", sentence: "What is not validated comes back into use by validate or reclaim, and in no other way." }, { frame: Frame }, ({ frame }) => ({
    given: and(eq(s.kind.at(frame), invalid), not(eq(next.kind.at(frame), invalid))),
    then: and(eq(step.frame, some(frame)), or(eq(step.name, "validate"), eq(step.name, "reclaim"))),
  })),
];
