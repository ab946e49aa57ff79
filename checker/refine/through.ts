/** Which frame an access reaches that names none: the specification's instances do not name it, and a translation need not lead to one alone. */
import type { Machine } from "../../hw/machine.ts";
import type { Action } from "./action.ts";
import { dmaFrames } from "./environment-moves.ts";
import { reachedFrames } from "./user-moves.ts";

/** Where an access or a DMA names no frame, the lowest that it can reach. */
export const through = (m: Machine, action: Action): Action => {
  if (action.kind === "move" && action.frame < 0) return { ...action, frame: reachedFrames(m, action.vcpu, action.move, action.page)[0] ?? -1 };
  if (action.kind === "dma" && action.frame < 0) return { ...action, frame: dmaFrames(m, action.device, action.move, action.page)[0] ?? -1 };
  return action;
};
