/** The registers that a domain finds in its threads when a step is over, before the search clears them: what a gate, a switch or an abort left in them. */
import { vcpu } from "../../hw/identifiers.ts";
import type { Machine } from "../../hw/machine.ts";
import { readWord } from "../../hw/memory.ts";
import { R10, RAX, RDI, RDX, readRegister, REGISTERS, RFLAGS, RIP, RSI } from "../../hw/vcpu.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";
import { saveRow, stackRow, vcpuRow, type MonitorTables } from "../refine/abstract-layout.ts";
import type { Relations } from "./relations.ts";

/** RBX and RBP stay, and are seen as part of the state. */
export const passing = [RAX, RDI, RSI, RDX, R10, RIP, RFLAGS] as const;
/** What of them a caller that waits keeps on the stack, with its word there. */
const kept = [[RIP, 3], [RFLAGS, 4]] as const;
const labels = 0xc00f00ff;

export interface Shown {
  /** Reads all of them. */
  read(m: Machine): void;
  /** Writes what `w` sees of them in the state that `after` abstracts: for each thread the passing registers, in their order. */
  seenBy(w: number, after: Cells, row: Int32Array): void;
  readonly size: number;
}

export const shownRegisters = (state: StoreLayout, { domains, vcpus, stack, vcpuTable, saveAreas, stacks }: MonitorTables, relations: Relations): Shown => {
  const threads = domains * vcpus, files = new Uint32Array(threads * REGISTERS.length), rows = new Uint32Array(threads * stack * kept.length);
  const gates = Array.from({ length: threads * stack }, (_, i) => state.cellOf("stack", [Math.floor(i / (vcpus * stack)), Math.floor(i / stack) % vcpus, i % stack]));
  return {
    size: threads * passing.length,
    read: (m) => {
      for (let thread = 0; thread < threads; thread++) {
        const home = Math.floor(thread / vcpus), v = thread % vcpus, live = readWord(m.memory, vcpuTable + v * vcpuRow) === home;
        for (let register = 0; register < REGISTERS.length; register++) {
          files[thread * REGISTERS.length + register] = live ? readRegister(m, vcpu(v), register) : readWord(m.memory, saveAreas + thread * saveRow + register);
        }
        for (let depth = 0; depth < stack; depth++) {
          kept.forEach(([, word], i) => { rows[(thread * stack + depth) * kept.length + i] = readWord(m.memory, stacks + (thread * stack + depth) * stackRow + word); });
        }
      }
    },
    seenBy: (w, after, row) => {
      row.fill(0);
      for (let thread = 0; thread < threads; thread++) {
        const depth = relations.placeIn(after, Math.floor(thread / vcpus), thread % vcpus, w), start = thread * passing.length;
        if (depth < 0) continue;
        const waits = depth < stack && (after[gates[thread * stack + depth] ?? -1] ?? 0) > 0;
        for (let i = 0; i < passing.length; i++) {
          const register = passing[i] ?? RAX, at = kept.findIndex(([one]) => one === register);
          if (waits) row[start + i] = at < 0 ? 0 : rows[(thread * stack + depth) * kept.length + at] ?? 0;
          else row[start + i] = (files[thread * REGISTERS.length + register] ?? 0) & (register === RSI ? ~labels : -1);
        }
      }
    },
  };
};
