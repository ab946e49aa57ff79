/** The end of a grant, from either side. */
import { maps } from "./definitions.ts";
import { each, none, when, type Expr } from "./lang/index.ts";
import type { State } from "./state.ts";
import { Page, type Domain, type Frame } from "./vocabulary.ts";

/** The receiver's mappings of the frame go, then the grant. */
export const withdraw = (s: State, frame: Expr<typeof Frame>, receiver: Expr<typeof Domain>) => [
  each(Page, (page) => [when(maps({ domain: receiver, page, frame }), [s.space.at(receiver).at(page).becomes(none)])]),
  s.grant.at(frame).at(receiver).becomes(none),
];
