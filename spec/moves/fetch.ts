import { move } from "../actor.ts";
import { learn } from "./learn.ts";
import { reachableBy } from "./reach.ts";
import { Page } from "../vocabulary.ts";

/** A ring 3 instruction fetch: what code does depends on what it is, so the thread learns what the frame holds. */
export const fetch = move("fetch", { page: Page }, (_s, { vcpu, caller }, { page }) => ({
  enabled: reachableBy(caller, page, "x"),
  effects: learn(vcpu, caller, page),
}));
