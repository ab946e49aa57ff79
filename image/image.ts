/** What an image says: the state in which the monitor finds a machine, and what the policy fixes for ever. */
import type { Kind, Phase } from "../monitor/vocabulary.ts";

type Row<Columns extends string> = Readonly<Record<Columns, number>>;

/** What runs at the start, and what the policy fixes for ever. Numbers are plain here; -1 is none, or the monitor. */
export interface BootImage {
  /** All frames, the monitor's included. */
  readonly frames: number;
  /** On sev-snp the machine has been launched: all frames are validated. */
  readonly platform: "hyperenclave" | "sev-snp";
  readonly domains: number;
  readonly vcpus: number;
  readonly scheduler: number;
  /** Whether an interrupt runs the scheduler's thread. */
  readonly preemptive: boolean;
  /** How many calls through gates a thread can be in at once. */
  readonly stack: number;
  /** The creator of each slot. */
  readonly creators: readonly number[];
  /** The rights that domain d may grant to domain e, at d * domains + e. */
  readonly edges: readonly number[];
  readonly gates: readonly { readonly callee: number; readonly callers: readonly number[] }[];
  /** The domains that may share frames with the host. */
  readonly tellsHost: readonly number[];
  readonly slots: readonly ({ readonly phase: Phase } & Row<"parent" | "root">)[];
  /** The frames after the monitor's, which are 0 .. frames - frameTable.length - 1. */
  readonly frameTable: readonly ({ readonly kind: Kind } & Row<"owner" | "level">)[];
  /** Page-table links, from high levels to low. */
  readonly links: readonly Row<"domain" | "level" | "index" | "frame">[];
  /** What pages lead to; above level 1 large pages, from `page` on. */
  readonly mappings: readonly Row<"domain" | "level" | "page" | "frame" | "access">[];
  readonly grants: readonly ({ readonly accepted: boolean } & Row<"frame" | "domain" | "access">)[];
  /** DMA engines: the domains that they may be assigned to, the one that owns them now, and what they map. */
  readonly devices: readonly { readonly drivers: readonly number[]; readonly owner: number; readonly maps: readonly Row<"page" | "frame" | "access">[] }[];
  /** What the first and the last word of a data frame hold. */
  readonly contents: readonly Row<"frame" | "word">[];
  /** The home of the thread that each vCPU runs. */
  readonly running: readonly number[];
}
