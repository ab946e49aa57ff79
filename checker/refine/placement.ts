/**
 * Where the frames of the abstract state lie in physical memory. Abstract frame 0 stands for all of the monitor's, which come first;
 * frame f >= 1 is the f-th frame after them. Domains, vCPUs, pages and levels have the same numbers on both sides.
 */
export interface Placement {
  /** Physical frames 0 to this number, exclusive. */
  readonly monitorFrames: number;
  /** All physical frames. */
  readonly frames: number;
}

/** The abstract frame of a physical one; -1 where there is no memory. */
export const toAbstract = ({ monitorFrames, frames }: Placement, physical: number): number => {
  if (physical < 0 || physical >= frames) return -1;
  return physical < monitorFrames ? 0 : physical - monitorFrames + 1;
};

/** The physical frame of an abstract one; the first of the monitor's for 0. */
export const toPhysical = ({ monitorFrames }: Placement, abstract: number): number => (abstract === 0 ? 0 : monitorFrames + abstract - 1);
