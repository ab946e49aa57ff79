import { attach, CODES, driverOf, isBelow, isPhase, mayDrive, NONE, PHASES, type Call, type Device, type Domain } from "../vocabulary.ts";

/** dev_assign(x, d): the device, reset, belongs to `d`. */
export const devAssign: Call<[Device, Domain]> = (m, _v, caller, device, domain) => {
  // A device, and what it does, in hands that the policy does not know.
  if (!mayDrive(m, device, domain)) return CODES.DENIED; // spec: dev_assign.who
  // A stranger would decide who drives what.
  if (caller !== domain && !isBelow(m, domain, caller)) return CODES.DENIED; // spec: dev_assign.who
  // A domain that is not finished, or dying, could not give it back.
  if (!isPhase(m, domain, PHASES.sealed)) return CODES.BAD_PHASE; // spec: dev_assign.sealed
  // The device would carry the DMA mappings of its owner to another.
  if (driverOf(m, device) !== NONE) return CODES.EXISTS; // spec: dev_assign.unassigned

  attach(m, device, domain); // spec: dev_assign.effect
  return CODES.OK;
};
