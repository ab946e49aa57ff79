import { CODES, isKind, KINDS, owns, scrub, takePage, type Call, type Frame } from "../vocabulary.ts";

/** validate(f): the frame, which has no memory that is confirmed, becomes data, scrubbed. On sev-snp alone. */
export const validate: Call<[Frame]> = (m, _v, caller, frame) => {
  // A stranger would decide which memory stands behind the pages of others.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: validate.owned
  // The host, having put fresh memory there, would have two confirmed pages to choose from: it would roll the frame back at will.
  if (!isKind(m, frame, KINDS.invalid)) return CODES.ALREADY; // spec: validate.not-validated

  takePage(m, frame); // spec: validate.effect
  // The memory comes from the host, with content of its choice.
  scrub(m, frame); // spec: validate.effect
  return CODES.OK;
};
