import { authorised } from "../definitions.ts";
import { and, eq, has, isSome, not, or, property, someSuch } from "../lang/index.ts";
import { s } from "../state.ts";
import { data, Device, Frame, IoPage, shared } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P16", title: "dma", sentence: "DMA reaches only frames that the device's owner is authorised for, also through the IOTLB." } as const;

export const p16 = [
  property({ ...text, form: "state", place: "A" }, { device: Device, page: IoPage }, ({ device, page }) => ({
    given: isSome(s.ioSpace.at(device).at(page)),
    then: someSuch(s.device.at(device), (domain) => someSuch(s.ioSpace.at(device).at(page), ({ frame, access }) => and(
      authorised({ domain, frame, access }),
      or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared)),
    ))),
  })),
  // Inside a call against the rights before it, as P2: a right being taken may still be used, until the call touches the frame.
  property({ ...text, form: "view", place: "M" }, { device: Device, page: IoPage, frame: Frame }, ({ device, page, frame }) => ({
    given: has(view.ioUsable.at(device).at(page).at(frame), "r"),
    then: and(
      someSuch(s.device.at(device), (domain) => authorised({ domain, frame, access: view.ioUsable.at(device).at(page).at(frame) })),
      not(view.touched.at(frame)),
    ),
  })),
  property({ ...text, form: "view", place: "M", sentence: "Once a call has returned, no IOTLB keeps a right that the IO address space does not give." },
    { device: Device, page: IoPage, frame: Frame }, ({ device, page, frame }) => ({
      given: and(not(view.inside), has(view.ioUsable.at(device).at(page).at(frame), "r")),
      then: someSuch(s.ioSpace.at(device).at(page), (mapping) => and(
        eq(mapping.frame, frame), not(and(has(view.ioUsable.at(device).at(page).at(frame), "w"), not(has(mapping.access, "w")))),
      )),
    })),
];
