/** How large the searches are: sizes and depths, never seconds, so that a verdict does not depend on the machine (MODEL.md section 9). */
import { limits, type Platform, type Policy } from "../spec/policy.ts";
import type { TinySize } from "../spec/tiny.ts";

/** Where the monitor is searched from: the policy's boot image, the empty machine, or every well-formed state of a tiny version of the policy, one step from each. */
export const starts = ["boot", "empty", "every"] as const;
export type Start = (typeof starts)[number];

/** Where a search can come from: one of these, or, beyond the depth of the one from the boot image, runs of the specification along which the monitor is driven. */
export const origins = [...starts, "driven"] as const;
export type Origin = (typeof origins)[number];

export interface Profile {
  readonly from: readonly Start[];
  /** Frames of the root domain beyond those of the policy. */
  readonly spareFrames: number;
  /** Levels beyond the policy's own depth, or before it; never less than `leastDepth`, or the policy's own if that is less. */
  readonly deeper: number;
  /** Levels from the empty machine. */
  readonly emptyDepth: number;
  readonly tiny: TinySize;
}

/** Less deep than so many levels no profile goes where the policy does. */
const leastDepth = 3;

/** `quick` for every push, `deep` for the night. On SEV-SNP every state has dozens of steps of the host's, so that a level more is five times the work, and not two and a half times. */
export const profiles = {
  hyperenclave: {
    quick: { from: starts, spareFrames: 0, deeper: 0, emptyDepth: 3, tiny: { domains: 2, frames: 4, vcpus: 1 } },
    deep: { from: starts, spareFrames: 1, deeper: 2, emptyDepth: 6, tiny: { domains: 2, frames: 5, vcpus: 2 } },
  },
  "sev-snp": {
    quick: { from: starts, spareFrames: 0, deeper: -2, emptyDepth: 2, tiny: { domains: 2, frames: 4, vcpus: 1 } },
    deep: { from: starts, spareFrames: 0, deeper: -1, emptyDepth: 3, tiny: { domains: 2, frames: 5, vcpus: 1 } },
  },
} as const satisfies { readonly [one in Platform]: { readonly [name: string]: Profile } };
export type ProfileName = keyof (typeof profiles)[Platform];

/** Where no profile is named: the policy's own depth, from the boot image alone. */
export const unnamed: Profile = { ...profiles.hyperenclave.quick, from: ["boot"] };

/** Levels that the monitor is searched for from the boot image of a policy that says how many. */
export const depthIn = (own: number, { deeper }: Profile): number => Math.min(limits.machineDepth, Math.max(own + deeper, Math.min(own, leastDepth)));

/** The policy with the frames that a profile adds; a name that is taken is not taken again. */
export const withSpareFrames = (policy: Policy, { spareFrames }: Profile): Policy => {
  const [root = ""] = policy.domains, taken = policy.boot.frames.map(({ name }) => name);
  const names = Array.from({ length: taken.length + spareFrames }, (_, i) => `spare-${i + 1}`).filter((name) => !taken.includes(name)).slice(0, spareFrames);
  return { ...policy, boot: { ...policy.boot, frames: [...policy.boot.frames, ...names.map((name) => ({ name, owner: root }))] } };
};
