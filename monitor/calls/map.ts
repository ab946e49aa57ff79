import { CODES, includes, NONE, READ, writesAndExecutes } from "../foundation.ts";
import type { Access, Call, Domain, Frame, Page } from "../foundation.ts";
import { conflicts, countReferences, fillLeaf, isAuthorised, isMappable, isVacant, leafOf, shapes } from "../vocabulary.ts";

/** map(d, p, f, a): `d` reaches the frame `f` at page `p` with the rights `a`. */
export const map: Call<[Domain, Page, Frame, Access]> = (m, _v, caller, domain, page, frame, access) => {
  // A stranger would plant code and data in a space that is not its own.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: map.who
  // Without a leaf table an entry would be written into a frame that is none.
  const entry = leafOf(m, domain, page);
  if (entry === NONE) return CODES.NO_TABLE; // spec: map.table-present
  // The mapping in place would go without a shootdown, and live on in every TLB.
  if (!isVacant(m, entry)) return CODES.EXISTS; // spec: map.page-empty
  // A present entry is readable: write-only or execute-only would grant more than was asked for.
  if (!includes(access, READ)) return CODES.BAD_ACCESS; // spec: map.readable
  // Code that can be rewritten while it runs.
  if (writesAndExecutes(access)) return CODES.BAD_ACCESS; // spec: map.write-xor-execute
  // Any frame of anyone could be read and written by naming it.
  if (!isAuthorised(m, domain, frame, access)) return CODES.NOT_AUTHORISED; // spec: map.authorised
  // An owner that maps its own page table writes itself entries to any frame; and code that the host can write is the host's.
  if (!isMappable(m, frame, access)) return CODES.BAD_KIND; // spec: map.kind-data
  // Write through one page, or one domain, and execute through another.
  if (conflicts(m, domain, frame, access, NONE)) return CODES.CONFLICT; // spec: map.no-conflict

  countReferences(m, frame, 1); // spec: map.effect
  fillLeaf(m, entry, frame, access); // spec: map.effect
  return CODES.OK;
};
