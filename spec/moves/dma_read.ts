import { environmentMove } from "../actor.ts";
import { deviceReaches } from "../definitions.ts";
import { has, ite, matchOption, someSuch, unite } from "../lang/index.ts";
import { Device, IoPage } from "../vocabulary.ts";

/** A device reads memory through its IO address space, and remembers. */
export const dmaRead = environmentMove("dma_read", { device: Device, page: IoPage }, (s, _by, { device, page }) => ({
  enabled: someSuch(s.ioSpace.at(device).at(page), ({ access }) => has(access, "r")),
  effects: [s.deviceKnows.at(device).becomes(matchOption(s.ioSpace.at(device).at(page), {
    none: s.deviceKnows.at(device),
    some: ({ frame }) => ite(deviceReaches({ device, frame }), unite(s.deviceKnows.at(device), s.holds.at(frame)), s.deviceKnows.at(device)),
  }))],
}));
