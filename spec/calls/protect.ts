import { call, guard, who } from "../actor.ts";
import { authorised, governs, mappingConflict, tableFor } from "../definitions.ts";
import { absent, and, eq, has, isSome, matchOption, not, or, some, someSuch, type Expr, type Term, type Bool } from "../lang/index.ts";
import { s as state } from "../state.ts";
import type { Frame} from "../vocabulary.ts";
import { Access, data, Domain, Mapping, Page, shared } from "../vocabulary.ts";

/** The frame mapped at the page satisfies the condition. */
const mappedFrame = (domain: Expr<typeof Domain>, page: Expr<typeof Page>, such: (frame: Term<typeof Frame>) => Expr<Bool>) =>
  someSuch(state.space.at(domain).at(page), (mapping) => such(mapping.frame));

/** Replaces the access of a mapping; a reduction holds on every vCPU at return. */
export const protect = call("protect", { domain: Domain, page: Page, access: Access }, (s, { caller }, { domain, page, access }) => ({
  guards: [
    who(governs({ caller, domain })),
    // A page under a large page has no entry of its own: its neighbours would get the access too.
    guard("mapped", "NOT_MAPPED", and(isSome(s.space.at(domain).at(page)), tableFor({ domain, page }))),
    guard("readable", "BAD_ACCESS", has(access, "r")),
    guard("write-xor-execute", "BAD_ACCESS", not(and(has(access, "w"), has(access, "x")))),
    // A mapping of a grant would be raised beyond the grant.
    guard("authorised", "NOT_AUTHORISED", mappedFrame(domain, page, (frame) => authorised({ domain, frame, access }))),
    guard("kind-data", "BAD_KIND", mappedFrame(domain, page, (frame) => or(eq(s.kind.at(frame), data), and(eq(s.kind.at(frame), shared), not(has(access, "x")))))),
    // Written through one mapping, executed through another.
    guard("no-conflict", "CONFLICT", not(mappedFrame(domain, page, (frame) => mappingConflict({ domain, page, frame, access })))),
  ],
  effects: [
    s.space.at(domain).at(page).becomes(matchOption(s.space.at(domain).at(page), {
      none: absent(Mapping),
      some: ({ frame }) => some({ frame, access }),
    })),
  ],
}));
