/** The frame table: who owns each frame, what it is used for, and what still refers to it. */
import { wordsPerFrame, writePhysical, type Frame, type Machine } from "../hw/ring0.ts";
import { EXECUTE, includes } from "./access.ts";
import { countOwned } from "./domains.ts";
import { domainOrNone, level, NONE, type Access, type Domain, type Level, type None } from "./identifiers.ts";
import { addToState, FRAME, frameWord, readState, writeState } from "./layout.ts";

export const KINDS = { monitor: 0, table: 1, data: 2, shared: 3, invalid: 4 } as const;
export type Kind = (typeof KINDS)[keyof typeof KINDS];

/** The level of a frame that is no page table. */
export const NO_LEVEL = level(0);

/** The owner; NONE is the monitor. */
export const ownerOf = (m: Machine, f: Frame): Domain | None => domainOrNone(readState(m, frameWord(m, f, FRAME.owner)));

export const owns = (m: Machine, d: Domain, f: Frame): boolean => ownerOf(m, f) === d;

/** Moves the frame to `d` and keeps both counts of frames owned. */
export function give(m: Machine, f: Frame, d: Domain): void {
  const before = ownerOf(m, f);
  if (before !== NONE) countOwned(m, before, -1);
  countOwned(m, d, 1);
  writeState(m, frameWord(m, f, FRAME.owner), d + 1);
}

export const isKind = (m: Machine, f: Frame, kind: Kind): boolean => (readState(m, frameWord(m, f, FRAME.kind)) & 0xff) === kind;

/** The level of a page table; NO_LEVEL of any other frame. */
export const levelOf = (m: Machine, f: Frame): Level => level(readState(m, frameWord(m, f, FRAME.kind)) >>> 8);

/** Makes the frame one of a kind that has no level. */
export const setKind = (m: Machine, f: Frame, kind: Kind): void => writeState(m, frameWord(m, f, FRAME.kind), kind);

export const makeTable = (m: Machine, f: Frame, tableLevel: Level): void =>
  writeState(m, frameWord(m, f, FRAME.kind), KINDS.table | (tableLevel << 8));

/** Whether frames of this kind may be mapped with the rights: data, and what the host can write unless it is code. */
export const isMappable = (m: Machine, f: Frame, rights: Access): boolean =>
  isKind(m, f, KINDS.data) || (isKind(m, f, KINDS.shared) && !includes(rights, EXECUTE));

/** Whether no page of any domain or device maps the frame, and no grant or offer of it stands. */
export const isUnreferenced = (m: Machine, f: Frame): boolean => readState(m, frameWord(m, f, FRAME.references)) === 0;

/** Counts mappings, by DMA too, and grants. It rises before the thing that it counts appears and falls after that is gone everywhere. */
export const countReferences = (m: Machine, f: Frame, change: number): void => addToState(m, frameWord(m, f, FRAME.references), change);

/** Whether no entry of the page table, the monitor half aside, is in use. */
export const isEmptyTable = (m: Machine, f: Frame): boolean => readState(m, frameWord(m, f, FRAME.used)) === 0;

export const countUsed = (m: Machine, f: Frame, change: number): void => addToState(m, frameWord(m, f, FRAME.used), change);

/** Zeroes every word of the frame: nothing that its last user wrote reaches the next. */
export function scrub(m: Machine, f: Frame): void {
  const words = wordsPerFrame(m.geometry);
  for (let word = 0; word < words; word++) writePhysical(m, f, word, 0);
}
