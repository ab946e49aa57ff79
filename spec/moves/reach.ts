/** What a ring 3 access needs. */
import { has, someSuch, type Expr } from "../lang/index.ts";
import { s } from "../state.ts";
import type { Domain, Page } from "../vocabulary.ts";

/** The domain's space gives the right at the page. */
export const reachableBy = (domain: Expr<typeof Domain>, page: Expr<typeof Page>, right: "r" | "w" | "x") =>
  someSuch(s.space.at(domain).at(page), (mapping) => has(mapping.access, right));
