/** What the search of the monitor on the machine answers: the same shape as the abstract search, and what only a machine has. */
import type { StepKind } from "../../hw/machine.ts";
import type { SearchResult, Violation } from "../explore/result.ts";
import type { Action } from "./action.ts";
import type { Leak } from "./onlooker.ts";

/** Where inside a call a property failed: after which of the call's machine steps, counted from 1. */
export interface InsideStep {
  readonly step: number;
  /** `write` to a physical frame, `flush`, `cr3`, `ipi` and `ack` of a vCPU. */
  readonly kind: StepKind;
  readonly frame: number | null;
  readonly word: number | null;
  readonly vcpu: number | null;
}

/** A part of the abstract state on which the machine and the specification disagree. Values are printed. */
export interface Difference { readonly cell: string; readonly machine: string; readonly specification: string }

export interface MachineViolation extends Violation {
  readonly place: "M";
  /** From the booted machine; the last one violates. `instanceTrace` holds those that are instances of the specification. */
  readonly actions: readonly Action[];
  /** `null` if the property failed when the last action was over. */
  readonly inside: InsideStep | null;
  /** In R1 and P20: what differs, or which codes. */
  readonly differences: readonly Difference[];
  /** What is malformed, where the bits mean no abstract state at all; `null` otherwise. */
  readonly malformed: string | null;
  /** In properties of two runs: who saw what, and the other run. */
  readonly leak?: Leak;
}

export interface MachineSearchResult extends Omit<SearchResult, "violations"> {
  readonly violations: readonly MachineViolation[];
  /** Monitor calls that were run, denied ones included. */
  readonly callsRun: number;
}
