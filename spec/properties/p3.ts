import { and, eq, exists, has, implies, inject, isSome, not, or, property, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { data, Domain, Frame, Kind, Level, monitorKind, Page, shared, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P3", title: "table-and-monitor-protection", sentence: "No translation can write a table or monitor frame, and none can read a monitor frame." } as const;

export const p3 = [
  property({ ...text, form: "state", place: "A" }, { domain: Domain, page: Page }, ({ domain, page }) => ({
    given: isSome(s.space.at(domain).at(page)),
    then: someSuch(s.space.at(domain).at(page), ({ frame }) => or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared))),
  })),
  property({ ...text, form: "view", place: "M" }, { vcpu: Vcpu, domain: Domain, page: Page, frame: Frame }, ({ vcpu, domain, page, frame }) => {
    const rights = view.cached.at(vcpu).at(domain).at(page).at(frame);
    return {
      given: has(rights, "r"),
      then: and(
        not(eq(view.kindNow.at(frame), monitorKind)),
        implies(has(rights, "w"), not(exists(Level, (level) => eq(view.kindNow.at(frame), inject(Kind, "table", level))))),
      ),
    };
  }),
];
