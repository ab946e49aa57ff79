import { CODES, isBelow, isPhase, NONE, ownsNothing, PHASES, setParent, setPhase, type Call, type Domain } from "../vocabulary.ts";

/** release(d): the slot of a dead domain becomes free, and its identifiers (slot number, PCID) may be used again. */
export const release: Call<[Domain]> = (m, _v, caller, domain) => {
  // A stranger would free the slot before the ancestors had their frames back.
  if (!isBelow(m, domain, caller)) return CODES.DENIED; // spec: release.who
  // The slot of a live domain would be handed out a second time.
  if (!isPhase(m, domain, PHASES.dying)) return CODES.BAD_PHASE; // spec: release.dying
  // The next domain in the slot would own, unscrubbed, what the last one left.
  if (!ownsNothing(m, domain)) return CODES.BUSY; // spec: release.owns-nothing

  setParent(m, domain, NONE); // spec: release.effect
  setPhase(m, domain, PHASES.free); // spec: release.effect
  return CODES.OK;
};
