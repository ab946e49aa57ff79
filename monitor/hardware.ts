/** The hardware, as much of it as the monitor uses. */
export * from "../hw/entry.ts";
export * from "../hw/geometry.ts";
export { resetDevice } from "../hw/dma.ts";
export * from "../hw/identifiers.ts";
export { sendIpi, waitForIpi } from "../hw/interrupts.ts";
export { deviceEntryLow, ioEntryHigh, ioEntryLow, ioEntryRights } from "../hw/io-entry.ts";
export { completionWait, invalidateDeviceEntry, invalidateIoPages, setDeviceTable } from "../hw/iommu.ts";
export { installHandlers, type Machine } from "../hw/machine.ts";
export { readEntryHigh, readEntryLow, readPhysical, writeEntry, writePhysical } from "../hw/physical.ts";
export { invpcidAddress, invpcidContext } from "../hw/tlb.ts";
export * from "../hw/vcpu.ts";
