import { hostRmpUpdate, rebacked } from "./host.ts";
import type { Frame } from "./identifiers.ts";
import { NestedFault, backing } from "./nested.ts";
import { ASSIGNED, VALIDATED, rmpFlags, rmpGuest, setRmpFlags } from "./rmp.ts";
import type { Machine } from "./state.ts";
import { announce, notify } from "./state.ts";

/* What the monitor of a sev-snp machine does about the state of its pages. */

/**
 * PVALIDATE (APM vol. 3): sets or clears the validated bit of the system frame behind `at`. Returns "unchanged" where the bit was so already (the carry flag), and "nested-page" where there is
 * no frame that is assigned as `at`. The processor does not know whether the guest has validated `at` before, in another system frame: "unchanged" is no proof of anything, and
 * a guest that validates a page twice without an invalidation that changed the bit in between lets the host choose between two frames (APM vol. 2, 15.36.6).
 */
export function pvalidate(m: Machine, at: Frame, validate: boolean): "ok" | "unchanged" | "nested-page" {
  announce(m);
  const to = m.nestedBase === 0 ? -1 : backing(m, at);
  if (to === -1) return "nested-page";
  const flags = rmpFlags(m, to);
  if ((flags & ASSIGNED) === 0 || rmpGuest(m, to) !== at) return "nested-page";
  if (((flags & VALIDATED) !== 0) === validate) return "unchanged";
  setRmpFlags(m, to, flags ^ VALIDATED);
  rebacked(m);
  notify(m, "rmp", to, 0);
  return "ok";
}

/**
 * Asks the host to make `at` private or shared, by the GHCB protocol (56421, page state change): the host does an RMPUPDATE of the frame behind it, or refuses. This is the
 * honest answer. The request obliges the host to nothing, so the others are this one followed by host moves, and the guest may believe only what PVALIDATE and
 * its accesses tell.
 */
export function pageStateChange(m: Machine, at: Frame, to: "private" | "shared"): "ok" | "refused" {
  announce(m);
  const system = m.nestedBase === 0 ? -1 : backing(m, at);
  if (system === -1) return "refused";
  return hostRmpUpdate(m, system, { assigned: to === "private", guestFrame: at }) === "ok" ? "ok" : "refused";
}

/**
 * Asks the host to end the guest, by the GHCB protocol (56421, termination request). Whether it does or not, the vCPU goes on no further: throws NestedFault for `at`,
 * the frame that is not what the guest took it for. Like any fault of the monitor it leaves the machine as it is.
 */
export function terminate(m: Machine, at: Frame): never {
  announce(m);
  throw new NestedFault("not-validated", at);
}
