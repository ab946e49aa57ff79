/** DMA of devices, by itself. */
import type { Mark } from "../../../hw/memory.ts";
import type { Cells } from "../../compile/compiled.ts";
import type { DmaAction } from "../action.ts";
import { dmaFrames, performDma } from "../environment-moves.ts";
import { numbered } from "./numbering.ts";
import { reachable, reachAll, reachOne, type Opening } from "./opening.ts";
import type { Stage } from "./stage.ts";

export interface Dma {
  all(before: Cells, base: Mark): void;
  one(before: Cells, dma: DmaAction): number | null;
  possible(): readonly DmaAction[];
}

export const dmaOf = (stage: Stage): Dma => {
  const { m, compiled, tables, secrets } = stage, pages = (compiled.system.bounds["IoPage"]?.hi ?? -1) + 1;
  const places = Array.from({ length: tables.devices * pages }, (_, at) => ({ device: Math.floor(at / pages), page: at % pages }));
  const openings = (["dma_read", "dma_write"] as const).flatMap((move) => {
    const found = numbered(stage, move, places);
    return found === null ? [] : places.map(({ device, page }, at): Opening<DmaAction> => ({
      transition: found.transition, instance: found.instances[at] ?? -1,
      frames: () => dmaFrames(m, device, move, page),
      through: (frame) => ({ kind: "dma", device, move, page, frame }),
      perform: (dma) => { performDma(m, dma, secrets); },
      answered: () => undefined,
    }));
  });
  return {
    all: (before, base) => {
      for (const opening of openings) reachAll(stage, before, opening, base);
    },
    one: (before, dma) => reachOne(stage, before, openings.find((opening) => {
      const { move, device, page } = opening.through(-1);
      return move === dma.move && device === dma.device && page === dma.page;
    }), dma),
    possible: () => reachable(openings),
  };
};
