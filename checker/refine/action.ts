/** What happens on the machine between two states, in the machine's own numbers: plain data, so that it crosses threads and reaches files. */

import type { Vector } from "../../hw/interrupts.ts";

/** On SEV-SNP: before which of the steps of what the monitor does the host injects a vector on which vCPU, counted from 0. */
export interface Injection {
  readonly step: number;
  readonly vcpu: number;
  readonly vector: Vector;
  /** What it injects after that, before the same step or a later one. */
  readonly then?: Injection;
}

/** A monitor call: what the caller puts into RAX and the four argument registers. Frames are physical. */
export interface CallAction {
  readonly kind: "call";
  readonly vcpu: number;
  readonly number: number;
  readonly arguments: readonly [number, number, number, number];
  /**
   * When other vCPUs take the interrupts that it has sent them before it waits for them; `null`: when it waits. At each of its steps at which interrupts are pending there is a number for every set of vCPUs that may take
   * them, counted from the first step on. Where one vCPU alone has one pending this is the number of the step among those.
   */
  readonly delivery: number | null;
  /** When others do so after that, and before it waits. */
  readonly again?: number;
  /** What the host injects in the middle of it. */
  readonly injection?: Injection;
}

/** The call with nothing in the middle of it: others take the interrupts that it sends when it waits for them. */
export const undisturbed = ({ injection: _injection, again: _again, ...call }: CallAction): CallAction => ({ ...call, delivery: null });

/** A ring 3 access to a page that some cached translation, or a walk, leads to a physical frame. */
export interface MoveAction {
  readonly kind: "move";
  readonly vcpu: number;
  readonly move: "load" | "store" | "fetch";
  readonly page: number;
  readonly frame: number;
}

/** An external interrupt, taken between two instructions. */
export interface InterruptAction { readonly kind: "interrupt"; readonly vcpu: number }

/** DMA of a device at a page of its IO address space that some cached translation, or a walk, leads to a physical frame. */
export interface DmaAction {
  readonly kind: "dma";
  readonly device: number;
  readonly move: "dma_read" | "dma_write";
  readonly page: number;
  readonly frame: number;
}

/** The host reaches a frame that is shared with it. */
export interface HostAction { readonly kind: "host"; readonly move: "host_read" | "host_write"; readonly frame: number }

/** On SEV-SNP: the host maps a guest frame to a system frame, or makes an RMP entry assign a system frame to a guest frame; -1 is to nothing. No abstract state knows of it. */
export type HostileAction =
  | { readonly kind: "remap"; readonly frame: number; readonly to: number }
  | { readonly kind: "rmp"; readonly system: number; readonly guest: number };

/** On SEV-SNP: the host injects the vector of a shootdown between two instructions of ring 3, where nobody has sent one. Injected external interrupts are interrupts like others there. */
export interface InjectionAction { readonly kind: "injection"; readonly vcpu: number }

export type Action = CallAction | MoveAction | InterruptAction | DmaAction | HostAction | HostileAction | InjectionAction;

/** The vCPU on which something happens; `null` for what devices and the host do. */
export const vcpuOf = (action: Action): number | null => ("vcpu" in action ? action.vcpu : null);

/** The name of an action's transition in the specification; `null` for calls, which are numbered. */
export const moveOf = (action: Exclude<Action, CallAction>): string => ("move" in action ? action.move : action.kind);
