import { readReached, writeReached } from "./bus.ts";
import type { Device, Frame, IoPage } from "./identifiers.ts";
import { IO_READ, IO_WRITE } from "./io-entry.ts";
import { cachedFrames } from "./iotlb.ts";
import type { IoFault } from "./iotlb-explicit.ts";
import { translateIoExplicit, walkIoExplicit } from "./iotlb-explicit.ts";
import { readWord, writeWord } from "./memory.ts";
import type { NestedReason } from "./nested.ts";
import { nestedTranslate } from "./nested.ts";
import type { Machine } from "./state.ts";
import { IO_REGISTER, deviceStart } from "./state.ts";

/*
 * What a device can do: DMA by the IOMMU's translations, whatever the page tables of the vCPUs say, and one register as all that it remembers. DMA in flight
 * when an invalidation is queued is a DMA by a cached translation, and so possible until the wait.
 *
 * On sev-snp a device has no key: its DMA is a shared access, and the RMP lets it reach unassigned frames only, which the host can reach anyway (APM vol. 2, 15.36.10).
 */

export type { IoFault } from "./iotlb-explicit.ts";
export type DmaRight = "r" | "w";

/** What a DMA came to. `value` is present after a read only. */
export type DmaResult = { readonly ok: true; readonly frame: Frame; readonly value?: number } | { readonly ok: false; readonly fault: IoFault | NestedReason };

function mask(right: DmaRight): number {
  return right === "r" ? IO_READ : IO_WRITE;
}

/** Returns the frame that a DMA has been translated to, or why the host's translation does not let it pass. A plain machine has none. */
function behind(m: Machine, to: Frame): Frame | NestedReason {
  if (m.nestedBase === 0) return to;
  const system = nestedTranslate(m, to, false);
  return typeof system === "number" ? to : system;
}

/** Returns in ascending order every frame that DMA of `x` at `at` with `right` can reach by some cached translation or a walk (48882, 2.2.3). In explicit mode it leaves the caches as they are. */
export function usableDma(m: Machine, x: Device, at: IoPage, right: DmaRight): Frame[] {
  const frames = cachedFrames(m, x, at, mask(right));
  // The saturating IOTLB holds that walk already.
  const walked = m.tlbMode === "explicit" ? walkIoExplicit(m, x, at, mask(right)) : "not-present";
  if (typeof walked === "number") frames.push(walked);
  return [...new Set(frames)].filter((to) => typeof behind(m, to) === "number").sort((a, b) => a - b);
}

function requireUsable(m: Machine, x: Device, at: IoPage, right: DmaRight, through: Frame): void {
  if (!usableDma(m, x, at, right).includes(through)) throw new RangeError(`device ${x} has no translation of IO page ${at} to frame ${through} with right ${right}`);
}

/** Returns word `word` of frame `through`, read by DMA at `at`. Throws RangeError unless `through` is one of `usableDma(m, x, at, "r")`. */
export function dmaRead(m: Machine, x: Device, at: IoPage, through: Frame, word: number): number {
  requireUsable(m, x, at, "r", through);
  return readReached(m, through, word);
}

/** Writes word `word` of frame `through` by DMA at `at`. Throws RangeError unless `through` is one of `usableDma(m, x, at, "w")`. */
export function dmaWrite(m: Machine, x: Device, at: IoPage, through: Frame, word: number, value: number): void {
  requireUsable(m, x, at, "w", through);
  writeReached(m, through, word, value);
}

/** Returns the frame of a DMA: in explicit mode by IOTLB, walk and fill; in saturating mode the lowest of those usable, or why there is none by the tables as they are now. */
function translate(m: Machine, x: Device, at: IoPage, right: DmaRight): Frame | IoFault | NestedReason {
  const lowest = m.tlbMode === "explicit" ? undefined : usableDma(m, x, at, right)[0];
  if (lowest !== undefined) return lowest;
  const to = m.tlbMode === "explicit" ? translateIoExplicit(m, x, at, mask(right)) : walkIoExplicit(m, x, at, mask(right));
  return typeof to === "number" ? behind(m, to) : to;
}

/** A DMA read: returns the frame reached and its word `word`, or the fault (48882, 2.2.3 and 2.5). */
export function dmaLoad(m: Machine, x: Device, at: IoPage, word: number): DmaResult {
  const to = translate(m, x, at, "r");
  return typeof to === "number" ? { ok: true, frame: to, value: readReached(m, to, word) } : { ok: false, fault: to };
}

/** A DMA write: writes word `word` of the frame reached and returns that frame, or the fault (48882, 2.2.3 and 2.5). */
export function dmaStore(m: Machine, x: Device, at: IoPage, word: number, value: number): DmaResult {
  const to = translate(m, x, at, "w");
  if (typeof to !== "number") return { ok: false, fault: to };
  writeReached(m, to, word, value);
  return { ok: true, frame: to };
}

/** Returns the register of `x`: what the device remembers. */
export function deviceRegister(m: Machine, x: Device): number {
  return readWord(m.memory, deviceStart(m, x) + IO_REGISTER);
}

/** Sets the register of `x` to `value` modulo 2^32. */
export function writeDeviceRegister(m: Machine, x: Device, value: number): void {
  writeWord(m.memory, deviceStart(m, x) + IO_REGISTER, value);
}

/** Function-level reset: the device forgets (PCI Express Base Specification, 6.6.2). What the IOMMU has cached for it is not the device's and stays. */
export function resetDevice(m: Machine, x: Device): void {
  writeDeviceRegister(m, x, 0);
}
