import {
  clear, CODES, isEmptyTable, KINDS, NO_LEVEL, NONE, scrub, setKind, shapes, shootDownDomain, slotOf, tableAbove, tableAt, type Code,
  type Domain, type Level, type Machine, type Prefix, type Vcpu,
} from "../vocabulary.ts";

/** table_remove(d, level, index): unlinks an empty page table of `d`; its frame becomes data again, scrubbed. */
export function tableRemove(m: Machine, v: Vcpu, caller: Domain, domain: Domain, level: Level, index: Prefix): Code {
  // A stranger would reshape a space that is not its own.
  if (!shapes(m, caller, domain)) return CODES.DENIED; // spec: table_remove.who
  const table = tableAt(m, domain, level, index);
  if (table === NONE) return CODES.NO_TABLE; // spec: table_remove.present
  // The root has no table above it; a running domain without it would be translated by a data frame.
  const above = tableAbove(m, domain, level, index);
  if (above === NONE) return CODES.BAD_LEVEL; // spec: table_remove.not-root
  // Tables and mappings below would vanish without being shot down or counted.
  if (!isEmptyTable(m, table)) return CODES.BUSY; // spec: table_remove.empty

  clear(m, above, slotOf(m, index)); // spec: table_remove.effect
  // A walk cache that still leads to the frame would read what its owner next writes there as entries.
  shootDownDomain(m, v, domain); // spec: table_remove.effect
  scrub(m, table); // spec: table_remove.effect
  setKind(m, table, KINDS.data, NO_LEVEL); // spec: table_remove.effect
  return CODES.OK;
}
