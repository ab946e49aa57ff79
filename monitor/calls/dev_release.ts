import { CODES, detach, driverOf, type Code, type Device, type Domain, type Machine, type Vcpu } from "../vocabulary.ts";

/** dev_release(x): the device, reset, belongs to nobody; on return it reaches nothing. */
export function devRelease(m: Machine, _v: Vcpu, caller: Domain, device: Device): Code {
  // A stranger would stop the devices of others.
  if (driverOf(m, device) !== caller) return CODES.DENIED; // spec: dev_release.who

  detach(m, device); // spec: dev_release.effect
  return CODES.OK;
}
