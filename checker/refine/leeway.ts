/**
 * How far the machine may go another way than the specification says, because a host on SEV-SNP has moved memory, of which no abstract state knows. Searches, walks and replays of traces judge by
 * this alone: a cell that is not listed here must be what the specification says, whatever the host has done.
 */
import { frame, systemFrame } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { backing } from "../../hw/nested.ts";
import { rmpEntry } from "../../hw/rmp.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import type { MonitorTables } from "./abstract-layout.ts";
import type { Action, DmaAction } from "./action.ts";
import { isCalledShared } from "./environment-moves.ts";
import { hostMovesMade } from "./hostile-host.ts";
import { validatedFor } from "./memory-behind.ts";
import { toPhysical } from "./placement.ts";

/** Of one step, from the machine after it. */
export interface Leeway {
  /** What the specification has the step do happens in memory that it does not know of: nothing that it knows of may change. */
  readonly elsewhere: boolean;
  /** Cells that may hold this, whatever the specification says. */
  readonly cells: readonly { readonly cell: number; readonly value: number }[];
}

export const noLeeway: Leeway = { elsewhere: false, cells: [] };

/** The leeway of a step that has led from `before` to the state that the machine is in, which `reached` abstracts. */
export type LeewayOf = (m: Machine, before: Cells, action: Action, reached: Cells) => Leeway;

/** What the specification's outcome is with the leeway: `due` is that outcome, and is written over. */
export const withLeeway = ({ elsewhere, cells }: Leeway, before: Cells, due: Cells): void => {
  if (elsewhere) due.set(before);
  for (const { cell, value } of cells) due[cell] = value;
};

/**
 * Whether a move may fault that the specification allows, `moved` being whether the host had moved memory before it: what it has taken away faults, for it can stop progress. A device there has no
 * key to private memory, in which it reaches nothing.
 */
export const mayFault = (m: Machine, moved: boolean, action: Action): boolean => moved || (m.nestedBase !== 0 && action.kind === "dma");

/** @throws RangeError if the tables are not those of the layout's system. */
export const leewayOf = (state: StoreLayout, tables: MonitorTables): LeewayOf => {
  const holds = Int32Array.from({ length: 1 + tables.frames - tables.monitorFrames }, (_, f) => state.cellOf("holds", [f]));
  const hostKnows = state.cellOf("hostKnows", []), deviceKnows = Array.from({ length: tables.devices }, (_, x) => state.cellOf("deviceKnows", [x]));
  /** Labels of the devices and of the host: in the union they follow those of the domains. */
  const outsiders = ((1 << (tables.devices + 1)) - 1) << tables.domains;

  /** Whether a shared frame, and nothing else, has the memory behind it that it had at launch, and the host leaves that to it. */
  const isAlone = (m: Machine, physical: number): boolean => {
    for (let g = 0; g < m.frames; g++) if (((backing(m, frame(g)) as number) === physical) !== (g === physical)) return false;
    return !rmpEntry(m, systemFrame(physical)).assigned;
  };
  /**
   * One frame may stand behind another, a shared one: which of them holds what is then the host's choice, and so is what a frame holds that the host moves just now. Nor is it compared what a private
   * frame held behind which nothing stands any more, because the host has taken it away, or a call has taken for another frame the memory that the host put there.
   */
  const contents = (m: Machine, moves: boolean, reached: Cells): Leeway["cells"] => Array.from(holds).flatMap((cell, f) => {
    if (f === 0) return [];
    const physical = toPhysical(tables, f), isOpen = isCalledShared(m, tables, physical) ? moves || !isAlone(m, physical) : validatedFor(m, physical) === 0;
    return isOpen ? [{ cell, value: reached[cell] ?? 0 }] : [];
  });

  /**
   * A device on SEV-SNP reaches no assigned memory (`hw/dma.ts`), so through a private frame it reaches what the host has put behind that: memory of the host's, or behind a shared frame. Then nothing
   * private changes, and what the device learns stood in shared frames, or is what the host and devices have put into memory of the host's.
   */
  const learnt = (m: Machine, before: Cells, { device }: DmaAction, reached: Cells): Leeway["cells"] => {
    const cell = deviceKnows[device] ?? -1, value = reached[cell] ?? 0;
    let open = outsiders | (before[hostKnows] ?? 0);
    for (const knows of deviceKnows) open |= before[knows] ?? 0;
    holds.forEach((held, f) => {
      if (f > 0 && isCalledShared(m, tables, toPhysical(tables, f))) open |= before[held] ?? 0;
    });
    return (value & ~open) === 0 ? [{ cell, value }] : [];
  };

  return (m, before, action, reached) => {
    if (m.nestedBase === 0) return noLeeway;
    // What the host undoes it has done before.
    const moves = action.kind === "remap" || action.kind === "rmp";
    if (!moves && hostMovesMade(m, tables) === 0) return noLeeway;
    if (action.kind !== "dma") return { elsewhere: false, cells: contents(m, moves, reached) };
    return { elsewhere: !isCalledShared(m, tables, action.frame), cells: [...learnt(m, before, action, reached), ...contents(m, moves, reached)] };
  };
};
