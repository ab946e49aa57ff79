import { CODES, GRANTS, isGrant, owns, withdraw, type Call, type Domain, type Frame } from "../vocabulary.ts";

/** revoke(f, e): the owner takes a grant or an offer back; on return `e` reaches the frame through no page on no vCPU. */
export const revoke: Call<[Frame, Domain]> = (m, v, caller, frame, receiver) => {
  // A stranger would cut the sharing of others.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: revoke.owned
  // Mappings that the owner itself made would be cleared, and references counted down that no grant stands for.
  if (isGrant(m, frame, receiver, GRANTS.none)) return CODES.NOT_GRANTED; // spec: revoke.granted

  withdraw(m, v, frame, receiver); // spec: revoke.effect
  return CODES.OK;
};
