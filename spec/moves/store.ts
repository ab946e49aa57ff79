import { move } from "../actor.ts";
import { labelOf, ownSecrets, passes, reachable } from "../definitions.ts";
import { each, ite, unite, when, of } from "../lang/index.ts";
import { Access, Frame, Page } from "../vocabulary.ts";
import { reachableBy } from "./reach.ts";

/** A ring 3 store: the frame holds whatever the thread knows, its own secrets included. Nothing is overwritten, so no secret is ever forgotten. */
export const store = move("store", { page: Page }, (s, { vcpu, caller }, { page }) => ({
  enabled: reachableBy(caller, page, "w"),
  effects: [each(Frame, (frame) => [
    when(reachable({ domain: caller, page, frame, access: of(Access, ["w"]) }), [
      s.holds.at(frame).becomes(ite(
        passes({ from: caller, frame }),
        unite(s.holds.at(frame), unite(s.knows.at(s.vcpu.at(vcpu)).at(vcpu), ownSecrets(labelOf(caller)))),
        s.holds.at(frame),
      )),
    ]),
  ])],
}));
