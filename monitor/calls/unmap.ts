import { clear, CODES, countReferences, frameIn, mappedAt, NONE, shapes, shootDownPage } from "../vocabulary.ts";
import type { Call, Domain, Page } from "../vocabulary.ts";

/** unmap(d, p): on return no vCPU reaches anything at page `p` of `d`. */
export const unmap: Call<[Domain, Page]> = (m, v, caller, domain, page) => {
  // A stranger would pull pages from under a running domain.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: unmap.who
  // References of a frame that nobody mapped would be counted down.
  const entry = mappedAt(m, domain, page);
  if (entry === NONE) return CODES.NOT_MAPPED; // spec: unmap.mapped

  const frame = frameIn(m, entry);
  clear(m, entry); // spec: unmap.effect
  // A translation left in any TLB would reach the frame when it is a page table, or another's.
  shootDownPage(m, v, domain, page); // spec: unmap.effect
  countReferences(m, frame, -1); // spec: unmap.effect
  return CODES.OK;
};
