import { writeBase } from "./device-table.ts";
import type { Device, Frame } from "./identifiers.ts";
import { drainInvalidations, ioTablesChanged, queueInvalidation } from "./iotlb.ts";
import type { Machine } from "./state.ts";
import { announce, notify } from "./state.ts";

/* What the owner of the IOMMU does to it: its base register and its command queue. The tables are written like any memory (io-entry.ts has the formats). */

export { forEachIoCached, forEachIoRoot } from "./iotlb.ts";

/**
 * Sets the device table base register (48882, 3.4, MMIO offset 0). The table has one entry per device and goes on in the frame after `base` where a frame
 * is too small. What the caches hold of the old table stays until it is invalidated. Throws RangeError on a machine without devices.
 */
export function setDeviceTable(m: Machine, base: Frame): void {
  if (m.devices === 0) throw new RangeError("no IOMMU: the machine has no devices");
  announce(m);
  writeBase(m, base);
  ioTablesChanged(m);
  notify(m, "iobase", base, 0);
}

/** INVALIDATE_DEVTAB_ENTRY: queues the invalidation of the cached device-table entry of `x` (48882, 2.4.2). It is certain only after `completionWait`. */
export function invalidateDeviceEntry(m: Machine, x: Device): void {
  announce(m);
  queueInvalidation(m, x, "device-entry");
  notify(m, "ioflush", x, 0);
}

/** INVALIDATE_IOMMU_PAGES for all pages of the domain of `x`, which is its own: queues their invalidation (48882, 2.4.3). It is certain only after `completionWait`. */
export function invalidateIoPages(m: Machine, x: Device): void {
  announce(m);
  queueInvalidation(m, x, "pages");
  notify(m, "ioflush", x, 0);
}

/** COMPLETION_WAIT: returns once every command queued before has been executed, and the DMA that it concerns has finished (48882, 2.4.1). */
export function completionWait(m: Machine): void {
  announce(m);
  drainInvalidations(m);
  notify(m, "iodrain", 0, 0);
}
