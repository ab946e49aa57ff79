/** The hardware, as much of it as the monitor uses. */
export { resetDevice } from "../hw/dma.ts";
export { A, C_BIT, D, entryFrame, entryHigh, entryLow, NX, P, PS, RW, US } from "../hw/entry.ts";
export { entriesPerTable, pagesPerEntry, prefixesAt, userPages, wordsPerFrame, type Geometry } from "../hw/geometry.ts";
export { device, frame, page, pcid, vcpu, type Device, type Frame, type IoPage, type Page, type Pcid, type Vcpu } from "../hw/identifiers.ts";
export { sendIpi, waitForIpi } from "../hw/interrupts.ts";
export { deviceEntryLow, ioEntryHigh, ioEntryLow, IW } from "../hw/io-entry.ts";
export { completionWait, invalidateDeviceEntry, invalidateIoPages } from "../hw/iommu.ts";
export type { Machine } from "../hw/machine.ts";
export { readEntryHigh, readEntryLow, readPhysical, writeEntry, writePhysical } from "../hw/physical.ts";
export { pageStateChange, pvalidate, terminate } from "../hw/pvalidate.ts";
export { invpcidAddress, invpcidContext } from "../hw/tlb.ts";
export { currentPcid, loadCr3, R10, RAX, RBX, RDI, RDX, readRegister, REGISTERS, RFLAGS, RIP, RSI, writeRegister } from "../hw/vcpu.ts";
