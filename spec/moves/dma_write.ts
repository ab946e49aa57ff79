import { environmentMove } from "../actor.ts";
import { devicePasses, ownSecrets, told } from "../definitions.ts";
import { and, each, eq, has, inject, ite, someSuch, unite, when } from "../lang/index.ts";
import { Device, Frame, IoPage, Label } from "../vocabulary.ts";

/** A device writes memory through its IO address space: what it remembers, and its own. */
export const dmaWrite = environmentMove("dma_write", { device: Device, page: IoPage }, (s, _by, { device, page }) => ({
  enabled: someSuch(s.ioSpace.at(device).at(page), ({ access }) => has(access, "w")),
  effects: [each(Frame, (frame) => [
    when(someSuch(s.ioSpace.at(device).at(page), (mapping) => and(eq(mapping.frame, frame), has(mapping.access, "w"))), [
      s.holds.at(frame).becomes(ite(
        devicePasses({ device, frame }),
        unite(s.holds.at(frame), unite(told({ device }), ownSecrets(inject(Label, "device", device)))),
        s.holds.at(frame),
      )),
    ]),
  ])],
}));
