import { and, eq, exists, has, implies, inject, isSome, not, or, property, someSuch, type Expr } from "../lang/index.ts";
import { s } from "../state.ts";
import { type Access, data, Device, Domain, Frame, IoPage, Kind, Level, monitorKind, Page, shared, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P3", title: "table-and-monitor-protection", sentence: "No translation or DMA mapping can write a table or monitor frame, and none can read a monitor frame." } as const;

/** What is reached with the rights is not the monitor's, and no table if it can be written. */
const apart = (rights: Expr<typeof Access>, frame: Expr<typeof Frame>) => and(
  not(eq(view.kindNow.at(frame), monitorKind)),
  implies(has(rights, "w"), not(exists(Level, (level) => eq(view.kindNow.at(frame), inject(Kind, "table", level))))),
);

export const p3 = [
  property({ ...text, form: "state", place: "A" }, { domain: Domain, page: Page }, ({ domain, page }) => ({
    given: isSome(s.space.at(domain).at(page)),
    then: someSuch(s.space.at(domain).at(page), ({ frame }) => or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared))),
  })),
  property({ ...text, form: "view", place: "M" }, { vcpu: Vcpu, domain: Domain, page: Page, frame: Frame }, ({ vcpu, domain, page, frame }) => ({
    given: has(view.cached.at(vcpu).at(domain).at(page).at(frame), "r"),
    then: apart(view.cached.at(vcpu).at(domain).at(page).at(frame), frame),
  })),
  property({ ...text, form: "view", place: "M" }, { device: Device, page: IoPage, frame: Frame }, ({ device, page, frame }) => ({
    given: or(has(view.ioUsable.at(device).at(page).at(frame), "r"), has(view.ioUsable.at(device).at(page).at(frame), "w")),
    then: apart(view.ioUsable.at(device).at(page).at(frame), frame),
  })),
];
