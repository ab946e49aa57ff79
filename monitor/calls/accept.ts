import { CODES, grantedRights, GRANTS, isGrant, setGrant, type Call, type Frame } from "../vocabulary.ts";

/** accept(f): the caller takes the offer of the frame and may map it from now on. Nobody is made to share what it did not accept. */
export const accept: Call<[Frame]> = (m, _v, caller, frame) => {
  // A domain would help itself to a frame that nobody offered to it.
  if (!isGrant(m, frame, caller, GRANTS.offered)) return CODES.NOT_OFFERED; // spec: accept.offered

  setGrant(m, frame, caller, GRANTS.accepted, grantedRights(m, frame, caller)); // spec: accept.effect
  return CODES.OK;
};
