import {
  clearMappings, CODES, depthIn, detachAll, expel, hasNoChildren, homeOf, isBelow, isPhase, NONE, PHASES, setPhase, setRoot,
  shootDownDomain, withdrawAll, type Call, type Domain,
} from "../vocabulary.ts";

/**
 * destroy(d): `d` never runs again. Its threads, its space and all grants from and to it are gone on return, and so is what other threads
 * did in it; its frames stay its own until an ancestor reclaims them one by one.
 */
export const destroy: Call<[Domain]> = (m, v, caller, domain) => {
  // Anyone could stop anyone, and an ancestor of root does not exist: root stays.
  if (!isBelow(m, domain, caller)) return CODES.DENIED; // spec: destroy.who
  // A second destruction would expel the threads of a slot that has none.
  if (isPhase(m, domain, PHASES.free) || isPhase(m, domain, PHASES.dying)) return CODES.BAD_PHASE; // spec: destroy.live
  // Children would lose the line of ancestors that alone can end them and get their frames back.
  if (!hasNoChildren(m, domain)) return CODES.BUSY; // spec: destroy.no-children
  // The call would return, at once or in the end, into a domain without tables.
  if (depthIn(m, homeOf(m, v), v, domain) !== NONE) return CODES.BUSY; // spec: destroy.not-on-stack

  setPhase(m, domain, PHASES.dying); // spec: destroy.effect
  // First stop all walks of its tables: a vCPU left on them would walk them as page tables after they became another's data.
  expel(m, domain); // spec: destroy.effect
  // Then forget its tag everywhere: the next domain in this slot gets the same PCID, and must not find its translations.
  shootDownDomain(m, v, domain); // spec: destroy.effect
  // Nothing can read these tables any more, so what they referred to is free at once.
  clearMappings(m, domain, NONE); // spec: destroy.effect
  setRoot(m, domain, NONE); // spec: destroy.effect
  // Its devices would go on with their DMA, into frames that are reclaimed, and bring what they know to the next owner.
  detachAll(m, domain); // spec: destroy.effect
  // Receivers would keep its frames mapped while an ancestor reclaims them and gives them to others.
  withdrawAll(m, v, domain); // spec: destroy.effect
  return CODES.OK;
};
