/** The hardware, as much of it as the monitor uses. */
export * from "../hw/entry.ts";
export * from "../hw/geometry.ts";
export * from "../hw/identifiers.ts";
export { sendIpi, waitForIpi } from "../hw/interrupts.ts";
export { installHandlers, type Machine } from "../hw/machine.ts";
export { readEntryHigh, readEntryLow, readPhysical, writeEntry, writePhysical } from "../hw/physical.ts";
export { invpcidAddress, invpcidContext } from "../hw/tlb.ts";
export * from "../hw/vcpu.ts";
