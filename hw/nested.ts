import type { Frame, SystemFrame } from "./identifiers.ts";
import { frame, systemFrame } from "./identifiers.ts";
import { commit, readWord, writeWord } from "./memory.ts";
import { ASSIGNED, ENCRYPTED, VALIDATED, rmpFlags, rmpGuest, setRmpFlags, setRmpGuest } from "./rmp.ts";
import type { Machine } from "./state.ts";

/*
 * Nested paging under SEV-SNP (APM vol. 2, 15.25 and 15.36): what everyone calls a frame is a guest frame, which the host's nested table translates to a system frame. The table is one word per guest
 * frame, the system frame + 1 or 0, outside of the memory that the guest can address.
 *
 * Why TLB entries hold guest frames and nested table and RMP are consulted at each access: real TLBs hold the combined translation, checked against the RMP when it was filled. Three
 * things can be stale in it. (1) RMP: RMPUPDATE must leave no translation usable that the new entry would refuse, for the guest cannot ask the host to flush, and SNP would
 * protect nothing; so a check at each access is what the guest may rely on. (2) The host's table, private page: the system frame in the entry is one that the RMP still
 * confirms for this guest frame; the host can bring it back before the access by remapping, which it may do between any two steps. (3) The same, shared page: any
 * unassigned frame, all of which the host reads and writes anyway. So each access through a stale combined translation is an access of this machine after a
 * host move, and exploring the host's moves covers it. The explicit and the saturating TLB need no nested part for that.
 */

/** Why the host's translation does not let an access pass: a nested page fault, to the host, or #VC in the guest for a page that it has not validated (APM vol. 2, 15.36.10 and 15.35.5). */
export type NestedReason = "nested-page" | "not-validated";

/**
 * The monitor reached for memory that nested table or RMP do not confirm. The vCPU stops there for ever: a #VC in the monitor has no one to handle it, and a nested page fault
 * returns to the host, which may never resume. The machine is left as it is, with all writes of the monitor before this one; whoever catches it judges that state.
 */
export class NestedFault extends Error {
  override readonly name = "NestedFault";
  readonly reason: NestedReason;
  readonly frame: Frame;
  constructor(reason: NestedReason, at: Frame) {
    super(`guest frame ${at}: ${reason}`);
    this.reason = reason;
    this.frame = at;
  }
}

/** Returns the system frame that the nested table gives guest frame `at`, whatever the RMP says, or -1. */
export function backing(m: Machine, at: Frame): SystemFrame | -1 {
  const word = at >= 0 && at < m.frames ? readWord(m.memory, m.nestedBase + at) : 0;
  return word === 0 ? -1 : systemFrame(word - 1);
}

/** Sets the nested table's entry of `at` alone. */
export function setBacking(m: Machine, at: Frame, to: SystemFrame | -1): void {
  writeWord(m.memory, m.nestedBase + at, to + 1);
}

/**
 * Returns the system frame of guest frame `at`, or the fault. A private access, with the C-bit set, must find a frame that is assigned to the guest as this very frame,
 * and validated; a shared one a frame that is not assigned (APM vol. 2, 15.36.10, RMP and VMPL access checks). On a plain machine a frame is itself.
 */
export function nestedTranslate(m: Machine, at: Frame, encrypted: boolean): SystemFrame | NestedReason {
  if (m.nestedBase === 0) return systemFrame(at);
  const to = backing(m, at);
  if (to === -1) return "nested-page";
  const flags = rmpFlags(m, to);
  if (!encrypted) return (flags & ASSIGNED) === 0 ? to : "nested-page";
  if ((flags & ASSIGNED) === 0 || rmpGuest(m, to) !== at) return "nested-page";
  return (flags & VALIDATED) === 0 ? "not-validated" : to;
}

/** Returns the system frame of a private access of the monitor. Throws NestedFault. */
export function privateFrame(m: Machine, at: Frame): SystemFrame {
  const to = nestedTranslate(m, at, true);
  if (typeof to !== "number") throw new NestedFault(to, at);
  return to;
}

/** Returns a word of a table, read as a private page; 0 where it is out of reach. */
export function nestedTableWord(m: Machine, table: Frame, word: number): number {
  const to = nestedTranslate(m, table, true);
  return typeof to === "number" ? readWord(m.memory, to * m.wordsPerFrame + word) : 0;
}

/** Writes a word of a table, as the page walker does for A and D, if it is in reach. */
export function writeNestedTableWord(m: Machine, table: Frame, word: number, value: number): void {
  const to = nestedTranslate(m, table, true);
  if (typeof to === "number") writeWord(m.memory, to * m.wordsPerFrame + word, value);
}

/** Notes that the content of `at` is now under the guest's key, after a private write to it. */
export function markEncrypted(m: Machine, at: Frame): void {
  const to = backing(m, at);
  if (to !== -1) setRmpFlags(m, to, rmpFlags(m, to) | ENCRYPTED);
}

/** The state after the launch: guest frame n in system frame n, assigned and validated, its zeros encrypted. Drops the write log. */
export function launch(m: Machine): void {
  for (let n = 0; n < m.frames; n++) {
    setBacking(m, frame(n), systemFrame(n));
    setRmpFlags(m, systemFrame(n), ASSIGNED | VALIDATED | ENCRYPTED);
    setRmpGuest(m, systemFrame(n), frame(n));
  }
  commit(m.memory);
}
