import { clear, CODES, countReferences, drain, driverOf, frameIn, ioEntryOf, isVacant } from "../vocabulary.ts";
import type { Call, Device, IoPage } from "../vocabulary.ts";

/** dma_unmap(x, i): on return no DMA of the device reaches anything at its page `i`. */
export const dmaUnmap: Call<[Device, IoPage]> = (m, _v, caller, device, page) => {
  // A stranger would stop the devices of others.
  if (driverOf(m, device) !== caller) return CODES.DENIED; // spec: dma_unmap.who
  // References of a frame that nobody mapped would be counted down.
  const entry = ioEntryOf(m, device, page);
  if (isVacant(m, entry)) return CODES.NOT_MAPPED; // spec: dma_unmap.mapped

  const frame = frameIn(m, entry);
  clear(m, entry); // spec: dma_unmap.effect
  // What the IOMMU has cached, or the device under way, would go on in a frame that is a page table, or another's.
  drain(m, caller); // spec: dma_unmap.effect
  countReferences(m, frame, -1); // spec: dma_unmap.effect
  return CODES.OK;
};
