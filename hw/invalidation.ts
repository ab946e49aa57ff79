import type { Geometry } from "./geometry.ts";
import type { Page, Pcid } from "./identifiers.ts";
import { covers, isGlobal, isTranslation, pcidOf } from "./tlb-entry.ts";

/**
 * What an operation drops (SDM vol. 3, 4.10.4.1), for both TLBs. Hardware may always drop more; the model drops exactly what is promised.
 * `invlpg`: the page under this PCID or global, and *all* paging-structure entries of this PCID.
 * `address`: of this PCID what would translate the page, not global.
 * `context`: of this PCID everything but global translations; also what MOV to CR3 does without no-flush.
 * `all-non-global`: of every PCID everything but global translations.
 * `all`: everything.
 * `nothing`: a CR3 load with no-flush.
 */
export type Invalidation = "nothing" | "invlpg" | "address" | "context" | "all-non-global" | "all";

/** Tells whether `kind` with its operands `of` and `at` drops the cached entry (`tag`, `low`). */
export function drops(g: Geometry, kind: Invalidation, of: Pcid, at: Page, tag: number, low: number): boolean {
  switch (kind) {
    case "nothing":
      return false;
    case "invlpg":
      if (!isTranslation(tag)) return pcidOf(tag) === of;
      return (pcidOf(tag) === of || isGlobal(tag)) && covers(g, tag, low, at);
    case "address":
      return pcidOf(tag) === of && !isGlobal(tag) && covers(g, tag, low, at);
    case "context":
      return pcidOf(tag) === of && !isGlobal(tag);
    case "all-non-global":
      return !isGlobal(tag);
    case "all":
      return true;
  }
}
