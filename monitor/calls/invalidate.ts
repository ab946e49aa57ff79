import { CODES, giveUpPage, isKind, isUnreferenced, KINDS, owns, scrub, type Call, type Frame } from "../vocabulary.ts";

/** invalidate(f): the memory behind the frame is no longer confirmed, and the host may have it back. On sev-snp alone. */
export const invalidate: Call<[Frame]> = (m, _v, caller, frame) => {
  // A stranger would take the memory away from others.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: invalidate.owned
  // PVALIDATE would report that nothing changed, which is what a host that swapped the memory looks like, and end the guest.
  if (isKind(m, frame, KINDS.invalid)) return CODES.ALREADY; // spec: invalidate.validated
  // A page table would be gone under a walk; and of what the host sees there is nothing confirmed.
  if (!isKind(m, frame, KINDS.data)) return CODES.BAD_KIND; // spec: invalidate.kind-data
  // Whoever still maps the frame would find in it what the next confirmation lets in.
  if (!isUnreferenced(m, frame)) return CODES.BUSY; // spec: invalidate.unreferenced

  // The scrub comes first: afterwards nothing can be written there, and the content would be back with the same memory.
  scrub(m, frame); // spec: invalidate.effect
  giveUpPage(m, frame, KINDS.invalid); // spec: invalidate.effect
  return CODES.OK;
};
