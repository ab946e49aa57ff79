import { CODES, includes, NONE, READ, writesAndExecutes, type Access, type Call, type Domain, type Frame } from "../foundation.ts";
import { conflicts, countReferences, edge, GRANTS, isGrant, isKind, isPhase, KINDS, owns, PHASES, setGrant } from "../vocabulary.ts";

/** grant(f, e, a): offers the frame to `e` with the rights `a`; it counts for nothing until `e` accepts. */
export const grant: Call<[Frame, Domain, Access]> = (m, _v, caller, frame, receiver, access) => {
  // Information would flow where the policy has no edge, or with rights that the edge does not carry.
  if (receiver === caller || !includes(edge(m, caller, receiver), access)) return CODES.DENIED; // spec: grant.who
  // A receiver would pass on what was only lent to it.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: grant.owned
  // The receiver would map a page table of the owner.
  if (!isKind(m, frame, KINDS.data)) return CODES.BAD_KIND; // spec: grant.kind-data
  // The rights of a standing grant would change under the receiver, and its mappings exceed them.
  if (!isGrant(m, frame, receiver, GRANTS.none)) return CODES.EXISTS; // spec: grant.none-yet
  // A present entry is readable: write-only or execute-only would grant more than was asked for.
  if (!includes(access, READ)) return CODES.BAD_ACCESS; // spec: grant.readable
  // Code that can be rewritten while it runs.
  if (writesAndExecutes(access)) return CODES.BAD_ACCESS; // spec: grant.write-xor-execute
  // Write on one side of the grant, execute on the other.
  if (conflicts(m, caller, frame, access, NONE)) return CODES.CONFLICT; // spec: grant.no-conflict
  // A parent could prepare its child to find the frame, or the offer outlive the slot's owner.
  if (!isPhase(m, receiver, PHASES.sealed)) return CODES.BAD_PHASE; // spec: grant.receiver-sealed

  countReferences(m, frame, 1); // spec: grant.effect
  setGrant(m, frame, receiver, GRANTS.offered, access); // spec: grant.effect
  return CODES.OK;
};
