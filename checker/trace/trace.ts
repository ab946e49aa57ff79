/** A trace in the names of its policy: what a counterexample file holds. */
import type { Policy } from "../../spec/policy.ts";

/** A name of the policy where there is one; `monitor:3` is physical frame 3 of the monitor; a number is out of range. */
export type NamedArgument = string | number;

export interface CallStep {
  readonly vcpu: number;
  /** The domain that runs on the vCPU. */
  readonly by: string;
  /** `#17` is a call number that means nothing. */
  readonly call: string;
  readonly arguments: { readonly [parameter: string]: NamedArgument };
}

export interface MoveStep {
  readonly vcpu: number;
  readonly by: string;
  readonly move: "load" | "store" | "fetch";
  readonly page: number;
  /** The frame that the access reaches, where caches give the hardware a choice; `null` is the one that the tables give. */
  readonly frame: string | null;
}

export type TraceStep = CallStep | MoveStep;

export interface Trace {
  readonly schema: "refmon.trace/1";
  readonly policy: Policy;
  readonly steps: readonly TraceStep[];
  /** What is violated after how many steps; `null` for a trace without a finding. */
  readonly expected: { readonly property: string; readonly place: "A" | "M"; readonly afterStep: number } | null;
}
