import { call, guard, who } from "../actor.ts";
import { eq, isSome, none, some } from "../lang/index.ts";
import { Device, IoPage } from "../vocabulary.ts";

/** Ends a device's reach at a page; at return no DMA goes through. */
export const dmaUnmap = call("dma_unmap", { device: Device, page: IoPage }, (s, { caller }, { device, page }) => ({
  guards: [
    who(eq(s.device.at(device), some(caller))),
    guard("mapped", "NOT_MAPPED", isSome(s.ioSpace.at(device).at(page))),
  ],
  effects: [s.ioSpace.at(device).at(page).becomes(none)],
}));
