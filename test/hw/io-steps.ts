import fc from "fast-check";
import type { DmaRight } from "../../hw/dma.ts";
import { entryLow } from "../../hw/entry.ts";
import { geometry } from "../../hw/geometry.ts";
import type { Device, Frame, IoPage } from "../../hw/identifiers.ts";
import { device, frame, ioPage } from "../../hw/identifiers.ts";
import { V, TV, deviceEntryLow, ioEntryHigh, ioEntryLow } from "../../hw/io-entry.ts";
import { completionWait, forEachIoCached, forEachIoRoot, invalidateDeviceEntry, invalidateIoPages, setDeviceTable } from "../../hw/iommu.ts";
import type { Machine } from "../../hw/machine.ts";
import { writeEntry } from "../../hw/physical.ts";

/** What the owner of the IOMMU does, on a machine with the device table in frame 0 and IO page tables in the others. */
export type IoSystemStep =
  | { readonly do: "entry"; readonly at: Frame; readonly index: number; readonly low: number; readonly high: number }
  | { readonly do: "base"; readonly at: Frame }
  | { readonly do: "device-entry" | "pages"; readonly x: Device }
  | { readonly do: "wait" };

/** What a device does. */
export interface DmaStep {
  readonly do: "dma";
  readonly x: Device;
  readonly at: IoPage;
  readonly right: DmaRight;
}

export const DEVICES = 2;
export const FRAMES = 5;
export const GEOMETRIES = [geometry(2, 1), geometry(2, 2)] as const;

const rights = fc.tuple(fc.boolean(), fc.boolean());

/** An entry for the device table (frame 0, so seldom touched as a page) or for an IO page table, mostly well formed. */
function words(at: number): fc.Arbitrary<{ low: number; high: number }> {
  const pointed = fc.record({ to: fc.nat(FRAMES).map(frame), rights });
  const good = pointed.map(({ to, rights: [read, write] }) => ({ low: at === 0 ? deviceEntryLow(to) : ioEntryLow(to), high: ioEntryHigh(to, read || !write, write) }));
  const odd = fc.record({ to: fc.nat(FRAMES).map(frame), flags: fc.constantFrom(0, V, TV, 0x401, 0xfff), high: fc.constantFrom(0, 0x60000000, 0x60000100) });
  return fc.oneof(
    { weight: 8, arbitrary: good },
    { weight: 1, arbitrary: odd.map(({ to, flags, high }) => ({ low: entryLow(to, flags), high })) },
    { weight: 3, arbitrary: fc.constant({ low: 0, high: 0 }) },
  );
}

export function ioSystemStep(entries: number): fc.Arbitrary<IoSystemStep> {
  const x = fc.nat(DEVICES - 1).map(device);
  const entry = fc.nat(FRAMES - 1).chain((at) => fc.record({ index: fc.nat(entries - 1), w: words(at) }).map(({ index, w }) => ({ do: "entry" as const, at: frame(at), index, ...w })));
  return fc.oneof(
    { weight: 12, arbitrary: entry },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("device-entry" as const, "pages" as const), x }) },
    { weight: 2, arbitrary: fc.constant({ do: "wait" as const }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 0, 0, 1).map((at) => ({ do: "base" as const, at: frame(at) })) },
  );
}

export function dmaStep(entries: number): fc.Arbitrary<DmaStep> {
  return fc.record({ do: fc.constant("dma" as const), x: fc.nat(DEVICES - 1).map(device), at: fc.nat(entries).map(ioPage), right: fc.constantFrom<DmaRight>("r", "w") });
}

/** Writes that fill every entry, so that DMA reaches something from the first step on. */
export function ioContents(entries: number): fc.Arbitrary<IoSystemStep[]> {
  const slots = Array.from({ length: FRAMES * entries }, (_slot, n) => words(n % FRAMES).map((w) => ({ do: "entry" as const, at: frame(n % FRAMES), index: Math.floor(n / FRAMES), ...w })));
  return fc.tuple(...slots);
}

export function performIo(m: Machine, step: IoSystemStep): void {
  switch (step.do) {
    case "entry":
      return writeEntry(m, step.at, step.index, step.low, step.high);
    case "base":
      return setDeviceTable(m, step.at);
    case "device-entry":
      return invalidateDeviceEntry(m, step.x);
    case "pages":
      return invalidateIoPages(m, step.x);
    case "wait":
      return completionWait(m);
  }
}

const text = (read: boolean, write: boolean): string => `${read ? "r" : "-"}${write ? "w" : "-"}`;

/** The cached translations of `x` as readable text, without repetition. */
export function ioTranslations(m: Machine, x: Device): string[] {
  const found = new Set<string>();
  forEachIoCached(m, x, (at, to, read, write) => found.add(`${at} -> ${to} ${text(read, write)}`));
  return [...found].sort();
}

/** The cached device-table entries of `x` as readable text, without repetition. */
export function ioRoots(m: Machine, x: Device): string[] {
  const found = new Set<string>();
  forEachIoRoot(m, x, (root, read, write) => found.add(`root ${root} ${text(read, write)}`));
  return [...found].sort();
}
