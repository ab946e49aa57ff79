import { readReached, writeReached } from "./bus.ts";
import type { Frame, Page, Vcpu } from "./identifiers.ts";
import { frame, pcid } from "./identifiers.ts";
import { readWord } from "./memory.ts";
import { nestedTranslate } from "./nested.ts";
import { walkInto, walkResult } from "./paging.ts";
import type { Machine } from "./state.ts";
import { CR3_PCID, CR3_ROOT, PAGING, TLB_ENTRY_WORDS, TLB_HEADER_WORDS, tlbStart, vcpuWord } from "./state.ts";
import { firstPage, isEncrypted, rightsOf, translates } from "./tlb-entry.ts";
import type { AccessFault, Right } from "./tlb-explicit.ts";
import { permits, translateExplicit } from "./tlb-explicit.ts";

export type { AccessFault, Right } from "./tlb-explicit.ts";

/** What an access of ring 3 came to. `value` is present after a load only. */
export type AccessResult = { readonly ok: true; readonly frame: Frame; readonly value?: number } | { readonly ok: false; readonly fault: AccessFault };

/** Returns `to`, or -1 where the host's translation does not let the access pass. */
function passing(m: Machine, to: number, encrypted: boolean): number {
  return m.nestedBase === 0 || typeof nestedTranslate(m, frame(to), encrypted) === "number" ? to : -1;
}

/** Returns the frame that cached entry at `word` gives ring 3 for this access, or -1. */
function reached(m: Machine, v: Vcpu, word: number, at: Page, right: Right): number {
  const tag = readWord(m.memory, word);
  const low = readWord(m.memory, word + 1);
  if (!translates(m.geometry, tag, low, pcid(vcpuWord(m, v, CR3_PCID)), at) || !permits(rightsOf(tag), right)) return -1;
  return passing(m, readWord(m.memory, word + 2) + (at - firstPage(tag, low)), isEncrypted(tag));
}

/** Returns the frame that a walk from CR3 gives ring 3 for this access, or -1. The saturating TLB holds that walk already. */
function walked(m: Machine, v: Vcpu, at: Page, right: Right): number {
  if (m.tlbMode === "saturating" || vcpuWord(m, v, PAGING) === 0) return -1;
  const out = walkResult();
  return walkInto(m, frame(vcpuWord(m, v, CR3_ROOT)), at, out) && permits(out.rights, right) ? passing(m, out.frame, out.encrypted) : -1;
}

/**
 * Returns in ascending order every frame that ring 3 on `v` can reach at `at` with `right` by some cached translation or a walk (SDM vol. 3, 4.10.2.3: where several are cached, the processor may use any).
 * In explicit mode it leaves the caches as they are, and does not count walks that start at a cached table.
 */
export function usableFrames(m: Machine, v: Vcpu, at: Page, right: Right): Frame[] {
  const frames: Frame[] = [];
  const start = tlbStart(m, v) + TLB_HEADER_WORDS;
  const end = start + readWord(m.memory, tlbStart(m, v)) * TLB_ENTRY_WORDS;
  for (let word = start; word <= end; word += TLB_ENTRY_WORDS) {
    const found = word < end ? reached(m, v, word, at, right) : walked(m, v, at, right);
    if (found >= 0 && !frames.includes(frame(found))) frames.push(frame(found));
  }
  return frames.sort((a, b) => a - b);
}

function requireUsable(m: Machine, v: Vcpu, at: Page, right: Right, through: Frame): void {
  const start = tlbStart(m, v) + TLB_HEADER_WORDS;
  const end = start + readWord(m.memory, tlbStart(m, v)) * TLB_ENTRY_WORDS;
  for (let word = start; word < end; word += TLB_ENTRY_WORDS) {
    if (reached(m, v, word, at, right) === through) return;
  }
  if (walked(m, v, at, right) === through) return;
  throw new RangeError(`vCPU ${v} has no translation of page ${at} to frame ${through} with right ${right}`);
}

/** Returns word `word` of frame `through`, read at page `at`. Throws RangeError unless `through` is one of `usableFrames(m, v, at, "r")`. */
export function loadFrom(m: Machine, v: Vcpu, at: Page, through: Frame, word: number): number {
  requireUsable(m, v, at, "r", through);
  return readReached(m, through, word);
}

/** Writes word `word` of frame `through` at page `at`. Throws RangeError unless `through` is one of `usableFrames(m, v, at, "w")`. */
export function storeTo(m: Machine, v: Vcpu, at: Page, through: Frame, word: number, value: number): void {
  requireUsable(m, v, at, "w", through);
  writeReached(m, through, word, value);
}

/** Returns the frame of an access: in explicit mode by TLB, walk and fill; in saturating mode the lowest of those usable, or why there is none. */
function translate(m: Machine, v: Vcpu, at: Page, right: Right): Frame | AccessFault {
  if (m.tlbMode === "explicit") return translateExplicit(m, v, at, right);
  const lowest = usableFrames(m, v, at, right)[0];
  if (lowest !== undefined) return lowest;
  const out = walkResult();
  if (vcpuWord(m, v, PAGING) === 0) return "not-present";
  if (!walkInto(m, frame(vcpuWord(m, v, CR3_ROOT)), at, out)) return out.reason === "none" ? "not-present" : out.reason;
  if (!permits(out.rights, right)) return "protection";
  const system = nestedTranslate(m, out.frame, out.encrypted);
  return typeof system === "number" ? "protection" : system;
}

/** A load of ring 3: returns the frame reached and its word `word`, or the fault (SDM vol. 3, 4.6 and 4.7). */
export function load(m: Machine, v: Vcpu, at: Page, word: number): AccessResult {
  const to = translate(m, v, at, "r");
  return typeof to === "number" ? { ok: true, frame: to, value: readReached(m, to, word) } : { ok: false, fault: to };
}

/** A store of ring 3: writes word `word` of the frame reached and returns that frame, or the fault (SDM vol. 3, 4.6 and 4.7). */
export function store(m: Machine, v: Vcpu, at: Page, word: number, value: number): AccessResult {
  const to = translate(m, v, at, "w");
  if (typeof to !== "number") return { ok: false, fault: to };
  writeReached(m, to, word, value);
  return { ok: true, frame: to };
}

/** An instruction fetch of ring 3: returns the frame reached, or the fault (SDM vol. 3, 4.6 and 4.7). */
export function fetch(m: Machine, v: Vcpu, at: Page): AccessResult {
  const to = translate(m, v, at, "x");
  return typeof to === "number" ? { ok: true, frame: to } : { ok: false, fault: to };
}
