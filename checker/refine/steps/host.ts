/** Reads and writes of the host, of frames that are shared with it. */
import type { Mark } from "../../../hw/memory.ts";
import type { Cells } from "../../compile/compiled.ts";
import type { HostAction } from "../action.ts";
import { isHostVisible, performHostMove } from "../environment-moves.ts";
import { toPhysical } from "../placement.ts";
import { numbered } from "./numbering.ts";
import { reachable, reachAll, reachOne, type Opening } from "./opening.ts";
import type { Stage } from "./stage.ts";

export interface Host {
  all(before: Cells, base: Mark): void;
  one(before: Cells, move: HostAction): number | null;
  possible(): readonly HostAction[];
}

export const hostOf = (stage: Stage): Host => {
  const { m, tables, secrets } = stage;
  const frames = Array.from({ length: 1 + tables.frames - tables.monitorFrames }, (_, frame) => ({ frame }));
  const openings = (["host_read", "host_write"] as const).flatMap((move) => {
    const found = numbered(stage, move, frames);
    return found === null ? [] : frames.map(({ frame: f }): Opening<HostAction> => {
      const physical = toPhysical(tables, f);
      return {
        transition: found.transition, instance: found.instances[f] ?? -1,
        frames: () => (isHostVisible(m, tables, physical) ? [physical] : []),
        // Which frame is named by the move itself: it is the same where nothing is reached.
        through: () => ({ kind: "host", move, frame: physical }),
        perform: (action) => { performHostMove(m, action, secrets); },
        answered: () => undefined,
      };
    });
  });
  return {
    all: (before, base) => {
      for (const opening of openings) reachAll(stage, before, opening, base);
    },
    one: (before, action) => reachOne(stage, before, openings.find((opening) => {
      const { move, frame } = opening.through(-1);
      return move === action.move && frame === action.frame;
    }), action),
    possible: () => reachable(openings),
  };
};
