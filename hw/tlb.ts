import { pagesPerEntry } from "./geometry.ts";
import type { Frame, Page, Pcid, Vcpu } from "./identifiers.ts";
import { frame, page, pcid } from "./identifiers.ts";
import type { Invalidation } from "./invalidation.ts";
import { readWord } from "./memory.ts";
import { EXECUTABLE, USER, WRITABLE } from "./paging.ts";
import type { Machine } from "./state.ts";
import { CR3_PCID, TLB_ENTRY_WORDS, TLB_HEADER_WORDS, announce, notify, tlbStart, vcpuWord } from "./state.ts";
import { firstPage, isEncrypted, isGlobal, isTranslation, levelOf, pcidOf, rightsOf } from "./tlb-entry.ts";
import { invalidateExplicit } from "./tlb-explicit.ts";
import { saturate, saturateAfterWrite, saturateAll } from "./tlb-saturating.ts";

/** Drops entries, in the machine's TLB mode. */
function invalidate(m: Machine, v: Vcpu, kind: Invalidation, of: Pcid, at: Page): void {
  switch (m.tlbMode) {
    case "explicit":
      return invalidateExplicit(m, v, kind, of, at);
    case "saturating":
      return saturate(m, v, kind, of, at);
  }
}

/** INVLPG: drops `at` under the current PCID, global translations of `at`, and every paging-structure entry of the current PCID (SDM vol. 3, 4.10.4.1; APM vol. 2, 5.5.3). */
export function invlpg(m: Machine, v: Vcpu, at: Page): void {
  announce(m);
  invalidate(m, v, "invlpg", pcid(vcpuWord(m, v, CR3_PCID)), at);
  notify(m, "flush", v, 0);
}

/** INVPCID type 0: drops what would translate `at` under `of`, structure entries included, global translations excepted (SDM vol. 3, 4.10.4.1). */
export function invpcidAddress(m: Machine, v: Vcpu, of: Pcid, at: Page): void {
  announce(m);
  invalidate(m, v, "address", of, at);
  notify(m, "flush", v, 0);
}

/** INVPCID type 1: drops everything of `of`, global translations excepted (SDM vol. 3, 4.10.4.1). */
export function invpcidContext(m: Machine, v: Vcpu, of: Pcid): void {
  announce(m);
  invalidate(m, v, "context", of, page(0));
  notify(m, "flush", v, 0);
}

/** INVPCID type 2: drops everything of every PCID, global translations too (SDM vol. 3, 4.10.4.1). */
export function invpcidAll(m: Machine, v: Vcpu): void {
  announce(m);
  invalidate(m, v, "all", pcid(0), page(0));
  notify(m, "flush", v, 0);
}

/** INVPCID type 3: drops everything of every PCID, global translations excepted (SDM vol. 3, 4.10.4.1). */
export function invpcidAllNonGlobal(m: Machine, v: Vcpu): void {
  announce(m);
  invalidate(m, v, "all-non-global", pcid(0), page(0));
  notify(m, "flush", v, 0);
}

/** The TLB's part of a CR3 load, after the control words are set (SDM vol. 3, 4.10.4.1). */
export function contextLoaded(m: Machine, v: Vcpu, of: Pcid, noFlush: boolean): void {
  invalidate(m, v, noFlush ? "nothing" : "context", of, page(0));
}

/** The TLBs' part of a write to entry `index` of the frame `at`, whatever it holds. The explicit TLB does not notice: that is what invalidations are for. */
export function tableWritten(m: Machine, at: Frame, index: number): void {
  if (m.tlbMode === "saturating") saturateAfterWrite(m, at, index);
}

/** The TLBs' part of a step of host or guest after which tables may read differently (nested table, RMP). The explicit TLB does not notice. */
export function tablesRebacked(m: Machine): void {
  if (m.tlbMode === "saturating") saturateAll(m);
}

/** Visits every cached translation of `v`, of all PCIDs, page by page: a large one once for each of its pages. Allocates nothing. (SDM vol. 3, 4.10.2.) */
export function forEachCached(
  m: Machine,
  v: Vcpu,
  visit: (tag: Pcid, global: boolean, at: Page, to: Frame, writable: boolean, user: boolean, executable: boolean, encrypted: boolean) => void,
): void {
  const start = tlbStart(m, v) + TLB_HEADER_WORDS;
  const end = start + readWord(m.memory, tlbStart(m, v)) * TLB_ENTRY_WORDS;
  for (let word = start; word < end; word += TLB_ENTRY_WORDS) {
    const tag = readWord(m.memory, word);
    if (!isTranslation(tag)) continue;
    const first = firstPage(tag, readWord(m.memory, word + 1));
    const base = readWord(m.memory, word + 2);
    const rights = rightsOf(tag);
    const span = pagesPerEntry(m.geometry, levelOf(tag));
    for (let offset = 0; offset < span; offset++) {
      visit(pcidOf(tag), isGlobal(tag), page(first + offset), frame(base + offset), (rights & WRITABLE) !== 0, (rights & USER) !== 0, (rights & EXECUTABLE) !== 0, isEncrypted(tag));
    }
  }
}

/** Visits every paging-structure entry of `v`, of all PCIDs: the level and prefix of the table that it points to, and the table's frame. Allocates nothing. (SDM vol. 3, 4.10.3.) */
export function forEachStructure(m: Machine, v: Vcpu, visit: (tag: Pcid, level: number, prefix: number, table: Frame) => void): void {
  const header = tlbStart(m, v);
  const saturating = m.tlbMode === "saturating";
  const start = header + TLB_HEADER_WORDS + (saturating ? 0 : m.tlbCapacity * TLB_ENTRY_WORDS);
  const end = start + readWord(m.memory, saturating ? header : header + 1) * TLB_ENTRY_WORDS;
  for (let word = start; word < end; word += TLB_ENTRY_WORDS) {
    const tag = readWord(m.memory, word);
    if (isTranslation(tag)) return;
    visit(pcidOf(tag), levelOf(tag), readWord(m.memory, word + 1), frame(readWord(m.memory, word + 2)));
  }
}
