/** The domain table: life cycle, the tree of parents, roots, and what the policy fixed about each slot. */
import { frame, pcid, type Frame, type Machine, type Pcid } from "./hardware.ts";
import { access, domain, domainOrNone, NONE, type Access, type Domain, type None } from "./identifiers.ts";
import { addToState, domainCount, domainWord, edgeWord, readState, writeState } from "./layout.ts";

export const PHASES = { free: 0, building: 1, sealed: 2, dying: 3 } as const;
export type Phase = (typeof PHASES)[keyof typeof PHASES];

const COLUMN = { phase: 0, parent: 1, root: 2, owned: 3, children: 4, creator: 5, tellsHost: 6 } as const;

/** The slot that falls back to running when a domain disappears; nobody is above it, so nobody can destroy it. */
export const ROOT_DOMAIN = domain(0);

export const isPhase = (m: Machine, d: Domain, phase: Phase): boolean => readState(m, domainWord(m, d, COLUMN.phase)) === phase;

export const setPhase = (m: Machine, d: Domain, phase: Phase): void => writeState(m, domainWord(m, d, COLUMN.phase), phase);

export const parentOf = (m: Machine, d: Domain): Domain | None => domainOrNone(readState(m, domainWord(m, d, COLUMN.parent)));

/** Moves the slot under another parent (or none) and keeps both counts of children. */
export function setParent(m: Machine, d: Domain, parent: Domain | None): void {
  const before = parentOf(m, d);
  if (before !== NONE) addToState(m, domainWord(m, before, COLUMN.children), -1);
  if (parent !== NONE) addToState(m, domainWord(m, parent, COLUMN.children), 1);
  writeState(m, domainWord(m, d, COLUMN.parent), parent + 1);
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
export const rootOf = (m: Machine, d: Domain): Frame => frame(readState(m, domainWord(m, d, COLUMN.root)) - 1);

export const setRoot = (m: Machine, d: Domain, root: Frame | None): void => writeState(m, domainWord(m, d, COLUMN.root), root + 1);

/** The tag of the slot's translations: its own, so that two live domains never share one; 0 belongs to nobody. */
export const pcidOf = (d: Domain): Pcid => pcid(d + 1);

export const domainOfPcid = (tag: Pcid): Domain => domain(tag - 1);

export const ownsNothing = (m: Machine, d: Domain): boolean => readState(m, domainWord(m, d, COLUMN.owned)) === 0;

export const countOwned = (m: Machine, d: Domain, change: number): void => addToState(m, domainWord(m, d, COLUMN.owned), change);

export const hasNoChildren = (m: Machine, d: Domain): boolean => readState(m, domainWord(m, d, COLUMN.children)) === 0;

/** The one domain that the policy lets create this slot. */
export const creatorOf = (m: Machine, d: Domain): Domain | None => domainOrNone(readState(m, domainWord(m, d, COLUMN.creator)));

export const setCreator = (m: Machine, d: Domain, by: Domain | None): void => writeState(m, domainWord(m, d, COLUMN.creator), by + 1);

/** Whether the policy lets the domain share frames with the host. */
export const tellsHost = (m: Machine, d: Domain): boolean => readState(m, domainWord(m, d, COLUMN.tellsHost)) === 1;

export const letTellHost = (m: Machine, d: Domain): void => writeState(m, domainWord(m, d, COLUMN.tellsHost), 1);

/** The rights that the policy lets `from` grant to `to`. */
export const edge = (m: Machine, from: Domain, to: Domain): Access => access(readState(m, edgeWord(m, from, to)));

