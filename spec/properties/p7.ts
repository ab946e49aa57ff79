import { and, eq, exists, has, not, of, property, someSuch } from "../lang/index.ts";
import { reaching } from "../definitions.ts";
import { next, s } from "../state.ts";
import { step } from "../step.ts";
import { Access, Device, Domain, Frame, IoPage, Page, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P7", title: "write-xor-execute", sentence: "No frame is writable through one translation or DMA mapping and executable through another; content does not change while it is executable." } as const;

export const p7 = [
  property({ ...text, form: "state", place: "A" }, { domain: Domain, page: Page, frame: Frame }, ({ domain, page, frame }) => ({
    given: someSuch(s.space.at(domain).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, "w"))),
    then: not(exists(Domain, (other) => reaching({ domain: other, frame, access: of(Access, ["x"]) }))),
  })),
  property({ ...text, form: "view", place: "M" }, { vcpu: Vcpu, domain: Domain, page: Page, frame: Frame }, ({ vcpu, domain, page, frame }) => ({
    given: has(view.cached.at(vcpu).at(domain).at(page).at(frame), "w"),
    then: not(exists(Vcpu, (w) => exists(Domain, (other) => exists(Page, (q) => has(view.cached.at(w).at(other).at(q).at(frame), "x"))))),
  })),
  property({ ...text, form: "state", place: "A" }, { device: Device, page: IoPage, frame: Frame }, ({ device, page, frame }) => ({
    given: someSuch(s.ioSpace.at(device).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, "w"))),
    then: not(exists(Domain, (other) => reaching({ domain: other, frame, access: of(Access, ["x"]) }))),
  })),
  property({ ...text, form: "view", place: "M" }, { device: Device, page: IoPage, frame: Frame }, ({ device, page, frame }) => ({
    given: has(view.ioUsable.at(device).at(page).at(frame), "w"),
    then: not(exists(Vcpu, (w) => exists(Domain, (other) => exists(Page, (q) => has(view.cached.at(w).at(other).at(q).at(frame), "x"))))),
  })),
  property({ ...text, form: "step", place: "both" }, { frame: Frame }, ({ frame }) => ({
    // A release renames the label of the departed; the content is the same.
    given: and(not(eq(step.name, "release")), exists(Domain, (domain) => reaching({ domain, frame, access: of(Access, ["x"]) }))),
    then: eq(next.holds.at(frame), s.holds.at(frame)),
  })),
];
