/** What the adversaries of a policy may do: MODEL.md section 4. Each switch is one of their moves. */
import { dmaRead } from "./moves/dma_read.ts";
import { dmaWrite } from "./moves/dma_write.ts";
import { hostRead } from "./moves/host_read.ts";
import { hostWrite } from "./moves/host_write.ts";
import { interrupt } from "./moves/interrupt.ts";
import type { Policy } from "./policy.ts";
import type { Transition } from "./lang/transition.ts";

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
  /** The host injects interrupts and exceptions that did not happen. No abstract state knows of it. */
  readonly injection: boolean;
  /** Remaps and RMP updates on one trace, at most. */
  readonly hostMoves: number;
}

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

/** The moves that the policy's adversaries do not make. */
export const movesWithout = (policy: Policy): readonly Transition[] => {
  const { interrupts, host, dma } = adversaryOf(policy);
  return [...(interrupts ? [] : [interrupt]), ...(host ? [] : [hostRead, hostWrite]), ...(dma ? [] : [dmaRead, dmaWrite])];
};
