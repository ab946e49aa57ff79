/** The domain table: life cycle, the tree of parents, roots, and what the policy fixed about each slot. */
import { frame, pcid, type Frame, type Machine, type Pcid } from "../hw/ring0.ts";
import { access, domain, domainOrNone, NONE, type Access, type Domain, type None } from "./identifiers.ts";
import { addToState, DOMAIN, domainCount, domainWord, edgeWord, readState, writeState } from "./layout.ts";

export const PHASES = { free: 0, building: 1, sealed: 2, dying: 3 } as const;
export type Phase = (typeof PHASES)[keyof typeof PHASES];

/** The slot that falls back to running when a domain disappears; nobody is above it, so nobody can destroy it. */
export const ROOT_DOMAIN = domain(0);

export const isPhase = (m: Machine, d: Domain, phase: Phase): boolean => readState(m, domainWord(m, d, DOMAIN.phase)) === phase;

export const setPhase = (m: Machine, d: Domain, phase: Phase): void => writeState(m, domainWord(m, d, DOMAIN.phase), phase);

export const parentOf = (m: Machine, d: Domain): Domain | None => domainOrNone(readState(m, domainWord(m, d, DOMAIN.parent)));

/** Moves the slot under another parent (or none) and keeps both counts of children. */
export function setParent(m: Machine, d: Domain, parent: Domain | None): void {
  const before = parentOf(m, d);
  if (before !== NONE) addToState(m, domainWord(m, before, DOMAIN.children), -1);
  if (parent !== NONE) addToState(m, domainWord(m, parent, DOMAIN.children), 1);
  writeState(m, domainWord(m, d, DOMAIN.parent), parent + 1);
}

/** Whether `ancestor` is above `d` in the tree of parents; the tree has at most D levels. */
export function isBelow(m: Machine, d: Domain, ancestor: Domain): boolean {
  const domains = domainCount(m);
  let above = parentOf(m, d);
  for (let step = 0; step < domains && above !== NONE; step++) {
    if (above === ancestor) return true;
    above = parentOf(m, above);
  }
  return false;
}

/** Whether `caller` may change the space of `d` now: its parent while it is built, only itself once it is sealed. */
export const shapes = (m: Machine, caller: Domain, d: Domain): boolean =>
  isPhase(m, d, PHASES.building) ? caller === parentOf(m, d) : isPhase(m, d, PHASES.sealed) && caller === d;

/** The root table; there is one while the domain is building or sealed. */
export const rootOf = (m: Machine, d: Domain): Frame => frame(readState(m, domainWord(m, d, DOMAIN.root)) - 1);

export const setRoot = (m: Machine, d: Domain, root: Frame | None): void => writeState(m, domainWord(m, d, DOMAIN.root), root + 1);

/** The tag of the slot's translations: its own, so that two live domains never share one; 0 belongs to nobody. */
export const pcidOf = (d: Domain): Pcid => pcid(d + 1);

export const ownsNothing = (m: Machine, d: Domain): boolean => readState(m, domainWord(m, d, DOMAIN.owned)) === 0;

export const countOwned = (m: Machine, d: Domain, change: number): void => addToState(m, domainWord(m, d, DOMAIN.owned), change);

export const hasNoChildren = (m: Machine, d: Domain): boolean => readState(m, domainWord(m, d, DOMAIN.children)) === 0;

/** The one domain that the policy lets create this slot. */
export const creatorOf = (m: Machine, d: Domain): Domain | None => domainOrNone(readState(m, domainWord(m, d, DOMAIN.creator)));

/** Whether the policy lets the domain share frames with the host. */
export const tellsHost = (m: Machine, d: Domain): boolean => readState(m, domainWord(m, d, DOMAIN.tellsHost)) === 1;

/** The rights that the policy lets `from` grant to `to`. */
export const edge = (m: Machine, from: Domain, to: Domain): Access => access(readState(m, edgeWord(m, from, to)));
