import {
  clear, CODES, countReferences, frameIn, isVacant, NONE, shapes, shootDownPage, slotOf, tableFor, type Code, type Domain, type Machine,
  type Page, type Vcpu,
} from "../vocabulary.ts";

/** unmap(d, p): on return no vCPU reaches anything at page `p` of `d`. */
export function unmap(m: Machine, v: Vcpu, caller: Domain, domain: Domain, page: Page): Code {
  // A stranger would pull pages from under a running domain.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: unmap.who
  // References of a frame that nobody mapped would be counted down.
  const table = tableFor(m, domain, page);
  if (table === NONE) return CODES.NOT_MAPPED; // spec: unmap.mapped
  const slot = slotOf(m, page);
  if (isVacant(m, table, slot)) return CODES.NOT_MAPPED; // spec: unmap.mapped

  const frame = frameIn(m, table, slot);
  clear(m, table, slot); // spec: unmap.effect
  // A translation left in any TLB would reach the frame when it is a page table, or another's.
  shootDownPage(m, v, domain, page); // spec: unmap.effect
  countReferences(m, frame, -1); // spec: unmap.effect
  return CODES.OK;
}
