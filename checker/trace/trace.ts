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
  /** When other vCPUs take the shootdown interrupts of the call, of the moments at which they could, from 0 (`delivery` of a call action); absent: when the call waits for them. */
  readonly interruptsAt?: number | undefined;
  /** When others do so after that. */
  readonly interruptsAgainAt?: number | undefined;
  /** On SEV-SNP: before this one of the steps of the call, from 0, the host injects the vector on the vCPU. */
  readonly injected?: InjectedVector | undefined;
}

export interface InjectedVector {
  readonly vector: "shootdown" | "external";
  readonly vcpu: number;
  readonly before: number;
  /** A second one, before the same step or a later one. */
  readonly then?: Omit<InjectedVector, "then"> | undefined;
}

/** What a domain does by itself. */
export interface AccessStep {
  readonly vcpu: number;
  readonly by: string;
  readonly move: "load" | "store" | "fetch";
  readonly page: number;
  /** The frame that the access reaches, where caches give the hardware a choice; `null` is the one that the tables give. */
  readonly frame: string | null;
}

/** The domain is interrupted. */
export interface InterruptStep { readonly vcpu: number; readonly by: string; readonly move: "interrupt" }

/** On SEV-SNP: the host injects the vector of a shootdown that nobody has sent; `by` is the domain that it interrupts. */
export interface InjectionStep { readonly vcpu: number; readonly by: string; readonly move: "injection" }

/** What a device does; `by` is its name. */
export interface DmaStep { readonly by: string; readonly move: "dma_read" | "dma_write"; readonly page: number; readonly frame: string | null }

export interface HostStep { readonly by: "host"; readonly move: "host_read" | "host_write"; readonly frame: string }

/** On SEV-SNP: the host maps a guest frame to a system frame, or assigns a system frame to a guest frame; `null` is to nothing. System frames are numbers. */
export type HostileStep =
  | { readonly by: "host"; readonly move: "remap"; readonly frame: string; readonly to: number | null }
  | { readonly by: "host"; readonly move: "rmp"; readonly system: number; readonly frame: string | null };

export type TraceStep = CallStep | AccessStep | InterruptStep | DmaStep | HostStep | HostileStep | InjectionStep;

export interface TwinRun { readonly secrets: readonly string[]; readonly steps: readonly TraceStep[] }

export interface Trace {
  readonly schema: "refmon.trace/1";
  readonly policy: Policy;
  readonly steps: readonly TraceStep[];
  /** Principals whose secret is set in the run, in properties of two runs. */
  readonly secrets?: readonly string[] | undefined;
  /** The other run: someone can tell the two apart who must not. */
  readonly twin?: TwinRun | undefined;
  /** What is violated after how many steps; `null` for a trace without a finding. */
  readonly expected: { readonly property: string; readonly place: "A" | "M"; readonly afterStep: number } | null;
}
