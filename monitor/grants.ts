/** The grant table: sharing with the consent of both sides. What a domain may map rests on ownership and on this alone. */
import {
  access, countReferences, domain, domainCount, frame, grantWord, includes, monitorFrames, NOTHING, opposes, owns, readState, union,
  writeState, type Access, type Domain, type Entry, type Frame, type Machine, type None, type Vcpu,
} from "./foundation.ts";
import { drain } from "./devices.ts";
import { aliasRights, clearMappings } from "./mappings.ts";
import { shootDownDomain } from "./shootdown.ts";

export const GRANTS = { none: 0, offered: 1, accepted: 2 } as const;
export type GrantState = (typeof GRANTS)[keyof typeof GRANTS];

export const isGrant = (m: Machine, f: Frame, receiver: Domain, state: GrantState): boolean =>
  readState(m, grantWord(m, f, receiver)) >>> 4 === state;

/** The rights of the grant; nothing where there is none. */
export const grantedRights = (m: Machine, f: Frame, receiver: Domain): Access => access(readState(m, grantWord(m, f, receiver)) & 7);

export const setGrant = (m: Machine, f: Frame, receiver: Domain, state: GrantState, rights: Access): void =>
  writeState(m, grantWord(m, f, receiver), (state << 4) | rights);

/** Whether `d` may map the frame with these rights: it owns the frame, or accepted at least these rights. */
export const isAuthorised = (m: Machine, d: Domain, f: Frame, rights: Access): boolean =>
  owns(m, d, f) || (isGrant(m, f, d, GRANTS.accepted) && includes(grantedRights(m, f, d), rights));

/**
 * Whether the rights oppose an alias of `d`, by DMA too, the entry `except` aside, or, for the owner, a grant to anyone. Grants count whether mapped
 * or not: to look at a receiver's mappings would tell the owner what the receiver does.
 */
export function conflicts(m: Machine, d: Domain, f: Frame, rights: Access, except: Entry | None): boolean {
  const granted = owns(m, d, f) ? allGrantedRights(m, f) : NOTHING;
  return opposes(rights, union(granted, aliasRights(m, d, f, except)));
}

/** Takes a grant or an offer back, and every mapping that rests on it, from all vCPUs and devices. */
export function withdraw(m: Machine, v: Vcpu, f: Frame, receiver: Domain): void {
  clearMappings(m, receiver, f);
  shootDownDomain(m, v, receiver);
  // A device of the receiver would go on reading and writing the frame when it is another's, or a page table.
  drain(m, receiver);
  setGrant(m, f, receiver, GRANTS.none, NOTHING);
  countReferences(m, f, -1);
}

/** Takes back everything that was granted by or to `d`. */
export function withdrawAll(m: Machine, v: Vcpu, d: Domain): void {
  const domains = domainCount(m);
  for (let n = monitorFrames(m); n < m.frames; n++) {
    for (let e = 0; e < domains; e++) {
      const concerned = e === d || owns(m, d, frame(n));
      if (concerned && !isGrant(m, frame(n), domain(e), GRANTS.none)) withdraw(m, v, frame(n), domain(e));
    }
  }
}

function allGrantedRights(m: Machine, f: Frame): Access {
  const domains = domainCount(m);
  let rights = NOTHING;
  for (let n = 0; n < domains; n++) rights = union(rights, grantedRights(m, f, domain(n)));
  return rights;
}
