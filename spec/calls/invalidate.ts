import { call, guard } from "../actor.ts";
import { unreferenced } from "../definitions.ts";
import { eq, not, some } from "../lang/index.ts";
import { data, Frame, invalid } from "../vocabulary.ts";

/** Gives up a page, empty, so that the host may take its system page or assign another. SEV-SNP only. */
export const invalidate = call("invalidate", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    // A page taken from under its owner.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // There is nothing to give up.
    guard("validated", "ALREADY", not(eq(s.kind.at(frame), invalid))),
    // A table without a page faults every walk through it; a shared frame is the host's to see already.
    guard("kind-data", "BAD_KIND", eq(s.kind.at(frame), data)),
    // Whoever maps the frame, or a device, would fault, or reach what the host puts there.
    guard("unreferenced", "BUSY", unreferenced({ frame })),
  ],
  effects: [s.kind.at(frame).becomes(invalid), s.holds.at(frame).becomes([])],
}));
