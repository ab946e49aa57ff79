/** What the adversaries of a policy may do: MODEL.md section 4. Each switch is one of their moves. */
import type { Policy } from "./policy.ts";

export interface Adversary {
  /** Interrupts at any point, within a call too. */
  readonly interrupts: boolean;
  /** The host reads and writes what is shared with it. */
  readonly host: boolean;
  /** Devices read and write what their IO address spaces reach. */
  readonly dma: boolean;
  /** The host changes nested tables. No abstract state knows of it. */
  readonly remap: boolean;
  /** The host asks for RMP updates. No abstract state knows of it. */
  readonly rmp: boolean;
  /** The host injects vectors that nobody has sent, in the middle of calls too. No abstract state knows of it. External interrupts between instructions are `interrupts`, whoever sends them. */
  readonly injection: boolean;
  /** Remaps and RMP updates on one trace, at most. */
  readonly hostMoves: number;
}

/** Those that are on or off. */
export const switches = ["interrupts", "host", "dma", "remap", "rmp", "injection"] as const satisfies readonly (keyof Adversary)[];
export type Switch = (typeof switches)[number];

/** The adversaries of a policy; nested tables, RMP and injection are in the host's hands on SEV-SNP alone. */
export const adversaryOf = ({ platform, adversary = {} }: Pick<Policy, "platform" | "adversary">): Adversary => {
  const hostile = platform === "sev-snp";
  return {
    interrupts: adversary.interrupts ?? true,
    host: adversary.host ?? true,
    dma: adversary.dma ?? true,
    remap: hostile && (adversary.remap ?? true),
    rmp: hostile && (adversary.rmp ?? true),
    injection: hostile && (adversary.injection ?? true),
    hostMoves: adversary.hostMoves ?? 2,
  };
};
