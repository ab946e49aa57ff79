/** Who stands how to whom, in the cells of an abstract state and by the policy: what decides who sees what. */
import type { System } from "../../spec/lang/system.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import type { MonitorTables } from "../refine/abstract-layout.ts";

const free = 0, building = 1, sealed = 2, dying = 3;

export interface Relations {
  /** It is building or sealed. */
  lives(cells: Cells, d: number): boolean;
  isSealed(cells: Cells, d: number): boolean;
  isBelow(cells: Cells, d: number, ancestor: number): boolean;
  /** `d` is a child of `w` under construction. */
  builds(cells: Cells, w: number, d: number): boolean;
  /** By the policy: the slot's creator. */
  mayCreate(w: number, d: number): boolean;
  /** By the policy: `w` may grant to `d`, call it, or switch to its threads. */
  mayAddress(w: number, d: number): boolean;
  /** It, or a domain below it, may drive the device. */
  mayAssign(cells: Cells, w: number, x: number): boolean;
  kindOf(cells: Cells, f: number): number;
  /** Ring 3 may see it: data, or shared with the host. */
  isData(cells: Cells, f: number): boolean;
  isShared(cells: Cells, f: number): boolean;
  /**
   * What `w` sees of a frame's owner (-1 is the monitor): 1 is itself; 2 + d a child d that it builds, or a dying domain d below it; further on, the child in whose
   * line the owner is; 0 is anyone else.
   */
  ownerSeenBy(cells: Cells, w: number, owner: number): number;
  /** After how many of its calls the thread is in `w`; -1 where it is not. */
  placeIn(cells: Cells, home: number, v: number, w: number): number;
}

export const relationsOf = (system: System, state: StoreLayout, { domains, vcpus, stack }: MonitorTables): Relations => {
  const numbers = (constant: string): readonly number[] => (system.constants[constant] ?? []) as readonly number[];
  const creator = (system.constants["creator"] ?? []) as readonly (number | null)[];
  const mayGrant = (system.constants["mayGrant"] ?? []) as readonly (readonly number[])[];
  const callee = numbers("callee"), callers = numbers("callers"), mayDrive = numbers("mayDrive");
  const scheduler = Number(system.constants["scheduler"] ?? 0);
  const levels = boundsOf(system.bounds, "Level").hi;
  const phase = Array.from({ length: domains }, (_, d) => state.cellOf("phase", [d])), parent = Array.from({ length: domains }, (_, d) => state.cellOf("parent", [d]));
  const kind = Array.from({ length: boundsOf(system.bounds, "Frame").hi + 1 }, (_, f) => state.cellOf("kind", [f]));
  const stacks = Array.from({ length: domains * vcpus * stack }, (_, i) => state.cellOf("stack", [Math.floor(i / (vcpus * stack)), Math.floor(i / stack) % vcpus, i % stack]));
  const phaseOf = (cells: Cells, d: number): number => cells[phase[d] ?? -1] ?? free;
  const parentOf = (cells: Cells, d: number): number => (cells[parent[d] ?? -1] ?? 0) - 1;
  /** The child of `w` in whose line `d` is; -1 if it is in none. */
  const lineOf = (cells: Cells, d: number, w: number): number => {
    let at = d;
    for (let step = 0; step < domains && at >= 0; step++) {
      const above = parentOf(cells, at);
      if (above === w) return at;
      at = above;
    }
    return -1;
  };
  const builds = (cells: Cells, w: number, d: number): boolean => phaseOf(cells, d) === building && parentOf(cells, d) === w;
  const isBelow = (cells: Cells, d: number, ancestor: number): boolean => lineOf(cells, d, ancestor) >= 0;
  const kindOf = (cells: Cells, f: number): number => cells[kind[f] ?? -1] ?? 0;
  return {
    builds, isBelow, kindOf,
    lives: (cells, d) => phaseOf(cells, d) === building || phaseOf(cells, d) === sealed,
    isSealed: (cells, d) => phaseOf(cells, d) === sealed,
    mayCreate: (w, d) => creator[d] === w,
    mayAddress: (w, d) => w !== d && (w === scheduler || (mayGrant[w]?.[d] ?? 0) !== 0 || callee.some((to, g) => to === d && (((callers[g] ?? 0) >>> w) & 1) === 1)),
    mayAssign: (cells, w, x) => {
      const drivers = mayDrive[x] ?? 0;
      for (let d = 0; d < domains; d++) if (((drivers >>> d) & 1) === 1 && (d === w || isBelow(cells, d, w))) return true;
      return false;
    },
    // The union's ranks: monitor, a table of each level, data, shared.
    isData: (cells, f) => kindOf(cells, f) > levels,
    isShared: (cells, f) => kindOf(cells, f) === levels + 2,
    ownerSeenBy: (cells, w, owner) => {
      if (owner === w) return 1;
      const line = owner < 0 ? -1 : lineOf(cells, owner, w);
      if (line < 0) return 0;
      return phaseOf(cells, owner) === dying || builds(cells, w, owner) ? 2 + owner : 2 + domains + line;
    },
    placeIn: (cells, home, v, w) => {
      if (phaseOf(cells, home) !== sealed) return -1;
      if (home === w) return 0;
      for (let depth = 0; depth < stack; depth++) {
        const gate = cells[stacks[(home * vcpus + v) * stack + depth] ?? -1] ?? 0;
        if (gate === 0) return -1;
        if (callee[gate - 1] === w) return depth + 1;
      }
      return -1;
    },
  };
};
