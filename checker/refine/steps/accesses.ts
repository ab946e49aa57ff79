/** Loads, stores and fetches of ring 3. */
import type { Mark } from "../../../hw/memory.ts";
import type { Cells } from "../../compile/compiled.ts";
import type { MoveAction } from "../action.ts";
import { performMove, reachedFrames } from "../user-moves.ts";
import { numbered } from "./numbering.ts";
import { reachable, reachAll, reachOne, type Opening } from "./opening.ts";
import type { Stage } from "./stage.ts";

const names = ["load", "store", "fetch"] as const;

export interface Accesses {
  all(before: Cells, vcpu: number, caller: number, base: Mark): void;
  one(before: Cells, access: MoveAction, caller: number): number | null;
  possible(vcpu: number, caller: number): readonly MoveAction[];
}

export const accessesOf = (stage: Stage): Accesses => {
  const { m, compiled, tables: { domains, vcpus }, secrets, successors } = stage, { onlooker } = successors;
  const pages = (compiled.system.bounds["Page"]?.hi ?? -1) + 1;

  const openingsFor = (v: number, caller: number): readonly Opening<MoveAction>[] => names.flatMap((move, kind) => {
    const found = numbered(stage, move, Array.from({ length: pages }, (_, page) => ({ vcpu: v, caller, page })));
    return found === null ? [] : Array.from(found.instances, (instance, page): Opening<MoveAction> => {
      const through = (frame: number): MoveAction => ({ kind: "move", vcpu: v, move, page, frame });
      return {
        transition: found.transition, instance, through,
        frames: () => reachedFrames(m, v, move, page),
        perform: (access) => { performMove(m, access, caller, secrets); },
        answered: (frames) => {
          // What the host has taken away faults: nothing is told by that but that it can stop progress.
          if (onlooker === undefined || (stage.hostMoved() && frames.length === 0)) return;
          successors.running(() => through(frames[0] ?? -1));
          onlooker.reaches(kind * pages + page, v, frames);
        },
      };
    });
  });
  const openings = Array.from({ length: vcpus * domains }, (_, at) => openingsFor(Math.floor(at / domains), at % domains));
  const of = (v: number, caller: number): readonly Opening<MoveAction>[] => openings[v * domains + caller] ?? [];

  return {
    all: (before, v, caller, base) => {
      for (const opening of of(v, caller)) reachAll(stage, before, opening, base);
    },
    one: (before, access, caller) => reachOne(stage, before, of(access.vcpu, caller).find((opening) => {
      const { move, page } = opening.through(-1);
      return move === access.move && page === access.page;
    }), access),
    possible: (v, caller) => reachable(of(v, caller)),
  };
};
