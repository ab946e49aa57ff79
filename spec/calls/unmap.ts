import { call, guard, who } from "../actor.ts";
import { governs } from "../definitions.ts";
import { isSome, none } from "../lang/index.ts";
import { Domain, Page } from "../vocabulary.ts";

/** Removes a mapping, on every vCPU at return. */
export const unmap = call("unmap", { domain: Domain, page: Page }, (s, { caller }, { domain, page }) => ({
  guards: [
    who(governs({ caller, domain })),
    guard("mapped", "NOT_MAPPED", isSome(s.space.at(domain).at(page))),
  ],
  effects: [s.space.at(domain).at(page).becomes(none)],
}));
