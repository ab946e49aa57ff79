import { call, guard } from "../actor.ts";
import { eq, some } from "../lang/index.ts";
import { data, Frame, invalid } from "../vocabulary.ts";

/** Takes a page into use that the host has assigned to the guest again; what the host left in it is gone. SEV-SNP only. */
export const validate = call("validate", { frame: Frame }, (s, { caller }, { frame }) => ({
  guards: [
    // A stranger would bring back, at a moment of its choice, a page that its owner gave up.
    guard("owned", "NOT_OWNER", eq(s.owner.at(frame), some(caller))),
    // Validated twice, a guest page has two system pages, and the host chooses which of the two contents is read.
    guard("not-validated", "ALREADY", eq(s.kind.at(frame), invalid)),
  ],
  effects: [s.kind.at(frame).becomes(data), s.holds.at(frame).becomes([])],
}));
