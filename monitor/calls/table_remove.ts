import { clear, CODES, frameIn, isEmptyTable, isLink, KINDS, linkOf, NONE, scrub, setKind, shapes, shootDownDomain } from "../vocabulary.ts";
import type { Call, Domain, Level, Prefix } from "../vocabulary.ts";

/** table_remove(d, level, index): unlinks an empty page table of `d`; its frame becomes data again, scrubbed. */
export const tableRemove: Call<[Domain, Level, Prefix]> = (m, v, caller, domain, level, index) => {
  // A stranger would reshape a space that is not its own.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: table_remove.who
  // A table that is none would be scrubbed: a frame of another, or a page that is mapped.
  const link = linkOf(m, domain, level, index);
  if (level !== m.geometry.levels && (link === NONE || !isLink(m, link))) return CODES.NO_TABLE; // spec: table_remove.present
  // The root has no table above it; a running domain without it would be translated by a data frame.
  if (link === NONE) return CODES.BAD_LEVEL; // spec: table_remove.not-root
  // Tables and mappings below would vanish without being shot down or counted.
  const table = frameIn(m, link);
  if (!isEmptyTable(m, table)) return CODES.BUSY; // spec: table_remove.empty

  clear(m, link); // spec: table_remove.effect
  // A walk cache that still leads to the frame would read what its owner next writes there as entries.
  shootDownDomain(m, v, domain); // spec: table_remove.effect
  scrub(m, table); // spec: table_remove.effect
  setKind(m, table, KINDS.data); // spec: table_remove.effect
  return CODES.OK;
};
