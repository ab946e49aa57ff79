import { CODES, includes, NONE, READ, writesAndExecutes, type Access, type Call, type Domain, type Page } from "../foundation.ts";
import { clear, conflicts, fillLeaf, frameIn, isAuthorised, isMappable, mappedAt, shapes, shootDownPage } from "../vocabulary.ts";

/** protect(d, p, a): replaces the rights with which `d` reaches the frame at page `p`; what `a` lacks is gone on every vCPU on return. */
export const protect: Call<[Domain, Page, Access]> = (m, v, caller, domain, page, access) => {
  // A stranger would unlock pages of a domain, or lock it out of them.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: protect.who
  // Rights without a frame: the absent entry would become present and lead to frame 0, the monitor's.
  const entry = mappedAt(m, domain, page);
  if (entry === NONE) return CODES.NOT_MAPPED; // spec: protect.mapped
  // A present entry is readable: write-only or execute-only would grant more than was asked for.
  if (!includes(access, READ)) return CODES.BAD_ACCESS; // spec: protect.readable
  // Code that can be rewritten while it runs.
  if (writesAndExecutes(access)) return CODES.BAD_ACCESS; // spec: protect.write-xor-execute
  // A receiver would raise a read-only grant to write.
  const frame = frameIn(m, entry);
  if (!isAuthorised(m, domain, frame, access)) return CODES.NOT_AUTHORISED; // spec: protect.authorised
  // A frame that the host can write would become code.
  if (!isMappable(m, frame, access)) return CODES.BAD_KIND; // spec: protect.kind-data
  // Write through one page, or one domain, and execute through another.
  if (conflicts(m, domain, frame, access, entry)) return CODES.CONFLICT; // spec: protect.no-conflict

  // Break before make: while a TLB could hold the old rights and a walk find the new, one vCPU would write what another executes.
  clear(m, entry); // spec: protect.effect
  shootDownPage(m, v, domain, page); // spec: protect.effect
  fillLeaf(m, entry, frame, access); // spec: protect.effect
  return CODES.OK;
};
