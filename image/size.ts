/** How much memory the monitor needs: whoever lays out a machine asks before there is one. */
import { entriesPerTable, HEADER_WORDS, ROW, wordsPerFrame, type Geometry } from "../monitor/vocabulary.ts";

/** How many there are of what the monitor keeps rows for: frames outside the monitor, ..., calls on a stack. */
export type Sizes = Readonly<Record<"others" | "domains" | "vcpus" | "gates" | "devices" | "stack", number>>;

/** Frames of the hardware's device table. */
export const deviceTableFrames = (g: Geometry, devices: number): number => Math.ceil(devices / entriesPerTable(g));

/** M: what holds the tables of monitor/layout.ts, the IOMMU's tables, and one page table a level below the roots. */
export function monitorFramesNeeded(g: Geometry, { others, domains, vcpus, gates, devices, stack }: Sizes): number {
  const policy = domains * (ROW.domain + domains) + gates * ROW.gate + devices * ROW.device;
  const threads = vcpus * (ROW.vcpu + domains * (ROW.thread + stack * ROW.call));
  const words = HEADER_WORDS + (1 + others) * (ROW.frame + domains) + policy + threads;
  return Math.ceil(words / wordsPerFrame(g)) + deviceTableFrames(g, devices) + devices + g.levels - 1;
}
