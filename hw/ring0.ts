/**
 * What software at CPL 0 can ask of the machine, each a step that the judge sees. The write log, steps that are not announced, the observer and what belongs to devices,
 * ring 3 and the host are not on the list.
 */
export { resetDevice } from "./dma.ts";
export { A, C_BIT, D, entryFrame, entryHigh, entryLow, NX, P, PS, RW, US } from "./entry.ts";
export { entriesPerTable, pagesPerEntry, prefixesAt, userPages, wordsPerFrame, type Geometry } from "./geometry.ts";
export type { Identifier } from "./identifiers.ts";
export { device, frame, page, pcid, vcpu, type Device, type Frame, type IoPage, type Page, type Pcid, type Vcpu } from "./identifiers.ts";
export { sendIpi, waitForIpi } from "./interrupts.ts";
export { deviceEntryLow, ioEntryHigh, ioEntryLow, IW } from "./io-entry.ts";
export { completionWait, invalidateDeviceEntry, invalidateIoPages } from "./iommu.ts";
export type { Machine } from "./machine.ts";
export { readEntryHigh, readEntryLow, readPhysical, writeEntry, writePhysical } from "./physical.ts";
export { pageStateChange, pvalidate, terminate } from "./pvalidate.ts";
export { invpcidAddress, invpcidContext } from "./tlb.ts";
export { currentPcid, loadCr3, R10, RAX, RBX, RDI, RDX, readRegister, REGISTERS, RFLAGS, RIP, RSI, writeRegister } from "./vcpu.ts";
