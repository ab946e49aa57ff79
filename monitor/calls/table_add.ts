import { CODES, fillLink, isKind, isUnreferenced, isVacant, KINDS, linkOf, makeTable, NONE, owns, scrub, shapes } from "../vocabulary.ts";
import type { Call, Domain, Frame, Level, Prefix } from "../vocabulary.ts";

/** table_add(d, level, index, f): the frame becomes the page table of `d` at this level and prefix. */
export const tableAdd: Call<[Domain, Level, Prefix, Frame]> = (m, _v, caller, domain, level, index, frame) => {
  // A stranger would reshape a space that is not its own.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: table_add.who
  // There is nowhere to link the table; the root itself comes from create alone.
  const link = linkOf(m, domain, level, index);
  if (link === NONE) return CODES.NO_TABLE; // spec: table_add.parent-table
  // The table in place, and all that is mapped below it, would be lost and never counted down.
  if (!isVacant(m, link)) return CODES.EXISTS; // spec: table_add.slot-empty
  // A table in another's frame: its owner would write the entries.
  if (!owns(m, domain, frame)) return CODES.NOT_OWNER; // spec: table_add.owned
  // A table linked twice: one removal would free it while the other link still leads there.
  if (!isKind(m, frame, KINDS.data)) return CODES.BAD_KIND; // spec: table_add.kind-data
  // Whoever still maps the frame could write page-table entries.
  if (!isUnreferenced(m, frame)) return CODES.BUSY; // spec: table_add.unreferenced

  // The scrub comes before the link: what a domain wrote into the frame would be walked as entries of its own choice.
  scrub(m, frame); // spec: table_add.effect
  makeTable(m, frame, level); // spec: table_add.effect
  fillLink(m, link, frame); // spec: table_add.effect
  return CODES.OK;
};
