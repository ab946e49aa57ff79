import { CODES, GRANTS, isGrant, withdraw, type Call, type Frame } from "../vocabulary.ts";

/** relinquish(f): the caller gives a grant or an offer back; on return it reaches the frame through no page on no vCPU. */
export const relinquish: Call<[Frame]> = (m, v, caller, frame) => {
  // The owner's references would be counted down, and its frame become a table while it still maps it.
  if (isGrant(m, frame, caller, GRANTS.none)) return CODES.NOT_GRANTED; // spec: relinquish.granted

  withdraw(m, v, frame, caller); // spec: relinquish.effect
  return CODES.OK;
};
