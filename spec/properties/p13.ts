import { and, eq, has, or, property, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { Domain, Frame, Page } from "../vocabulary.ts";
import { view } from "../view.ts";

export const p13 = [
  property({
    id: "P13", title: "update-discipline", form: "view", place: "M",
    sentence: "After any prefix of a call's writes each page has its old translation, its new one or none.",
  }, { domain: Domain, page: Page, frame: Frame }, ({ domain, page, frame }) => {
    const walked = view.walk.at(domain).at(page).at(frame);
    return {
      given: and(view.inside, has(walked, "r")),
      then: or(
        someSuch(s.space.at(domain).at(page), (old) => and(eq(old.frame, frame), eq(old.access, walked))),
        someSuch(view.intended.at(domain).at(page), (meant) => and(eq(meant.frame, frame), eq(meant.access, walked))),
      ),
    };
  }),
];
