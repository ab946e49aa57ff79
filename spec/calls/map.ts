import { call, guard, who } from "../actor.ts";
import { authorised, governs, mappingConflict, tableFor } from "../definitions.ts";
import { and, eq, has, isNone, not, or, some } from "../lang/index.ts";
import { Access, data, Domain, Frame, Page, shared } from "../vocabulary.ts";

/** Maps a frame that the domain owns, or was granted, at a page. */
export const map = call("map", { domain: Domain, page: Page, frame: Frame, access: Access }, (s, { caller }, { domain, page, frame, access }) => ({
  guards: [
    who(governs({ caller, domain })),
    guard("table-present", "NO_TABLE", tableFor({ domain, page })),
    // Overwriting would drop a translation without a flush.
    guard("page-empty", "EXISTS", isNone(s.space.at(domain).at(page))),
    // A present x86 entry is readable; what is not, cannot be expressed.
    guard("readable", "BAD_ACCESS", has(access, "r")),
    // Code that changes while it runs.
    guard("write-xor-execute", "BAD_ACCESS", not(and(has(access, "w"), has(access, "x")))),
    // The isolation itself: a frame of another domain.
    guard("authorised", "NOT_AUTHORISED", authorised({ domain, frame, access })),
    // Page tables are frames of their domain too; a mapping of one rewrites every translation. What the host writes is never code.
    guard("kind-data", "BAD_KIND", or(eq(s.kind.at(frame), data), and(eq(s.kind.at(frame), shared), not(has(access, "x"))))),
    // The same frame writable here and executable there.
    guard("no-conflict", "CONFLICT", not(mappingConflict({ domain, page, frame, access }))),
  ],
  effects: [s.space.at(domain).at(page).becomes(some({ frame, access }))],
}));
