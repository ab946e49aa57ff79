/** The frame table: who owns each frame, what it is used for, and what still refers to it. */
import { wordsPerFrame } from "../hw/geometry.ts";
import type { Frame } from "../hw/identifiers.ts";
import type { Machine } from "../hw/machine.ts";
import { writePhysical } from "../hw/physical.ts";
import { countOwned } from "./domains.ts";
import { domain, level, NONE, type Domain, type Level, type None } from "./identifiers.ts";
import { frameWord, readState, writeState } from "./layout.ts";

export const KINDS = { monitor: 0, table: 1, data: 2, shared: 3 } as const;
export type Kind = (typeof KINDS)[keyof typeof KINDS];

/** The level of a frame that is no page table. */
export const NO_LEVEL = level(0);

const OWNER = 0;
const KIND = 1;
const REFERENCES = 2;
const USED = 3;

/** The owner; NONE is the monitor. */
export function ownerOf(m: Machine, f: Frame): Domain | None {
  const word = readState(m, frameWord(m, f, OWNER));
  return word === 0 ? NONE : domain(word - 1);
}

export function owns(m: Machine, d: Domain, f: Frame): boolean {
  return ownerOf(m, f) === d;
}

/** Moves the frame to `d` and keeps both counts of frames owned. */
export function give(m: Machine, f: Frame, d: Domain): void {
  const before = ownerOf(m, f);
  if (before !== NONE) countOwned(m, before, -1);
  countOwned(m, d, 1);
  writeState(m, frameWord(m, f, OWNER), d + 1);
}

export function isKind(m: Machine, f: Frame, kind: Kind): boolean {
  return (readState(m, frameWord(m, f, KIND)) & 0xff) === kind;
}

/** The level of a page table; NO_LEVEL of any other frame. */
export function levelOf(m: Machine, f: Frame): Level {
  return level(readState(m, frameWord(m, f, KIND)) >>> 8);
}

export function setKind(m: Machine, f: Frame, kind: Kind, tableLevel: Level): void {
  writeState(m, frameWord(m, f, KIND), kind | (tableLevel << 8));
}

/** Whether no page of any domain maps the data frame, and no grant or offer of it stands. */
export function isUnreferenced(m: Machine, f: Frame): boolean {
  return readState(m, frameWord(m, f, REFERENCES)) === 0;
}

/** Counts mappings and grants. It rises before the thing that it counts appears and falls after that is gone everywhere. */
export function countReferences(m: Machine, f: Frame, change: number): void {
  addTo(m, f, REFERENCES, change);
}

/** Whether no entry of the page table, the monitor half aside, is in use. */
export function isEmptyTable(m: Machine, f: Frame): boolean {
  return readState(m, frameWord(m, f, USED)) === 0;
}

export function countUsed(m: Machine, f: Frame, change: number): void {
  addTo(m, f, USED, change);
}

/** Zeroes every word of the frame: nothing that its last user wrote reaches the next. */
export function scrub(m: Machine, f: Frame): void {
  for (let word = 0; word < wordsPerFrame(m.geometry); word++) writePhysical(m, f, word, 0);
}

function addTo(m: Machine, f: Frame, column: number, change: number): void {
  const word = frameWord(m, f, column);
  writeState(m, word, readState(m, word) + change);
}
