/**
 * What the finite caches of an explicit machine may do by themselves at a moment: be filled by a walk that nobody asked for, lose an entry, and, behind the IOMMU, execute a
 * command that is queued. Walks of the monitor half are left out: they lead to nothing that ring 3 can use or that a property looks at.
 */
import { A, D, entryFrame, G, isLeaf, leafFrame } from "../../../../hw/entry.ts";
import { deviceEntryHighWord, deviceEntryLowWord, hasDeviceTable } from "../../../../hw/device-table.ts";
import { entriesPerTable, pagesPerEntry } from "../../../../hw/geometry.ts";
import { device, frame, pcid, vcpu, type Device, type Frame, type Vcpu } from "../../../../hw/identifiers.ts";
import { deviceEntryRights, ioEntryFrame, ioEntryRights } from "../../../../hw/io-entry.ts";
import { cachedTag, rightsOf as ioRightsOf } from "../../../../hw/iotlb-entry.ts";
import { drainIoExplicit } from "../../../../hw/iotlb-explicit.ts";
import type { Machine } from "../../../../hw/machine.ts";
import { readWord, writeWord } from "../../../../hw/memory.ts";
import { ALL_RIGHTS, combineRights, entryFault, tableWord } from "../../../../hw/paging.ts";
import { CR3_PCID, CR3_ROOT, deviceStart, IO_COUNT, IO_DEVICE_ENTRIES, IO_HEADER_WORDS, IO_PENDING, PAGING, TLB_ENTRY_WORDS, TLB_HEADER_WORDS, tlbStart, vcpuWord } from "../../../../hw/state.ts";
import { DIRTY, ENCRYPTED, levelOf, pcidOf, rightsOf, structureTag, translationTag } from "../../../../hw/tlb-entry.ts";

/** A list of entries in memory: the word that counts them, and the word where they begin. */
interface Store { readonly count: number; readonly first: number }

/** An entry that may be cached: where, and its three words. */
interface Fill { readonly does: "fill"; readonly into: Store; readonly words: readonly [number, number, number] }
/** A queued command takes effect before anybody waits for it. */
interface Execute { readonly does: "execute"; readonly device: Device }
export type CacheMove = Fill | Execute;

const translationsOf = (m: Machine, v: Vcpu): Store => ({ count: tlbStart(m, v), first: tlbStart(m, v) + TLB_HEADER_WORDS });
const structuresOf = (m: Machine, v: Vcpu): Store => ({ count: tlbStart(m, v) + 1, first: tlbStart(m, v) + TLB_HEADER_WORDS + m.tlbCapacity * TLB_ENTRY_WORDS });
const ioTranslationsOf = (m: Machine, x: Device): Store => ({ count: deviceStart(m, x) + IO_COUNT, first: deviceStart(m, x) + IO_HEADER_WORDS });
const deviceEntryOf = (m: Machine, x: Device): Store => ({ count: deviceStart(m, x) + IO_DEVICE_ENTRIES, first: deviceStart(m, x) + IO_HEADER_WORDS + m.tlbCapacity * TLB_ENTRY_WORDS });

const storesOf = (m: Machine): readonly Store[] => [
  ...Array.from({ length: m.vcpus }, (_, n) => [translationsOf(m, vcpu(n)), structuresOf(m, vcpu(n))]).flat(),
  ...Array.from({ length: m.devices }, (_, n) => [ioTranslationsOf(m, device(n)), deviceEntryOf(m, device(n))]).flat(),
];

const entriesIn = (m: Machine, { count, first }: Store): readonly (readonly [number, number, number])[] =>
  Array.from({ length: readWord(m.memory, count) }, (_, n) => first + n * TLB_ENTRY_WORDS)
    .map((word) => [readWord(m.memory, word), readWord(m.memory, word + 1), readWord(m.memory, word + 2)]);

/** Whether both are the same move. */
export const sameMove = (a: CacheMove, b: CacheMove): boolean => {
  if (a.does === "execute" || b.does === "execute") return a.does === "execute" && b.does === "execute" && a.device === b.device;
  return a.into.first === b.into.first && a.words[0] === b.words[0] && a.words[1] === b.words[1] && a.words[2] === b.words[2];
};

const isHeld = (m: Machine, { into: { count, first }, words }: Fill): boolean => {
  const end = first + readWord(m.memory, count) * TLB_ENTRY_WORDS;
  for (let at = first; at < end; at += TLB_ENTRY_WORDS) if (words.every((word, i) => word === readWord(m.memory, at + i))) return true;
  return false;
};

/** How many entries all caches hold. */
export const heldCount = (m: Machine): number => storesOf(m).reduce((sum, { count }) => sum + readWord(m.memory, count), 0);

/** Every entry that a walk from `table` finds, each by itself: a walk may cache any part of what it reads. */
const walked = (m: Machine, v: Vcpu, level: number, prefix: number, rights: number, table: Frame): readonly Fill[] => {
  const g = m.geometry, entries = entriesPerTable(g), tag = pcid(vcpuWord(m, v, CR3_PCID));
  return Array.from({ length: level === g.levels ? entries / 2 : entries }, (_, index) => index).flatMap((index): readonly Fill[] => {
    const low = tableWord(m, table, 2 * index), high = tableWord(m, table, 2 * index + 1), child = prefix * entries + index;
    if (entryFault(m, low, high, level) !== "none" || (low & A) === 0) return [];
    const combined = combineRights(rights, low, high);
    if (!isLeaf(low, level)) {
      const below = entryFrame(low, high);
      return [{ does: "fill", into: structuresOf(m, v), words: [structureTag(tag, level - 1, combined), child, below] }, ...walked(m, v, level - 1, child, combined, below)];
    }
    const page = child * pagesPerEntry(g, level);
    const flags = ((low & D) === 0 ? 0 : DIRTY) | ((high & m.cBit) === 0 ? 0 : ENCRYPTED);
    return [{ does: "fill", into: translationsOf(m, v), words: [(translationTag(tag, level, combined, (low & G) !== 0, page) | flags) >>> 0, page >>> 0, leafFrame(g, low, high, level)] }];
  });
};

const walksOf = (m: Machine, v: Vcpu): readonly Fill[] => {
  if (vcpuWord(m, v, PAGING) === 0) return [];
  const current = vcpuWord(m, v, CR3_PCID);
  const near = entriesIn(m, structuresOf(m, v)).filter(([tag]) => (pcidOf(tag) as number) === current);
  return [
    ...walked(m, v, m.geometry.levels, 0, ALL_RIGHTS, frame(vcpuWord(m, v, CR3_ROOT))),
    ...near.flatMap(([tag, prefix, table]) => walked(m, v, levelOf(tag), prefix, rightsOf(tag), frame(table))),
  ];
};

const dmaOf = (m: Machine, x: Device): readonly Fill[] => {
  if (!hasDeviceTable(m)) return [];
  const low = deviceEntryLowWord(m, x), high = deviceEntryHighWord(m, x), [cached] = entriesIn(m, deviceEntryOf(m, x));
  const now = deviceEntryRights(low, high);
  const [rights, root] = cached === undefined ? [now, ioEntryFrame(low, high)] : [ioRightsOf(cached[0]), frame(cached[2])];
  const itself: readonly Fill[] = now === 0 || cached !== undefined ? [] : [{ does: "fill", into: deviceEntryOf(m, x), words: [cachedTag(false, now), 0, ioEntryFrame(low, high)] }];
  return [...itself, ...Array.from({ length: entriesPerTable(m.geometry) }, (_, page) => page).flatMap((page): readonly Fill[] => {
    const entryLow = tableWord(m, root, 2 * page), entryHigh = tableWord(m, root, 2 * page + 1), both = rights & ioEntryRights(entryLow, entryHigh);
    return both === 0 ? [] : [{ does: "fill", into: ioTranslationsOf(m, x), words: [cachedTag(true, both), page, ioEntryFrame(entryLow, entryHigh)] }];
  })];
};

/** Everything that the caches may do now, evictions apart; no entry that is held already. */
export const cacheMoves = (m: Machine): readonly CacheMove[] => {
  const devices = Array.from({ length: m.devices }, (_, n) => device(n));
  const fills = [...Array.from({ length: m.vcpus }, (_, n) => walksOf(m, vcpu(n))).flat(), ...devices.flatMap((x) => dmaOf(m, x))].filter((one) => !isHeld(m, one));
  const queued = devices.filter((x) => readWord(m.memory, deviceStart(m, x) + IO_PENDING) !== 0).map((x): Execute => ({ does: "execute", device: x }));
  return [...fills, ...queued].filter((one, i, all) => all.findIndex((other) => sameMove(one, other)) === i);
};

const put = (m: Machine, { count, first }: Store, entries: readonly (readonly number[])[]): void => {
  const before = readWord(m.memory, count);
  writeWord(m.memory, count, entries.length);
  for (let n = 0; n < Math.max(before, entries.length); n++) for (let i = 0; i < TLB_ENTRY_WORDS; i++) writeWord(m.memory, first + n * TLB_ENTRY_WORDS + i, entries[n]?.[i] ?? 0);
};

/** Does it. Lists stay sorted: which entry makes room is a choice here, so their order means nothing. */
export const performCacheMove = (m: Machine, move: CacheMove): void => {
  if (move.does === "execute") drainIoExplicit(m, move.device);
  else put(m, move.into, [...entriesIn(m, move.into), move.words].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));
};

/** Each way of dropping one entry. */
export const evictions = (m: Machine): readonly (() => void)[] => storesOf(m).flatMap((store) => {
  const held = entriesIn(m, store);
  return held.map((_, at) => () => { put(m, store, held.filter((_one, n) => n !== at)); });
});
