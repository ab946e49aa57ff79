import { readClear, writeClear } from "./encryption.ts";
import type { Frame, SystemFrame } from "./identifiers.ts";
import { frame } from "./identifiers.ts";
import { ioTablesChanged } from "./iotlb.ts";
import { readWord, writeWord } from "./memory.ts";
import { setBacking } from "./nested.ts";
import { ASSIGNED, ENCRYPTED, IMMUTABLE, rmpFlags, setRmpFlags, setRmpGuest } from "./rmp.ts";
import type { Machine } from "./state.ts";
import { notify } from "./state.ts";
import { tablesRebacked } from "./tlb.ts";

/*
 * What the host of a sev-snp machine can do to memory, at any moment, also between two steps of the monitor. It reads and writes system frames that are not assigned, remaps, and changes
 * RMP entries that are not immutable; it never sets the validated bit.
 */

/** What the host asks of RMPUPDATE. */
export interface RmpUpdate {
  readonly assigned: boolean;
  readonly guestFrame: Frame;
}

/** The caches' part of a change of nested table or RMP: every table may read differently from now on. */
export function rebacked(m: Machine): void {
  tablesRebacked(m);
  if (m.devices > 0) ioTablesChanged(m);
}

/** Maps guest frame `at` to `to` in the nested table, or to nothing (APM vol. 2, 15.25). Throws RangeError for a frame that the machine does not have. */
export function hostRemap(m: Machine, at: Frame, to: SystemFrame | "absent"): void {
  if (!(m.nestedBase !== 0 && at >= 0 && at < m.frames)) throw new RangeError(`no nested table entry for guest frame ${at}`);
  if (to !== "absent") rmpFlags(m, to);
  setBacking(m, at, to === "absent" ? -1 : to);
  rebacked(m);
  notify(m, "nested", at, 0);
}

/** RMPUPDATE: sets the entry of `s` and clears its validated bit; refuses an immutable one (APM vol. 3, RMPUPDATE; vol. 2, 15.36.3). Throws RangeError outside the RMP. */
export function hostRmpUpdate(m: Machine, s: SystemFrame, update: RmpUpdate): "ok" | "immutable" {
  const flags = rmpFlags(m, s);
  if ((flags & IMMUTABLE) !== 0) return "immutable";
  setRmpFlags(m, s, (flags & ENCRYPTED) | (update.assigned ? ASSIGNED : 0));
  setRmpGuest(m, s, update.assigned ? update.guestFrame : frame(0));
  rebacked(m);
  notify(m, "rmp", s, 0);
  return "ok";
}

/** The firmware makes the entry of `s` immutable, as it does with pages of its own, or mutable again (56860, chapter 5, page states). Throws RangeError outside the RMP. */
export function firmwareSetImmutable(m: Machine, s: SystemFrame, immutable: boolean): void {
  setRmpFlags(m, s, immutable ? rmpFlags(m, s) | IMMUTABLE : rmpFlags(m, s) & ~IMMUTABLE);
  notify(m, "rmp", s, 0);
}

/** Returns word `word` of `s` as the host reads it: ciphertext where the frame is the guest's or has been left as it was (APM vol. 2, 15.34 and 15.36). Throws RangeError outside memory. */
export function hostRead(m: Machine, s: SystemFrame, word: number): number | "ciphertext" {
  return readClear(m, s, word);
}

/** Writes word `word` of `s`; an assigned frame faults and keeps its content (APM vol. 2, 15.36.10, writes of the hypervisor). Throws RangeError outside memory. */
export function hostWrite(m: Machine, s: SystemFrame, word: number, value: number): "ok" | "rmp-fault" {
  if (!writeClear(m, s, word, value)) return "rmp-fault";
  notify(m, "host", s, word);
  return "ok";
}

/** Returns the register of the host, on any platform: what it remembers of what it has read. It is no part of the guest's memory. */
export function hostRegister(m: Machine): number {
  return readWord(m.memory, m.hostBase);
}

/** Sets the register of the host to `value` modulo 2^32. */
export function writeHostRegister(m: Machine, value: number): void {
  writeWord(m.memory, m.hostBase, value);
}
