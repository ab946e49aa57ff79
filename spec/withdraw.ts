/** The end of a grant, from either side. */
import { maps } from "./definitions.ts";
import { and, each, eq, none, some, someSuch, when, type Expr } from "./lang/index.ts";
import type { State } from "./state.ts";
import { Device, IoPage, Page, type Domain, type Frame } from "./vocabulary.ts";

/** The receiver's mappings and DMA of the frame go, then the grant. */
export const withdraw = (s: State, frame: Expr<typeof Frame>, receiver: Expr<typeof Domain>) => [
  each(Page, (page) => [when(maps({ domain: receiver, page, frame }), [s.space.at(receiver).at(page).becomes(none)])]),
  each(Device, (device) => [each(IoPage, (page) => [when(
    and(eq(s.device.at(device), some(receiver)), someSuch(s.ioSpace.at(device).at(page), (mapping) => eq(mapping.frame, frame))),
    [s.ioSpace.at(device).at(page).becomes(none)],
  )])]),
  s.grant.at(frame).at(receiver).becomes(none),
];
