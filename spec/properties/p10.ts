import { reaching, reachingNext } from "../definitions.ts";
import { and, eq, has, inject, isNone, not, of, or, property, some, someSuch } from "../lang/index.ts";
import { constants, next, s } from "../state.ts";
import { step } from "../step.ts";
import { Access, Device, Domain, Frame, IoPage, Label, Principal, shared } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P10", title: "scrub-before-reuse", form: "step", place: "both" } as const;
const read = of(Access, ["r"]);

/** Where domains talk to the host. */
export const handover = property({ ...text, sentence: "A frame changes hands with the host, in either direction, only when it is empty." }, { frame: Frame }, ({ frame }) => ({
  given: not(eq(eq(s.kind.at(frame), shared), eq(next.kind.at(frame), shared))),
  then: eq(next.holds.at(frame), []),
}));

/** The same. */
export const handoverInside = property({ ...text, form: "view", place: "M", sentence: "Inside a call too, a frame is empty from the moment on that the host may see it." }, { frame: Frame }, ({ frame }) => ({
  given: and(view.inside, eq(view.kindNow.at(frame), shared), not(eq(s.kind.at(frame), shared))),
  then: not(view.content.at(frame)),
}));

export const p10 = [
  property(
    { ...text, sentence: "When a step makes a domain able to read a frame, every label that the frame holds may flow to the domain." },
    { domain: Domain, frame: Frame, label: Label },
    ({ domain, frame, label }) => ({
      given: and(
        not(reaching({ domain, frame, access: read })),
        reachingNext({ domain, frame, access: read }),
        has(next.holds.at(frame), label),
      ),
      then: constants.flow.at(label).at(inject(Principal, "domain", domain)),
    }),
  ),
  property({ ...text, sentence: "When a step makes a device able to read a frame, every label that the frame holds may flow to the device." },
    { device: Device, page: IoPage, frame: Frame, label: Label }, ({ device, page, frame, label }) => ({
      given: and(
        isNone(s.ioSpace.at(device).at(page)),
        someSuch(next.ioSpace.at(device).at(page), (mapping) => eq(mapping.frame, frame)),
        has(next.holds.at(frame), label),
      ),
      then: constants.flow.at(label).at(inject(Principal, "device", device)),
    })),
  handover,
  handoverInside,
  property({ ...text, sentence: "reclaim, create, table_add, table_remove, validate and invalidate leave the frame scrubbed." }, { frame: Frame }, ({ frame }) => ({
    given: or(
      and(
        eq(step.frame, some(frame)),
        or(eq(step.name, "create"), eq(step.name, "reclaim"), eq(step.name, "table_add"), eq(step.name, "validate"), eq(step.name, "invalidate")),
      ),
      and(eq(step.name, "table_remove"), not(eq(s.kind.at(frame), next.kind.at(frame)))),
    ),
    then: eq(next.holds.at(frame), []),
  })),
];
