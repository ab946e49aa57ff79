/** Where memory may be reached from, by whom: a page of a domain's on a vCPU, an IO page of a device's, a frame of the host's. Every frame that the machine lets through is one step. */
import { undo, type Mark } from "../../../hw/memory.ts";
import type { Cells } from "../../compile/compiled.ts";
import type { Move, Stage } from "./stage.ts";

/** `Reach` is the move that goes through it, and names the frame; -1 is none. */
export interface Opening<Reach extends Move & { readonly frame: number }> {
  readonly transition: number;
  readonly instance: number;
  /** The physical frames that can be reached, in ascending order; none is a fault. */
  frames(): readonly number[];
  through(frame: number): Reach;
  perform(reach: Reach): void;
  /** What can be reached is an answer, where somebody hears it. */
  answered(frames: readonly number[]): void;
}

/** What is found out before anything is reached: the frames. `reach` is told where there is none. */
const look = <Reach extends Move & { readonly frame: number }>(stage: Stage, before: Cells, opening: Opening<Reach>, reach: Reach): readonly number[] => {
  const frames = opening.frames();
  if (frames.length === 0) stage.faults(before, reach, opening.instance);
  opening.answered(frames);
  return frames;
};

const go = <Reach extends Move & { readonly frame: number }>(stage: Stage, before: Cells, opening: Opening<Reach>, reach: Reach): void => {
  stage.happens(before, reach, opening.transition, opening.instance, () => {
    opening.perform(reach);
    return "ended";
  }, () => null);
};

/** Reaches every frame, one after the other, each time from the state of the mark. */
export const reachAll = <Reach extends Move & { readonly frame: number }>(stage: Stage, before: Cells, opening: Opening<Reach>, base: Mark): void => {
  for (const frame of look(stage, before, opening, opening.through(-1))) {
    go(stage, before, opening, opening.through(frame));
    undo(stage.m.memory, base);
  }
};

/** Reaches the one frame that is named. Returns 0, or `null` where it cannot be reached. */
export const reachOne = <Reach extends Move & { readonly frame: number }>(stage: Stage, before: Cells, opening: Opening<Reach> | undefined, reach: Reach): number | null => {
  if (opening === undefined || !look(stage, before, opening, reach).includes(reach.frame)) return null;
  go(stage, before, opening, reach);
  return 0;
};

export const reachable = <Reach extends Move & { readonly frame: number }>(openings: readonly Opening<Reach>[]): readonly Reach[] =>
  openings.flatMap((opening) => opening.frames().map((frame) => opening.through(frame)));
