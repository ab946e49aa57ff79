import {
  CODES, creatorOf, give, isKind, isPhase, isUnreferenced, KINDS, level, makeTable, owns, PHASES, plantMonitorHalf, scrub, setParent,
  setPhase, setRoot, type Call, type Domain, type Frame,
} from "../vocabulary.ts";

/** create(d, f): the free slot `d` becomes a child of the caller, under construction, with the frame `f` as its root table. */
export const create: Call<[Domain, Frame]> = (m, _v, caller, domain, frame) => {
  // Strangers would race for slots, and learn from the answer which are in use.
  if (creatorOf(m, domain) !== caller) return CODES.DENIED; // spec: create.who
  // A second creation would swap the root table under a running domain.
  if (!isPhase(m, domain, PHASES.free)) return CODES.BAD_DOMAIN; // spec: create.slot-free
  // A domain built on another's frame would scrub it and own it.
  if (!owns(m, caller, frame)) return CODES.NOT_OWNER; // spec: create.owned
  // A page table in use, scrubbed and linked a second time, would be shared between two trees.
  if (!isKind(m, frame, KINDS.data)) return CODES.BAD_KIND; // spec: create.kind-data
  // Whoever still maps the frame could write page-table entries.
  if (!isUnreferenced(m, frame)) return CODES.BUSY; // spec: create.unreferenced

  scrub(m, frame); // spec: create.effect
  makeTable(m, frame, level(m.geometry.levels)); // spec: create.effect
  plantMonitorHalf(m, frame); // spec: create.effect
  give(m, frame, domain); // spec: create.effect
  setRoot(m, domain, frame); // spec: create.effect
  setParent(m, domain, caller); // spec: create.effect
  setPhase(m, domain, PHASES.building); // spec: create.effect
  return CODES.OK;
};
