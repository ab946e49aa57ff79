import { CODES, isKind, isUnreferenced, KINDS, owns, scrub, takePage, tellsHost, type Call, type Frame } from "../vocabulary.ts";

/** unshare_host(f): the host sees the frame no more, and nothing that it wrote is left in it. */
export const unshareHost: Call<[Frame]> = (m, _v, caller, frame) => {
  // What the host says would come in by a way that the policy does not know.
  if (!tellsHost(m, caller)) return CODES.DENIED; // spec: unshare_host.who
  // A stranger would cut the connection of others.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: unshare_host.owned
  // A page table in use would become data that its owner can map.
  if (!isKind(m, frame, KINDS.shared)) return CODES.BAD_KIND; // spec: unshare_host.kind-shared
  // Whoever still maps the frame would write its secrets where it thinks the host cannot see them yet.
  if (!isUnreferenced(m, frame)) return CODES.BUSY; // spec: unshare_host.unreferenced

  // The page comes first: the host would write again after the scrub.
  takePage(m, frame); // spec: unshare_host.effect
  scrub(m, frame); // spec: unshare_host.effect
  return CODES.OK;
};
