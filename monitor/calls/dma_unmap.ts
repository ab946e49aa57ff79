import { clearIo, CODES, driverOf, isIoVacant, type Code, type Device, type Domain, type IoPage, type Machine, type Vcpu } from "../vocabulary.ts";

/** dma_unmap(x, i): on return no DMA of the device reaches anything at its page `i`. */
export function dmaUnmap(m: Machine, _v: Vcpu, caller: Domain, device: Device, page: IoPage): Code {
  // A stranger would stop the devices of others.
  if (driverOf(m, device) !== caller) return CODES.DENIED; // spec: dma_unmap.who
  // References of a frame that nobody mapped would be counted down.
  if (isIoVacant(m, device, page)) return CODES.NOT_MAPPED; // spec: dma_unmap.mapped

  clearIo(m, device, page); // spec: dma_unmap.effect
  return CODES.OK;
}
