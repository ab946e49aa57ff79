import { CODES, give, isKind, isPhase, isUnreferenced, KINDS, owns, parentOf, PHASES } from "../vocabulary.ts";
import type { Call, Domain, Frame } from "../vocabulary.ts";

/** donate(f, d): the frame moves, with its content, to a child under construction. This is how an image is loaded. */
export const donate: Call<[Frame, Domain]> = (m, _v, caller, frame, domain) => {
  // A stranger would plant frames, and their content, in a domain that its parent builds.
  if (parentOf(m, domain) !== caller) return CODES.DENIED; // spec: donate.who
  // A running domain would be given frames that it never asked for, and a dying one would never end.
  if (!isPhase(m, domain, PHASES.building)) return CODES.BAD_PHASE; // spec: donate.building
  // The caller would give away what belongs to another.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: donate.owned
  // A page table would leave the domain that is translated by it.
  if (!isKind(m, frame, KINDS.data)) return CODES.BAD_KIND; // spec: donate.kind-data
  // The giver, or one of its receivers, would go on using the frame through a mapping it kept.
  if (!isUnreferenced(m, frame)) return CODES.BUSY; // spec: donate.unreferenced

  give(m, frame, domain); // spec: donate.effect
  return CODES.OK;
};
