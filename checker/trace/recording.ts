/** What a replay of a trace saw: plain data for reports. Everything is in the names of the policy. */
import type { InsideStep, Difference } from "../refine/result.ts";

export interface CellChange { readonly cell: string; readonly before: string; readonly after: string }

/** Decoded bits of a page-table entry, as `rw-u` and the like beside the two words. */
export interface EntryBits {
  readonly low: number;
  readonly high: number;
  /** The flags that are set, in the order of the manual: P RW US PWT PCD A D PS G NX. */
  readonly flags: readonly string[];
  /** Name of the frame that a present entry leads to. */
  readonly frame: string | null;
}

export interface EntryChange { readonly table: string; readonly level: number; readonly index: number; readonly before: EntryBits; readonly after: EntryBits }

/** One cached translation that came or went. */
export interface TlbChange {
  readonly vcpu: number;
  readonly change: "came" | "went";
  /** The domain of the tag. */
  readonly tag: string;
  readonly page: number;
  readonly frame: string;
  readonly access: string;
}

/** What the TLB gives at a page beside what the tables give. */
export interface WalkBeside {
  readonly vcpu: number;
  readonly domain: string;
  readonly page: number;
  readonly cached: readonly { readonly frame: string; readonly access: string }[];
  readonly table: { readonly frame: string; readonly access: string } | null;
}

export interface RecordedStep {
  /** From 1. */
  readonly index: number;
  readonly kind: "call" | "move";
  /** `null` for what devices and the host do. */
  readonly vcpu: number | null;
  /** The domain, the device, or `host`. */
  readonly by: string;
  /** As `map(lib, 1, secret, rw)` or `store page 0`. */
  readonly title: string;
  readonly verdict: "ok" | "denied" | "hit" | "fault";
  /** Code of a call. */
  readonly code: string | null;
  /** `map.authorised`: the guard that denied, by the specification. */
  readonly guard: string | null;
  /** Parts of the abstract state, read from the bits. */
  readonly cells: readonly CellChange[];
  readonly entries: readonly EntryChange[];
  readonly tlb: readonly TlbChange[];
}

export interface Finding {
  readonly property: string;
  readonly afterStep: number;
  readonly inside: InsideStep | null;
  readonly differences: readonly Difference[];
  readonly malformed: string | null;
  /** Bound variables of the property with values, by name. */
  readonly binding: { readonly [variable: string]: string };
}

/** What an observer sees that it must not: after the last step, compared with another run, or with what it saw before. */
export interface RecordedLeak {
  readonly observer: string;
  readonly cells: readonly { readonly cell: string; readonly here: string; readonly there: string }[];
  /** Principals whose secret is set. */
  readonly secrets: readonly string[];
  readonly twin: { readonly secrets: readonly string[]; readonly steps: readonly RecordedStep[] } | null;
}

export interface Recording {
  /** In properties of two runs. */
  readonly leak: RecordedLeak | null;
  readonly steps: readonly RecordedStep[];
  readonly findings: readonly Finding[];
  /** After the last step: every page where TLB and tables differ, on any vCPU. */
  readonly beside: readonly WalkBeside[];
}

export interface ReplayVerdict {
  /** Oracle and generated code saw the same, and so did the monitor, up to the first finding that says how it differs. */
  readonly agree: boolean;
  /** The expected violation is there, after the expected step. `null` if none is expected. */
  readonly confirmed: boolean | null;
  /** Where the expected violation is of a graph property, and is there: how many states its steps can still lead to, the last one among them, and it is attained in none. */
  readonly stranded: number | null;
  readonly findings: readonly Finding[];
  /** One sentence for each disagreement. */
  readonly disagreements: readonly string[];
}
