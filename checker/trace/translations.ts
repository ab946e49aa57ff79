/** What TLBs hold and tables give at one moment, as comparable plain data. */
import { entriesPerTable } from "../../hw/geometry.ts";
import { frame, vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { page as pageNumber } from "../../hw/identifiers.ts";
import { walk } from "../../hw/paging.ts";
import { forEachCached } from "../../hw/tlb.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { Cells, Compiled } from "../compile/compiled.ts";
import { tableWord } from "../refine/memory-behind.ts";
import { toPhysical } from "../refine/placement.ts";
import { frameName, type Naming } from "./naming.ts";
import type { TlbChange, WalkBeside } from "./recording.ts";

export type CachedTranslation = Omit<TlbChange, "change">;

const accessOf = (writable: boolean, executable: boolean): string => `r${writable ? "w" : ""}${executable ? "x" : ""}`;

/** Every translation for ring 3 that some TLB holds, by vCPU, tag and page. */
export const cachedTranslations = (naming: Naming, m: Machine): readonly CachedTranslation[] => {
  const found: CachedTranslation[] = [];
  for (let v = 0; v < m.vcpus; v++) {
    forEachCached(m, vcpu(v), (tag, _global, page, to, writable, user, executable) => {
      if (user) found.push({ vcpu: v, tag: naming.policy.domains[tag - 1] ?? `tag ${tag}`, page, frame: String(frameName(naming, to)), access: accessOf(writable, executable) });
    });
  }
  return found;
};

const key = ({ vcpu: v, tag, page, frame: to, access }: CachedTranslation): string => [v, tag, page, to, access].join(" ");

/** What came and what went. */
export const tlbChanges = (before: readonly CachedTranslation[], after: readonly CachedTranslation[]): readonly TlbChange[] => {
  const old = new Set(before.map(key)), now = new Set(after.map(key));
  return [
    ...before.filter((one) => !now.has(key(one))).map((one) => ({ ...one, change: "went" as const })),
    ...after.filter((one) => !old.has(key(one))).map((one) => ({ ...one, change: "came" as const })),
  ];
};

/** Each page of each domain where some TLB does not hold exactly what the tables of the domain give. */
export const besides = (naming: Naming, compiled: Compiled, m: Machine, state: Cells): readonly WalkBeside[] => {
  const { policy, system, placement } = naming, cached = cachedTranslations(naming, m);
  const pages = boundsOf(system.bounds, "Page").hi + 1, top = boundsOf(system.bounds, "Level").hi;
  return policy.domains.flatMap((domain, d) => {
    const root = (state[compiled.state.cellOf("tables", [d, top - 1, 0])] ?? 0) - 1;
    return Array.from({ length: pages }, (_, page) => page).flatMap((page) => {
      const walked = root < 0 ? null : walk(m, frame(toPhysical(placement, root)), pageNumber(page));
      const table = walked?.ok === true && walked.user ? { frame: String(frameName(naming, walked.frame)), access: accessOf(walked.writable, walked.executable) } : null;
      return Array.from({ length: m.vcpus }, (_, v) => v).flatMap((v): readonly WalkBeside[] => {
        const held = cached.filter((one) => one.vcpu === v && one.tag === domain && one.page === page).map((one) => ({ frame: one.frame, access: one.access }));
        const same = held.every((one) => table !== null && one.frame === table.frame && one.access === table.access);
        return same ? [] : [{ vcpu: v, domain, page, cached: held, table }];
      });
    });
  });
};

/** The two words of every entry of a frame. */
export const entriesOf = (m: Machine, physical: number): readonly (readonly [number, number])[] =>
  Array.from({ length: entriesPerTable(m.geometry) }, (_, i) => [tableWord(m, physical, 2 * i), tableWord(m, physical, 2 * i + 1)]);
