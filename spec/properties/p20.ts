import { and, not, property } from "../lang/index.ts";
import { view } from "../view.ts";

export const p20 = [
  property({
    id: "P20", title: "exact-denial", form: "view", place: "M",
    sentence: "The code of a call is that of the first guard that fails, and a denied call changes nothing but the return register.",
  }, {}, () => ({
    given: not(view.inside),
    then: and(view.codeAgrees, view.untouchedOnDenial),
  })),
];
