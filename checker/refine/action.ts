/** What happens on the machine between two states, in the machine's own numbers: plain data, so that it crosses threads and reaches files. */

/** A monitor call: what the caller puts into RAX and the four argument registers. Frames are physical. */
export interface CallAction {
  readonly kind: "call";
  readonly vcpu: number;
  readonly number: number;
  readonly arguments: readonly [number, number, number, number];
}

/** A ring 3 access to a page that some cached translation, or a walk, leads to a physical frame. */
export interface MoveAction {
  readonly kind: "move";
  readonly vcpu: number;
  readonly move: "load" | "store" | "fetch";
  readonly page: number;
  readonly frame: number;
}

export type Action = CallAction | MoveAction;
