/** Which domain a vCPU runs, in the cells of an abstract state: the callee of its thread's last call through a gate, or the thread's home. */
import type { System } from "../../spec/lang/system.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import type { Cells, StoreLayout } from "../compile/compiled.ts";

export type Current = (cells: Cells, vcpu: number) => number;

export const currentOf = (system: System, state: StoreLayout): Current => {
  const home = state.cellOf("vcpu", [0]), depths = boundsOf(system.bounds, "Depth").hi + 1;
  const domains = boundsOf(system.bounds, "Domain").hi + 1, vcpus = boundsOf(system.bounds, "Vcpu").hi + 1;
  const callee = (system.constants["callee"] ?? []) as readonly number[];
  const gateCells = Int32Array.from({ length: domains * vcpus * depths }, (_, i) =>
    state.cellOf("stack", [Math.floor(i / (vcpus * depths)), Math.floor(i / depths) % vcpus, i % depths]));
  return (cells, vcpu) => {
    let current = cells[home + vcpu] ?? 0;
    const first = (current * vcpus + vcpu) * depths;
    for (let depth = 0; depth < depths; depth++) {
      // An option shares the cell of the gate that it holds: 0 is none.
      const gate = cells[gateCells[first + depth] ?? 0] ?? 0;
      if (gate > 0) current = callee[gate - 1] ?? 0;
    }
    return current;
  };
};
