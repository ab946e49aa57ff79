/**
 * What the hardware shows, read out for the properties of `spec/view.ts`: translations and walk caches from TLBs, walks from page tables, context from
 * registers, kinds and counters from the monitor's tables. Pages and tables are those of the user half: the monitor half is no translation for ring 3.
 */
import { A, D, entryFrame, G, hasReservedBits, isLeaf, P, PS, RW, US } from "../../hw/entry.ts";
import { entriesPerTable, prefixesAt } from "../../hw/geometry.ts";
import { usableDma } from "../../hw/dma.ts";
import { device, frame, ioPage, page, vcpu, type Frame, type IoPage, type Page, type Pcid } from "../../hw/identifiers.ts";
import { forEachIoCached } from "../../hw/iotlb.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { NestedFault, nestedTableWord, nestedTranslate, privateFrame } from "../../hw/nested.ts";
import { EXECUTABLE, USER, walkInto, walkResult, WRITABLE } from "../../hw/paging.ts";
import { forEachCached, forEachStructure } from "../../hw/tlb.ts";
import { cpl, currentPcid, currentRoot } from "../../hw/vcpu.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { System } from "../../spec/lang/system.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import { domainRow, frameRow, monitorTables, sharedTag, tableTag } from "./abstract-layout.ts";
import type { Malformed } from "./malformed.ts";
import { isConfirmed, privateWord, sharedWord, tableWord, validatedFor } from "./memory-behind.ts";
import { toAbstract } from "./placement.ts";

const r = 1, w = 2, x = 4;
/** All of an entry's low word but the frame number, and what software may use of the high word. */
const flagBits = 0xfff, availableBits = 0x7ff00000;

export interface View {
  readonly cells: Cells;
  /** Refills what translations can do now: `cached`, `usable`, `walker`, `context`, `clear`, `ioUsable`. */
  translations(m: Machine): Malformed | null;
  /** Refills `kindNow`, `content`, `validatedBy`, `answers` and `confirmed`. */
  kinds(m: Machine): void;
  /** Refills `walk`. */
  walks(m: Machine): Malformed | null;
  /** The space that the running call is to leave: that of an abstract state. */
  intend(state: Cells): void;
  /** Refills `walk`, and what is judged between steps alone: `links`, `clean`, `monitorHalf` and the counters. */
  tables(m: Machine): Malformed | null;
  /** Whether the running call has touched an abstract frame. */
  touch(frame: number, touched: boolean): void;
  untouchAll(): void;
  /** Whether ring 3 on some vCPU, or a device, can use the frame now. */
  usableAnywhere(frame: number): boolean;
  inside(inside: boolean): void;
  verdict(codeAgrees: boolean, untouchedOnDenial: boolean): void;
  /** Where control is on a vCPU, and what its threads' registers are, is what the last step must leave. */
  contexts(verdicts: readonly ContextVerdict[] | null): void;
}

/** Of one vCPU. */
export interface ContextVerdict { readonly entered: boolean; readonly sanitised: boolean }

/** @throws RangeError if no monitor is booted on the machine. */
export const viewOf = (system: System, { view: layout, state }: Pick<Compiled, "view" | "state">, machine: Machine): View => {
  const tables = monitorTables(machine);
  const { domains, vcpus, devices } = tables;
  const { levels } = machine.geometry;
  const ioPages = boundsOf(system.bounds, "IoPage").hi + 1;
  const pages = boundsOf(system.bounds, "Page").hi + 1, frames = boundsOf(system.bounds, "Frame").hi + 1, most = boundsOf(system.bounds, "Count").hi;
  const cells = new Int32Array(layout.size);
  const base = (variable: string, ...path: readonly number[]): number => layout.cellOf(variable, path);
  const cached = base("cached", 0, 0, 0, 0), usable = base("usable", 0, 0, 0), walker = base("walker", 0, 0), context = base("context", 0);
  const walk = base("walk", 0, 0, 0), links = base("links", 0, 0), clean = base("clean", 0), kindNow = base("kindNow", 0), touched = base("touched", 0);
  const inside = base("inside"), references = base("references", 0), used = base("used", 0), owned = base("owned", 0), children = base("children", 0);
  const codeAgrees = base("codeAgrees"), untouched = base("untouchedOnDenial");
  const contextRow = 3;
  const clear = base("clear", 0, 0), validatedBy = base("validatedBy", 0), answers = base("answers", 0), confirmed = base("confirmed", 0);
  const content = base("content", 0), intended = base("intended", 0, 0);
  const ioUsable = devices === 0 ? 0 : base("ioUsable", 0, 0, 0), monitorHalf = base("monitorHalf", 0), entered = base("entered", 0), sanitised = base("sanitised", 0);

  // The same type in both stores, hence the same cells.
  const space = state.cellOf("space", [0, 0]), spaceSize = domains * (domains > 1 ? state.cellOf("space", [1, 0]) - space : 2 * pages);

  // The visitors are made once: they run after every step of every call.
  let at = 0, tag = 0, strays = 0;
  const slotOf = (pcid: number): number => (pcid >= 1 && pcid <= domains ? pcid - 1 : -1);
  const visitTranslation = (pcid: Pcid, global: boolean, p: Page, to: Frame, writable: boolean, user: boolean, executable: boolean, encrypted: boolean): void => {
    if (!user) return;
    const f = toAbstract(tables, to), slot = slotOf(pcid);
    if (f < 0 || slot < 0 || p >= pages) {
      strays++;
      return;
    }
    const rights = r | (writable ? w : 0) | (executable ? x : 0);
    const place = p * frames + f;
    const held = cached + (at * domains + slot) * pages * frames + place;
    cells[held] = (cells[held] ?? 0) | rights;
    if (pcid !== tag && !global) return;
    const use = usable + at * pages * frames + place;
    cells[use] = (cells[use] ?? 0) | rights;
    if (!encrypted && machine.nestedBase !== 0) cells[clear + at * frames + f] = 1;
  };
  const visitStructure = (_pcid: Pcid, level: number, prefix: number, table: Frame): void => {
    if (prefix >= prefixesAt(machine.geometry, level)) return;
    const f = toAbstract(tables, table);
    if (f < 0) strays++;
    else cells[walker + at * frames + f] = 1;
  };
  const ioSize = devices * ioPages * frames;
  const visitIo = (p: IoPage, to: Frame, read: boolean, write: boolean): void => {
    const f = toAbstract(tables, to);
    if (f < 0 || p >= ioPages) {
      strays++;
      return;
    }
    const use = ioUsable + (at * ioPages + p) * frames + f;
    cells[use] = (cells[use] ?? 0) | (read ? r : 0) | (write ? w : 0);
  };
  const ioTranslations = (m: Machine): void => {
    cells.fill(0, ioUsable, ioUsable + ioSize);
    for (at = 0; at < devices; at++) {
      forEachIoCached(m, device(at), visitIo);
      // The saturating IOTLB holds every walk already.
      for (let p = 0; p < ioPages && m.tlbMode === "explicit"; p++) {
        for (const to of usableDma(m, device(at), ioPage(p), "r")) visitIo(ioPage(p), to, true, false);
        for (const to of usableDma(m, device(at), ioPage(p), "w")) visitIo(ioPage(p), to, false, true);
      }
    }
  };
  const result = walkResult();
  const rightsWalked = (): number => ((result.rights & USER) === 0 ? 0 : r | ((result.rights & WRITABLE) === 0 ? 0 : w) | ((result.rights & EXECUTABLE) === 0 ? 0 : x));

  const translations = (m: Machine): Malformed | null => {
    strays = 0;
    cells.fill(0, cached, cached + vcpus * domains * pages * frames);
    cells.fill(0, usable, usable + vcpus * pages * frames);
    cells.fill(0, walker, walker + vcpus * frames);
    cells.fill(0, clear, clear + vcpus * frames);
    for (at = 0; at < vcpus; at++) {
      const v = vcpu(at), root = currentRoot(m, v);
      tag = currentPcid(m, v);
      forEachCached(m, v, visitTranslation);
      forEachStructure(m, v, visitStructure);
      const rootFrame = toAbstract(tables, root);
      if (rootFrame >= 0) cells[walker + at * frames + rootFrame] = 1;
      // The saturating TLB holds every walk already.
      for (let p = 0; p < pages && m.tlbMode === "explicit"; p++) {
        if (!walkInto(m, root, page(p), result)) continue;
        const f = toAbstract(tables, result.frame), use = usable + (at * pages + p) * frames + f;
        if (f < 0) strays++;
        else cells[use] = (cells[use] ?? 0) | rightsWalked();
      }
      const row = context + at * contextRow;
      cells[row] = 0;
      for (let d = 0; d < domains; d++) if (readWord(m.memory, tables.domainTable + d * domainRow + 2) === root + 1) cells[row] = d + 1;
      cells[row + 1] = slotOf(tag) + 1;
      cells[row + 2] = cpl(m, v) === 3 ? 1 : 0;
    }
    if (devices > 0) ioTranslations(m);
    return strays === 0 ? null
      : { property: "P3", sentence: "a TLB holds a translation or a walk for ring 3 that leads outside memory, or a page or a tag outside the bounds", at: null };
  };

  const kinds = (m: Machine): void => {
    for (let f = 0; f < frames; f++) {
      const word = readWord(m.memory, tables.frameTable + f * frameRow + 1), kind = word & 0xff;
      cells[validatedBy + f] = f > 0 ? validatedFor(m, tables.monitorFrames + f - 1) : mostOfMonitor(m);
      binding(m, f);
      cells[kindNow + f] = kind === tableTag ? Math.min(word >>> 8, levels) : kind === 0 ? 0 : levels + kind - 1;
      cells[content + f] = f > 0 && isWritten(m, tables.monitorFrames + f - 1) ? 1 : 0;
    }
  };
  /** Whether private accesses pass is asked of the hardware; where they should lead is read from nested table and RMP. */
  const binding = (m: Machine, f: number): void => {
    cells[answers + f] = 0;
    cells[confirmed + f] = 1;
    if (m.nestedBase === 0) return;
    const first = f > 0 ? tables.monitorFrames + f - 1 : 0, end = f > 0 ? first + 1 : tables.monitorFrames;
    for (let physical = first; physical < end; physical++) {
      if (!passes(m, physical)) continue;
      cells[answers + f] = 1;
      if (!isConfirmed(m, physical)) cells[confirmed + f] = 0;
    }
  };
  /** Whether anything gets through to memory: an access of ring 3, one of the monitor, or a page walk, which finds nothing in a table that is out of reach. */
  const passes = (m: Machine, physical: number): boolean => {
    if (typeof nestedTranslate(m, frame(physical), true) === "number") return true;
    for (let word = 0; word < m.wordsPerFrame; word++) if (nestedTableWord(m, frame(physical), word) !== 0) return true;
    try {
      privateFrame(m, frame(physical));
      return true;
    } catch (fault) {
      if (fault instanceof NestedFault) return false;
      throw fault;
    }
  };
  const mostOfMonitor = (m: Machine): number => {
    let most = 0;
    for (let f = 0; f < tables.monitorFrames && m.nestedBase !== 0; f++) most = Math.max(most, validatedFor(m, f));
    return most;
  };
  const isWritten = (m: Machine, physical: number): boolean => {
    for (let word = 0; word < m.wordsPerFrame; word++) if (privateWord(m, physical, word) !== 0) return true;
    for (let word = 0; word < m.wordsPerFrame && m.nestedBase !== 0; word++) if (sharedWord(m, physical, word) !== 0) return true;
    return false;
  };

  const walks = (m: Machine): Malformed | null => {
    cells.fill(0, walk, walk + domains * pages * frames);
    for (let d = 0; d < domains; d++) {
      const root = readWord(m.memory, tables.domainTable + d * domainRow + 2);
      for (let p = 0; p < pages && root > 0; p++) {
        if (!walkInto(m, frame(root - 1), page(p), result)) continue;
        const f = toAbstract(tables, result.frame);
        if (f < 0) return { property: "P4", sentence: `page ${p} of slot ${d} leads to frame ${result.frame}, where there is no memory`, at: null };
        cells[walk + (d * pages + p) * frames + f] = rightsWalked();
      }
    }
    return null;
  };

  /** Whether an entry of the table that maps pages of ring 3 is global. */
  const hasGlobal = (m: Machine, physical: number, level: number): boolean => {
    const entries = entriesPerTable(m.geometry), used = level === levels ? entries / 2 : entries;
    for (let i = 0; i < used; i++) {
      const low = tableWord(m, physical, 2 * i);
      if ((low & P) !== 0 && isLeaf(low, level) && (low & G) !== 0) return true;
    }
    return false;
  };

  const isShared = (m: Machine, f: number): boolean => f > 0 && (readWord(m.memory, tables.frameTable + f * frameRow + 1) & 0xff) === sharedTag;

  const readTable = (m: Machine, f: number, level: number): void => {
    const physical = tables.monitorFrames + f - 1, entries = entriesPerTable(m.geometry);
    for (let i = 0; i < entries; i++) {
      const low = tableWord(m, physical, 2 * i), high = tableWord(m, physical, 2 * i + 1);
      if ((low & P) === 0) {
        if (low !== 0 || high !== 0) cells[clean + f] = 0;
        continue;
      }
      const monitorHalf = level === levels && i >= entries / 2;
      const flags = low & flagBits, meant = monitorHalf ? P | RW | A : isLeaf(low, level) ? P | US | A | D | (low & (level === 1 ? RW : RW | PS)) : P | RW | US | A;
      const encrypted = monitorHalf || !isLeaf(low, level) || !isShared(m, toAbstract(tables, entryFrame(low, high))) ? m.cBit : 0;
      if (hasReservedBits(m.geometry, low, high & ~m.cBit, level) || flags !== meant || (high & m.cBit) !== encrypted || (high & availableBits) !== 0) cells[clean + f] = 0;
      if (level === 1 || (low & PS) !== 0 || monitorHalf) continue;
      const below = toAbstract(tables, entryFrame(low, high));
      const link = links + f * frames + below;
      if (below >= 0) cells[link] = (cells[link] ?? 0) + 1;
    }
  };

  /** Entries of the upper half are those of the first root's, absent or for the monitor alone. */
  const isMonitorHalf = (m: Machine, root: number): boolean => {
    const entries = entriesPerTable(m.geometry), model = readWord(m.memory, tables.domainTable + 2) - 1;
    for (let word = entries; word < 2 * entries; word++) {
      const value = readWord(m.memory, root * m.wordsPerFrame + word);
      if (value !== readWord(m.memory, model * m.wordsPerFrame + word)) return false;
      if (word % 2 === 0 && (value & P) !== 0 && (value & (US | G)) !== 0) return false;
    }
    return true;
  };

  const counter = (m: Machine, word: number): number => Math.min(readWord(m.memory, word), most);

  const refillTables = (m: Machine): Malformed | null => {
    cells.fill(0, links, links + frames * frames);
    const withGlobals = new Set<number>();
    for (let f = 0; f < frames; f++) {
      const row = tables.frameTable + f * frameRow, kind = readWord(m.memory, row + 1);
      cells[clean + f] = 1;
      if ((kind & 0xff) === tableTag && f > 0) {
        readTable(m, f, kind >>> 8);
        if (hasGlobal(m, tables.monitorFrames + f - 1, kind >>> 8)) withGlobals.add(readWord(m.memory, row) - 1);
      }
      cells[references + f] = counter(m, row + 2);
      cells[used + f] = counter(m, row + 3);
    }
    for (let d = 0; d < domains; d++) {
      const row = tables.domainTable + d * domainRow, root = readWord(m.memory, row + 2);
      cells[owned + d] = counter(m, row + 3);
      cells[children + d] = counter(m, row + 4);
      cells[monitorHalf + d] = root > 0 && isMonitorHalf(m, root - 1) && !withGlobals.has(d) ? 1 : 0;
    }
    return walks(m);
  };

  return {
    cells, translations, kinds, walks, tables: refillTables,
    intend: (state) => { for (let i = 0; i < spaceSize; i++) cells[intended + i] = state[space + i] ?? 0; },
    touch: (f, yes) => { cells[touched + f] = yes ? 1 : 0; },
    untouchAll: () => { cells.fill(0, touched, touched + frames); },
    usableAnywhere: (f) => {
      for (let cell = usable + f; cell < usable + vcpus * pages * frames; cell += frames) if (cells[cell] !== 0) return true;
      for (let cell = ioUsable + f; cell < ioUsable + ioSize; cell += frames) if (cells[cell] !== 0) return true;
      return false;
    },
    inside: (yes) => { cells[inside] = yes ? 1 : 0; },
    verdict: (agrees, alone) => {
      cells[codeAgrees] = agrees ? 1 : 0;
      cells[untouched] = alone ? 1 : 0;
    },
    contexts: (verdicts) => {
      for (let v = 0; v < vcpus; v++) {
        cells[entered + v] = verdicts?.[v]?.entered === false ? 0 : 1;
        cells[sanitised + v] = verdicts?.[v]?.sanitised === false ? 0 : 1;
      }
    },
  };
};
