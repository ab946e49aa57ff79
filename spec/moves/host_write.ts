import { environmentMove } from "../actor.ts";
import { ownSecrets } from "../definitions.ts";
import { eq, ite, unite } from "../lang/index.ts";
import { constants } from "../state.ts";
import { Frame, hostLabel, shared } from "../vocabulary.ts";

/** The host writes a frame that is shared with it: what it knows, and its own. */
export const hostWrite = environmentMove("host_write", { frame: Frame }, (s, _by, { frame }) => ({
  enabled: eq(s.kind.at(frame), shared),
  effects: [s.holds.at(frame).becomes(ite(constants.exceptedHost, s.holds.at(frame), unite(s.holds.at(frame), unite(s.hostKnows, ownSecrets(hostLabel)))))],
}));
