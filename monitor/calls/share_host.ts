import { CODES, giveUpPage, isKind, isUnreferenced, KINDS, owns, scrub, tellsHost, type Call, type Frame } from "../vocabulary.ts";

/** share_host(f): the frame, scrubbed, becomes visible to the host. */
export const shareHost: Call<[Frame]> = (m, _v, caller, frame) => {
  // Secrets would leave by a way that the policy does not know.
  if (!tellsHost(m, caller)) return CODES.DENIED; // spec: share_host.who
  // The caller would publish what belongs to another.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: share_host.owned
  // The host would write page-table entries.
  if (!isKind(m, frame, KINDS.data)) return CODES.BAD_KIND; // spec: share_host.kind-data
  // Whoever still maps the frame would go on writing into it, in the open and unaware, or executing what the host writes.
  if (!isUnreferenced(m, frame)) return CODES.BUSY; // spec: share_host.unreferenced

  // The scrub comes first: the host reads whatever the frame holds when its kind changes.
  scrub(m, frame); // spec: share_host.effect
  giveUpPage(m, frame, KINDS.shared); // spec: share_host.effect
  return CODES.OK;
};
