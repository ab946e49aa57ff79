import { call, guard, who } from "../actor.ts";
import { governs, tableFor } from "../definitions.ts";
import { and, isSome, none } from "../lang/index.ts";
import { Domain, Page } from "../vocabulary.ts";

/** Removes a mapping, on every vCPU at return. */
export const unmap = call("unmap", { domain: Domain, page: Page }, (s, { caller }, { domain, page }) => ({
  guards: [
    who(governs({ caller, domain })),
    // A page under a large page has no entry of its own: taking it away would take its neighbours.
    guard("mapped", "NOT_MAPPED", and(isSome(s.space.at(domain).at(page)), tableFor({ domain, page }))),
  ],
  effects: [s.space.at(domain).at(page).becomes(none)],
}));
