import type { Frame, Vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { CODES, type Code } from "../abi.ts";
import { isBelow, isPhase, PHASES } from "../domains.ts";
import { give, KINDS, NO_LEVEL, ownerOf, scrub, setKind } from "../frames.ts";
import { NONE, type Domain } from "../identifiers.ts";

/** reclaim(f): the caller takes back a frame of a dying descendant, scrubbed, as data. In any order, tables too: nothing uses them since destroy. */
export function reclaim(m: Machine, _v: Vcpu, caller: Domain, frame: Frame): Code {
  const owner = ownerOf(m, frame);
  // A monitor frame would become data that its new owner can map.
  if (owner === NONE) return CODES.DENIED; // spec: reclaim.who
  // Frames of a live domain, or of a dying stranger, would be taken away from those who may use or inherit them.
  if (!isPhase(m, owner, PHASES.dying) || !isBelow(m, owner, caller)) return CODES.DENIED; // spec: reclaim.who

  scrub(m, frame); // spec: reclaim.effect
  setKind(m, frame, KINDS.data, NO_LEVEL); // spec: reclaim.effect
  give(m, frame, caller); // spec: reclaim.effect
  return CODES.OK;
}
