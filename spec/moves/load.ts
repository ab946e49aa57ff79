import { move } from "../actor.ts";
import { learn } from "./learn.ts";
import { reachableBy } from "./reach.ts";
import { Page } from "../vocabulary.ts";

/** A ring 3 load: the thread learns what the frame holds. */
export const load = move("load", { page: Page }, (_s, { vcpu, caller }, { page }) => ({
  enabled: reachableBy(caller, page, "r"),
  effects: learn(vcpu, caller, page),
}));
