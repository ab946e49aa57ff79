/** What a host on SEV-SNP does to the memory under the guest, as often on a trace as the adversary may: what the machine then means may have lost contents, and nothing else. */
import { undo, type Mark } from "../../../hw/memory.ts";
import type { Adversary } from "../../../spec/adversary.ts";
import { allowed, type Cells } from "../../compile/compiled.ts";
import type { HostileAction } from "../action.ts";
import { hostileMoves, numberOfMove, performHostile } from "../hostile-host.ts";
import type { Stage } from "./stage.ts";

export interface Hostile {
  all(before: Cells, base: Mark): void;
  one(before: Cells, move: HostileAction): number | null;
}

export const hostileOf = (stage: Stage, adversary: Adversary): Hostile => {
  const { m, tables, successors, conclude } = stage;
  const run = (before: Cells, move: HostileAction): void => {
    const action = (): HostileAction => move;
    successors.running(action);
    performHostile(m, move);
    conclude(before, -1, allowed, numberOfMove(m, move), action, null);
  };
  return {
    all: (before, base) => {
      for (const move of hostileMoves(m, tables, adversary)) {
        run(before, move);
        undo(m.memory, base);
      }
    },
    one: (before, move) => {
      if (m.nestedBase === 0) return null;
      run(before, move);
      return 0;
    },
  };
};
