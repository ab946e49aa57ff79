/** The domain table: life cycle, the tree of parents, roots, and what the policy fixed about each slot. */
import { frame, pcid, type Frame, type Pcid } from "../hw/identifiers.ts";
import type { Machine } from "../hw/machine.ts";
import { access, domain, NONE, type Access, type Domain, type None } from "./identifiers.ts";
import { domainCount, domainWord, edgeWord, readState, writeState } from "./layout.ts";

export const PHASES = { free: 0, building: 1, sealed: 2, dying: 3 } as const;
export type Phase = (typeof PHASES)[keyof typeof PHASES];

const PHASE = 0;
const PARENT = 1;
const ROOT = 2;
const OWNED = 3;
const CHILDREN = 4;
const CREATOR = 5;

/** The slot that falls back to running when a domain disappears; nobody is above it, so nobody can destroy it. */
export const ROOT_DOMAIN = domain(0);

export function isPhase(m: Machine, d: Domain, phase: Phase): boolean {
  return readState(m, domainWord(m, d, PHASE)) === phase;
}

export function setPhase(m: Machine, d: Domain, phase: Phase): void {
  writeState(m, domainWord(m, d, PHASE), phase);
}

export function parentOf(m: Machine, d: Domain): Domain | None {
  const word = readState(m, domainWord(m, d, PARENT));
  return word === 0 ? NONE : domain(word - 1);
}

/** Moves the slot under another parent (or none) and keeps both counts of children. */
export function setParent(m: Machine, d: Domain, parent: Domain | None): void {
  const before = parentOf(m, d);
  if (before !== NONE) addTo(m, before, CHILDREN, -1);
  if (parent !== NONE) addTo(m, parent, CHILDREN, 1);
  writeState(m, domainWord(m, d, PARENT), parent + 1);
}

/** Whether `ancestor` is above `d` in the tree of parents; the tree has at most D levels. */
export function isBelow(m: Machine, d: Domain, ancestor: Domain): boolean {
  let above = parentOf(m, d);
  for (let step = 0; step < domainCount(m) && above !== NONE; step++) {
    if (above === ancestor) return true;
    above = parentOf(m, above);
  }
  return false;
}

/** Whether `caller` may change the space of `d` now: its parent while it is built, only itself once it is sealed. */
export function shapes(m: Machine, caller: Domain, d: Domain): boolean {
  return isPhase(m, d, PHASES.building) ? caller === parentOf(m, d) : isPhase(m, d, PHASES.sealed) && caller === d;
}

/** The root table; there is one while the domain is building or sealed. */
export function rootOf(m: Machine, d: Domain): Frame {
  return frame(readState(m, domainWord(m, d, ROOT)) - 1);
}

export function setRoot(m: Machine, d: Domain, root: Frame | None): void {
  writeState(m, domainWord(m, d, ROOT), root + 1);
}

/** The tag of the slot's translations: its own, so that two live domains never share one; 0 belongs to nobody. */
export function pcidOf(d: Domain): Pcid {
  return pcid(d + 1);
}

export function domainOfPcid(tag: Pcid): Domain {
  return domain(tag - 1);
}

export function ownsNothing(m: Machine, d: Domain): boolean {
  return readState(m, domainWord(m, d, OWNED)) === 0;
}

export function countOwned(m: Machine, d: Domain, change: number): void {
  addTo(m, d, OWNED, change);
}

export function hasNoChildren(m: Machine, d: Domain): boolean {
  return readState(m, domainWord(m, d, CHILDREN)) === 0;
}

/** The one domain that the policy lets create this slot. */
export function creatorOf(m: Machine, d: Domain): Domain | None {
  const word = readState(m, domainWord(m, d, CREATOR));
  return word === 0 ? NONE : domain(word - 1);
}

export function setCreator(m: Machine, d: Domain, creator: Domain | None): void {
  writeState(m, domainWord(m, d, CREATOR), creator + 1);
}

/** The rights that the policy lets `from` grant to `to`. */
export function edge(m: Machine, from: Domain, to: Domain): Access {
  return access(readState(m, edgeWord(m, from, to)));
}

export function setEdge(m: Machine, from: Domain, to: Domain, rights: Access): void {
  writeState(m, edgeWord(m, from, to), rights);
}

function addTo(m: Machine, d: Domain, column: number, change: number): void {
  const word = domainWord(m, d, column);
  writeState(m, word, readState(m, word) + change);
}
