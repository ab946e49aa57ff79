/**
 * Devices: whom each belongs to, and what its DMA reaches by its IO page table, in a monitor frame of its own. The IOMMU remembers what it
 * has read: whatever is taken from its tables is gone only after an invalidation and the wait for its completion, with all DMA under way.
 */
import {
  completionWait, device, deviceEntryLow, entriesPerTable, frame, invalidateDeviceEntry, invalidateIoPages, ioEntryHigh, ioEntryLow,
  ioEntryRights, ioPage, readEntryHigh, readEntryLow, resetDevice, writeEntry, type Device, type Frame, type IoPage, type Machine,
} from "./hardware.ts";
import { includes, union, WRITE } from "./access.ts";
import { countReferences } from "./frames.ts";
import { access, domainOrNone, type Access, type Domain, type None } from "./identifiers.ts";
import { deviceCount, deviceTable, deviceWord, ioTable, readState, writeState } from "./layout.ts";
import { frameIn, isVacant, maps } from "./page-tables.ts";

const COLUMN = { owner: 0, drivers: 1 } as const;

/** The domain that programs the device and gets what it reads. */
export const driverOf = (m: Machine, x: Device): Domain | None => domainOrNone(readState(m, deviceWord(m, x, COLUMN.owner)));

/** Whether the policy lets the device be assigned to the domain. */
export const mayDrive = (m: Machine, x: Device, d: Domain): boolean => ((readState(m, deviceWord(m, x, COLUMN.drivers)) >>> d) & 1) === 1;

export const setDrivers = (m: Machine, x: Device, drivers: number): void => writeState(m, deviceWord(m, x, COLUMN.drivers), drivers);

export const isIoVacant = (m: Machine, x: Device, at: IoPage): boolean => isVacant(m, ioTable(m, x), at);

/** Lets the device reach the frame. */
export const fillIo = (m: Machine, x: Device, at: IoPage, f: Frame, rights: Access): void =>
  writeEntry(m, ioTable(m, x), at, ioEntryLow(f), ioEntryHigh(f, true, includes(rights, WRITE)));

/** Ends the device's reach at the page: on return no DMA goes through, and none is under way. */
export function clearIo(m: Machine, x: Device, at: IoPage): void {
  const f = frameIn(m, ioTable(m, x), at);
  writeEntry(m, ioTable(m, x), at, 0, 0);
  invalidateIoPages(m, x);
  completionWait(m);
  countReferences(m, f, -1);
}

/** Ends all DMA to the frame by devices of the domain. */
export function clearDma(m: Machine, d: Domain, f: Frame): void {
  for (let n = 0; n < deviceCount(m) * entriesPerTable(m.geometry); n++) if (reaches(m, n, d, f)) clearIo(m, deviceAt(m, n), ioPageAt(m, n));
}

/** All rights with which devices of the domain reach the frame. */
export function dmaRights(m: Machine, d: Domain, f: Frame): Access {
  let rights = access(0);
  for (let n = 0; n < deviceCount(m) * entriesPerTable(m.geometry); n++) if (reaches(m, n, d, f)) rights = union(rights, rightsIn(m, n));
  return rights;
}

/** Gives the device, which has forgotten everything and reaches nothing, to the domain. */
export function attach(m: Machine, x: Device, d: Domain): void {
  resetDevice(m, x);
  writeState(m, deviceWord(m, x, COLUMN.owner), d + 1);
  writeDeviceEntry(m, x, deviceEntryLow(ioTable(m, x)), ioEntryHigh(ioTable(m, x), true, true));
}

/** Takes the device away from its domain: on return it reaches nothing and has forgotten everything. */
export function detach(m: Machine, x: Device): void {
  for (let n = 0; n < entriesPerTable(m.geometry); n++) if (!isIoVacant(m, x, ioPage(n))) clearIo(m, x, ioPage(n));
  writeDeviceEntry(m, x, 0, 0);
  // Only now: DMA that was under way would have brought secrets back into it.
  resetDevice(m, x);
  writeState(m, deviceWord(m, x, COLUMN.owner), 0);
}

/** Takes away all devices of the domain. */
export function detachAll(m: Machine, d: Domain): void {
  for (let n = 0; n < deviceCount(m); n++) if (driverOf(m, device(n)) === d) detach(m, device(n));
}

// Entry n is that of page n % entries of device n / entries: the IO page tables follow each other.
const deviceAt = (m: Machine, n: number): Device => device(Math.floor(n / entriesPerTable(m.geometry)));

const ioPageAt = (m: Machine, n: number): IoPage => ioPage(n % entriesPerTable(m.geometry));

const reaches = (m: Machine, n: number, d: Domain, f: Frame): boolean =>
  driverOf(m, deviceAt(m, n)) === d && maps(m, ioTable(m, deviceAt(m, n)), ioPageAt(m, n), f);

function rightsIn(m: Machine, n: number): Access {
  const table = ioTable(m, deviceAt(m, n));
  return access(ioEntryRights(readEntryLow(m, table, ioPageAt(m, n)), readEntryHigh(m, table, ioPageAt(m, n))));
}

function writeDeviceEntry(m: Machine, x: Device, low: number, high: number): void {
  const entries = entriesPerTable(m.geometry);
  writeEntry(m, frame(deviceTable(m) + Math.floor(x / entries)), x % entries, low, high);
  invalidateDeviceEntry(m, x);
  completionWait(m);
}
