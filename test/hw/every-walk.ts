import type { Geometry } from "../../hw/geometry.ts";
import { allPages } from "../../hw/geometry.ts";
import { vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { CR3_PCID, CR3_ROOT, PAGING, vcpuWord } from "../../hw/state.ts";
import type { SystemStep } from "./steps.ts";

/*
 * What some walk could have cached, by trying all of them: a walk reads its entries at moments t(L) <= ... <= t(1) of the history, each one from the memory of that
 * moment, while its PCID is current; what it has cached must survive the invalidations until it is used next, and until now. No sets are
 * kept and nothing is closed: a second opinion on the saturating TLB, exponential and obvious.
 */

/** The machine after one step, with the step that led here. */
export interface Moment {
  readonly step: SystemStep | null;
  readonly entries: readonly (readonly bigint[])[];
  readonly contexts: readonly ({ readonly root: number; readonly tag: number } | null)[];
}

export function momentOf(m: Machine, step: SystemStep | null): Moment {
  const entries = Array.from({ length: m.frames }, (_f, at) =>
    Array.from({ length: m.wordsPerFrame / 2 }, (_e, index) => {
      const first = at * m.wordsPerFrame + 2 * index;
      return (BigInt(m.memory.words[first + 1] ?? 0) << 32n) | BigInt(m.memory.words[first] ?? 0);
    }),
  );
  const contexts = Array.from({ length: m.vcpus }, (_v, n) =>
    vcpuWord(m, vcpu(n), PAGING) === 0 ? null : { root: vcpuWord(m, vcpu(n), CR3_ROOT), tag: vcpuWord(m, vcpu(n), CR3_PCID) },
  );
  return { step, entries, contexts };
}

interface Cached {
  readonly tag: number;
  /** The pages that it translates: `first` to `first + span - 1`. */
  readonly first: number;
  readonly span: number;
  readonly global: boolean;
  readonly translation: boolean;
}

/** Does the step before this moment drop `c` from vCPU `n`? The sentences of SDM vol. 3, 4.10.4.1. */
function dropped(moments: readonly Moment[], t: number, n: number, c: Cached): boolean {
  const step = moments[t]?.step ?? null;
  if (step === null || step.do === "entry" || step.do === "word" || step.v !== n) return false;
  const inside = (at: number): boolean => at >= c.first && at < c.first + c.span;
  const local = !(c.translation && c.global);
  if (step.do === "all") return true;
  if (step.do === "allNonGlobal") return local;
  if (step.do === "cr3") return !step.noFlush && c.tag === step.tag && local;
  if (step.do === "context") return c.tag === step.tag && local;
  if (step.do === "address") return c.tag === step.tag && local && inside(step.at);
  // INVLPG acts on the PCID that is current, which it does not change.
  const current = moments[t]?.contexts[n]?.tag;
  if (!c.translation) return c.tag === current;
  return inside(step.at) && (c.tag === current || c.global);
}

/** Returns, sorted and as text, what vCPU `n` may have cached at the last moment. */
export function everyWalk(g: Geometry, moments: readonly Moment[], n: number): { translations: string[]; structures: string[] } {
  const translations = new Set<string>();
  const structures = new Set<string>();
  const size = 2 ** g.indexBits;
  const end = moments.length - 1;

  /** The last moment at which something cached at `t` is still there. */
  const lives = (t: number, c: Cached): number => {
    let last = t;
    while (last < end && !dropped(moments, last + 1, n, c)) last++;
    return last;
  };

  /** Continue every walk of `tag` that holds a pointer to `table` from moment `from` to moment `until`. */
  const descend = (tag: number, table: number, level: number, prefix: number, user: boolean, write: boolean, exec: boolean, from: number, until: number): void => {
    for (let t = from; t <= until; t++) {
      if (moments[t]?.contexts[n]?.tag !== tag) continue;
      for (let index = 0; index < size; index++) {
        const entry = moments[t]?.entries[table]?.[index] ?? 0n;
        const has = (bit: number): boolean => ((entry >> BigInt(bit)) & 1n) === 1n;
        const shift = g.indexBits * (level - 1);
        const number = Number((entry >> 12n) & 0xfffffffn);
        if (!has(0) || ((entry >> 40n) & 0xfffn) !== 0n) continue;
        const large = level > 1 && has(7);
        if (large && (level === 4 || (number & (2 ** shift - 1) & ~1) !== 0)) continue;
        const u = user && has(2);
        const w = write && has(1);
        const x = exec && !has(63);
        const child = prefix * size + index;
        const first = child * 2 ** shift;
        const translation = level === 1 || large;
        const c = { tag, first, span: 2 ** shift, global: has(8), translation };
        const last = lives(t, c);
        if (translation) {
          const base = number - (number % 2 ** shift);
          for (let k = 0; k < 2 ** shift && last === end; k++) {
            translations.add(`${tag}: ${first + k} -> ${base + k} ${w ? "w" : "-"}${u ? "u" : "-"}${x ? "x" : "-"}${c.global ? "g" : "-"}`);
          }
        } else {
          if (last === end) structures.add(`${tag}: level ${level - 1} table ${child} -> ${number}`);
          descend(tag, number, level - 1, child, u, w, x, t, last);
        }
      }
    }
  };

  moments.forEach((moment, t) => {
    const context = moment.contexts[n] ?? null;
    if (context !== null) descend(context.tag, context.root, g.levels, 0, true, true, true, t, t);
  });
  if ([...translations].some((text) => Number(text.split(" ")[1]) >= allPages(g))) throw new Error("a page outside the address space");
  return { translations: [...translations].sort(), structures: [...structures].sort() };
}
