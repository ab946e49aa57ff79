import { authorised } from "../definitions.ts";
import { and, has, not, property, someSuch } from "../lang/index.ts";
import { Frame, Page, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

/**
 * Judged at every step inside a call against the rights before the call: that is the tolerated exception, a right being taken. It ends as soon
 * as the call touches the frame: gives it on, scrubs it or changes its kind.
 */
export const p2 = [
  property({
    id: "P2", title: "effective-isolation", form: "view", place: "M",
    sentence: "What ring 3 can use through any cached translation or walk is authorised, at every step inside a call, and untouched while it can.",
  }, { vcpu: Vcpu, page: Page, frame: Frame }, ({ vcpu, page, frame }) => ({
    given: has(view.usable.at(vcpu).at(page).at(frame), "r"),
    then: and(
      someSuch(view.context.at(vcpu).tag, (domain) => authorised({ domain, frame, access: view.usable.at(vcpu).at(page).at(frame) })),
      not(view.touched.at(frame)),
    ),
  })),
];
