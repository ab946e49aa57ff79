import { CODES, EXECUTE, includes, NONE, READ, type Access, type Call, type Device, type Frame, type IoPage } from "../foundation.ts";
import { conflicts, countReferences, driverOf, fillIo, ioEntryOf, isAuthorised, isMappable, isVacant } from "../vocabulary.ts";

/** dma_map(x, i, f, a): DMA of the device at its page `i` reaches the frame with the rights `a`. */
export const dmaMap: Call<[Device, IoPage, Frame, Access]> = (m, _v, caller, device, page, frame, access) => {
  // A stranger would have its DMA done by the device of another.
  if (driverOf(m, device) !== caller) return CODES.DENIED; // spec: dma_map.who
  // The mapping in place would go without an invalidation, and live on in the IOTLB.
  const entry = ioEntryOf(m, device, page);
  if (!isVacant(m, entry)) return CODES.EXISTS; // spec: dma_map.page-empty
  // Authorised for nothing, the caller would be given an entry all the same.
  if (!includes(access, READ)) return CODES.BAD_ACCESS; // spec: dma_map.readable
  // A device executes nothing; the right would only blur what is code.
  if (includes(access, EXECUTE)) return CODES.BAD_ACCESS; // spec: dma_map.no-execute
  // Any frame of anyone could be read and written through a device.
  if (!isAuthorised(m, caller, frame, access)) return CODES.NOT_AUTHORISED; // spec: dma_map.authorised
  // A device that writes page tables writes its owner entries to any frame.
  if (!isMappable(m, frame, access)) return CODES.BAD_KIND; // spec: dma_map.kind-data
  // Code that a device rewrites while it runs.
  if (conflicts(m, caller, frame, access, NONE)) return CODES.CONFLICT; // spec: dma_map.no-conflict

  countReferences(m, frame, 1); // spec: dma_map.effect
  fillIo(m, entry, frame, access); // spec: dma_map.effect
  return CODES.OK;
};
