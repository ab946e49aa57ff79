import { call, guard, who } from "../actor.ts";
import { aliased, authorised, dmaOpposite, grantedOpposite } from "../definitions.ts";
import { and, eq, has, isNone, not, or, some } from "../lang/index.ts";
import { Access, data, Device, Frame, IoPage, shared } from "../vocabulary.ts";

/** Lets a device reach a frame that its owner owns, or was granted. */
export const dmaMap = call("dma_map", { device: Device, page: IoPage, frame: Frame, access: Access }, (s, { caller }, { device, page, frame, access }) => ({
  guards: [
    // Programming another domain's device.
    who(eq(s.device.at(device), some(caller))),
    // Overwriting would drop a mapping without a flush of the IOTLB.
    guard("page-empty", "EXISTS", isNone(s.ioSpace.at(device).at(page))),
    guard("readable", "BAD_ACCESS", has(access, "r")),
    // A device executes nothing.
    guard("no-execute", "BAD_ACCESS", not(has(access, "x"))),
    // A device as the deputy of a domain that may not reach the frame itself.
    guard("authorised", "NOT_AUTHORISED", authorised({ domain: caller, frame, access })),
    // A device that writes page tables.
    guard("kind-data", "BAD_KIND", or(eq(s.kind.at(frame), data), eq(s.kind.at(frame), shared))),
    // Code that a device changes.
    guard("no-conflict", "CONFLICT", not(or(
      aliased({ domain: caller, frame, access }),
      dmaOpposite({ domain: caller, frame, access }),
      and(eq(s.owner.at(frame), some(caller)), grantedOpposite({ frame, access })),
    ))),
  ],
  effects: [s.ioSpace.at(device).at(page).becomes(some({ frame, access }))],
}));
