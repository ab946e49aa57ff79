import { and, eq, has, not, property } from "../lang/index.ts";
import { Frame, Page, shared, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

/**
 * On SEV-SNP alone. Judged inside calls too, against the kind that the frame has at that moment. It speaks of every frame that is reached and not shared, so that it is measured
 * where the monitor does right: of what is reached with the C-bit clear there is nothing where nothing is shared, unless the monitor errs.
 */
export const p15 = [
  property({
    id: "P15", title: "visibility", form: "view", place: "M",
    sentence: "Only shared frames are reached with the C-bit clear.",
  }, { vcpu: Vcpu, page: Page, frame: Frame }, ({ vcpu, page, frame }) => ({
    given: and(has(view.usable.at(vcpu).at(page).at(frame), "r"), not(eq(view.kindNow.at(frame), shared))),
    then: not(view.clear.at(vcpu).at(frame)),
  })),
];
