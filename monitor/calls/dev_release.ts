import { clearTable, CODES, detach, driverOf, ioTable, NONE, type Call, type Device } from "../vocabulary.ts";

/** dev_release(x): the device, reset, belongs to nobody; on return it reaches nothing. */
export const devRelease: Call<[Device]> = (m, _v, caller, device) => {
  // A stranger would stop the devices of others.
  if (driverOf(m, device) !== caller) return CODES.DENIED; // spec: dev_release.who

  clearTable(m, ioTable(m, device), NONE); // spec: dev_release.effect
  // The IOMMU would go on with what it has cached, and the device bring what it knows to the next owner.
  detach(m, device); // spec: dev_release.effect
  return CODES.OK;
};
