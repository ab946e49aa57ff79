import { environmentMove } from "../actor.ts";
import { eq, ite, unite } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Frame, shared } from "../vocabulary.ts";

/** The host reads a frame that is shared with it. */
export const hostRead = environmentMove("host_read", { frame: Frame }, (s, _by, { frame }) => ({
  enabled: eq(s.kind.at(frame), shared),
  effects: [s.hostKnows.becomes(ite(constants.exceptedHost, s.hostKnows, unite(s.hostKnows, s.holds.at(frame))))],
}));
