import type { Machine } from "../../hw/machine.ts";
import type { IoSystemStep } from "./io-steps.ts";

/*
 * What some DMA could have cached, by trying all histories: the device-table entry is read at a moment t1, the IO page table at a moment t2 >= t1 until which the cached
 * device-table entry may have lived, and a queued invalidation is executed at any moment between its command and the next wait. No sets are kept, nothing is condemned
 * or pardoned: a second opinion on the saturating IOTLB.
 */

/** The memory after one step, with the step that led here. */
export interface IoMoment {
  readonly step: IoSystemStep | null;
  readonly base: number;
  readonly entries: readonly (readonly bigint[])[];
}

export function ioMomentOf(m: Machine, step: IoSystemStep | null, base: number): IoMoment {
  const entries = Array.from({ length: m.frames }, (_f, at) =>
    Array.from({ length: m.wordsPerFrame / 2 }, (_e, index) => {
      const first = at * m.wordsPerFrame + 2 * index;
      return (BigInt(m.memory.words[first + 1] ?? 0) << 32n) | BigInt(m.memory.words[first] ?? 0);
    }),
  );
  return { step, base, entries };
}

/** The last moment at which something cached at moment `t` may still be there: a wait ends it only if its command was queued after `t`. */
function lives(moments: readonly IoMoment[], x: number, t: number, command: "device-entry" | "pages"): number {
  let condemned = false;
  for (let n = t + 1; n < moments.length; n++) {
    const step = moments[n]?.step ?? null;
    if (step === null) continue;
    if (step.do === command && "x" in step && step.x === x) condemned = true;
    if (step.do === "wait" && condemned) return n - 1;
  }
  return moments.length - 1;
}

const bits = (entry: bigint, from: number, count: number): number => Number((entry >> BigInt(from)) & ((1n << BigInt(count)) - 1n));
const rights = (entry: bigint): string => `${bits(entry, 61, 1) === 1 ? "r" : "-"}${bits(entry, 62, 1) === 1 ? "w" : "-"}`;
const both = (a: string, b: string): string => [...a].map((c, n) => (c === b[n] ? c : "-")).join("");

/** Every translation and device-table entry that may be cached for device `x` at the last of `moments`, as `ioTranslations` and `ioRoots` write them. */
export function everyDma(moments: readonly IoMoment[], x: number): { translations: string[]; roots: string[] } {
  const translations = new Set<string>();
  const roots = new Set<string>();
  const end = moments.length - 1;
  moments.forEach((moment, t1) => {
    const size = moment.entries[0]?.length ?? 1;
    const entry = moment.entries[moment.base + Math.floor(x / size)]?.[x % size] ?? 0n;
    const given = rights(entry);
    // V, TV and mode 1; no address bit beyond the width.
    if (moment.base < 0 || bits(entry, 0, 2) !== 3 || bits(entry, 9, 3) !== 1 || bits(entry, 40, 12) !== 0 || given === "--") return;
    const root = bits(entry, 12, 28);
    const last = lives(moments, x, t1, "device-entry");
    if (last === end) roots.add(`root ${root} ${given}`);
    for (let t2 = t1; t2 <= last; t2++) {
      if (lives(moments, x, t2, "pages") !== end) continue;
      (moments[t2]?.entries[root] ?? []).forEach((page, index) => {
        const common = both(given, rights(page));
        if (bits(page, 0, 1) !== 1 || bits(page, 9, 3) !== 0 || bits(page, 40, 12) !== 0 || common === "--") return;
        translations.add(`${index} -> ${bits(page, 12, 28)} ${common}`);
      });
    }
  });
  return { translations: [...translations].sort(), roots: [...roots].sort() };
}
