import { CODES, give, isBelow, isPhase, NONE, ownerOf, PHASES, scrub, takePage, type Call, type Frame } from "../vocabulary.ts";

/** reclaim(f): the caller takes back a frame of a dying descendant, scrubbed, as data; tables too, in any order: nothing uses them since destroy. */
export const reclaim: Call<[Frame]> = (m, _v, caller, frame) => {
  const owner = ownerOf(m, frame);
  // A monitor frame would become data that its new owner can map.
  if (owner === NONE) return CODES.DENIED; // spec: reclaim.who
  // Frames of a live domain, or of a dying stranger, would be taken away from those who may use or inherit them.
  if (!isPhase(m, owner, PHASES.dying) || !isBelow(m, owner, caller)) return CODES.DENIED; // spec: reclaim.who

  // The page comes first: the host would write into a shared frame again after the scrub.
  takePage(m, frame); // spec: reclaim.effect
  scrub(m, frame); // spec: reclaim.effect
  give(m, frame, caller); // spec: reclaim.effect
  return CODES.OK;
};
