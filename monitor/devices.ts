/**
 * Devices: whom each belongs to. Its DMA goes by an IO page table in a monitor frame of its own. The IOMMU remembers what it has read:
 * whatever is taken from its tables is gone only after an invalidation and the wait for its completion, with all DMA under way.
 */
import {
  completionWait, DEVICE, device, deviceCount, deviceEntryLow, deviceTable, deviceWord, domainOrNone, includes, invalidateDeviceEntry,
  invalidateIoPages, ioEntryHigh, ioEntryLow, ioTable, readState, resetDevice, WRITE, writeState, type Access, type Device, type Domain,
  type Entry, type Frame, type IoPage, type Machine, type None,
} from "./foundation.ts";
import { entryIn, write } from "./tables.ts";

/** The domain that programs the device and gets what it reads. */
export const driverOf = (m: Machine, x: Device): Domain | None => domainOrNone(readState(m, deviceWord(m, x, DEVICE.owner)));

/** Whether the policy lets the device be assigned to the domain. */
export const mayDrive = (m: Machine, x: Device, d: Domain): boolean => ((readState(m, deviceWord(m, x, DEVICE.drivers)) >>> d) & 1) === 1;

/** The entry for a page of the device. */
export const ioEntryOf = (m: Machine, x: Device, at: IoPage): Entry => entryIn(m, ioTable(m, x), at);

/** Lets the device in whose IO page table the entry stands reach the frame. */
export const fillIo = (m: Machine, e: Entry, f: Frame, rights: Access): void =>
  write(m, e, ioEntryLow(f), ioEntryHigh(f, true, includes(rights, WRITE)));

/** Gives the device, which has forgotten everything and reaches nothing, to the domain. */
export function attach(m: Machine, x: Device, d: Domain): void {
  resetDevice(m, x);
  writeState(m, deviceWord(m, x, DEVICE.owner), d + 1);
  writeDeviceEntry(m, x, deviceEntryLow(ioTable(m, x)), ioEntryHigh(ioTable(m, x), true, true));
}

/** Takes the device, whose IO page table is empty, away from its domain: on return it reaches nothing and has forgotten everything. */
export function detach(m: Machine, x: Device): void {
  writeDeviceEntry(m, x, 0, 0);
  // Only now: DMA that was under way would have brought secrets back into it.
  resetDevice(m, x);
  writeState(m, deviceWord(m, x, DEVICE.owner), 0);
}

/** Takes away all devices of the domain. */
export function detachAll(m: Machine, d: Domain): void {
  const devices = deviceCount(m);
  for (let n = 0; n < devices; n++) if (driverOf(m, device(n)) === d) detach(m, device(n));
}

/** Ends what devices of the domain could do by entries that are cleared: on return no such DMA goes through, and none is under way. */
export function drain(m: Machine, d: Domain): void {
  const devices = deviceCount(m);
  for (let n = 0; n < devices; n++) if (driverOf(m, device(n)) === d) invalidateReach(m, device(n));
}

function writeDeviceEntry(m: Machine, x: Device, low: number, high: number): void {
  write(m, entryIn(m, deviceTable(m), x), low, high);
  invalidateDeviceEntry(m, x);
  invalidateReach(m, x);
}

function invalidateReach(m: Machine, x: Device): void {
  invalidateIoPages(m, x);
  completionWait(m);
}
