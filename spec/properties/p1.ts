import { authorised, live } from "../definitions.ts";
import { and, has, isSome, property, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { Domain, Frame, Page } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P1", title: "walk-isolation", sentence: "A user translation found by a walk of a live root is authorised." } as const;

export const p1 = [
  property({ ...text, form: "state", place: "A" }, { domain: Domain, page: Page }, ({ domain, page }) => ({
    given: and(live({ domain }), isSome(s.space.at(domain).at(page))),
    then: someSuch(s.space.at(domain).at(page), ({ frame, access }) => authorised({ domain, frame, access })),
  })),
  property({ ...text, form: "view", place: "M" }, { domain: Domain, page: Page, frame: Frame }, ({ domain, page, frame }) => ({
    given: and(live({ domain }), has(view.walk.at(domain).at(page).at(frame), "r")),
    then: authorised({ domain, frame, access: view.walk.at(domain).at(page).at(frame) }),
  })),
];
