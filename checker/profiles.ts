/** How large the searches are: sizes and depths, never seconds, so that a verdict does not depend on the machine (MODEL.md section 9). */
import type { Policy } from "../spec/policy.ts";
import type { TinySize } from "../spec/tiny.ts";

/** Where the monitor is searched from: the policy's boot image, the empty machine, or every well-formed state of a tiny version of the policy, one step from each. */
export const starts = ["boot", "empty", "every"] as const;
export type Start = (typeof starts)[number];

export interface Profile {
  readonly from: readonly Start[];
  /** Frames of the root domain beyond those of the policy. */
  readonly spareFrames: number;
  /** Levels beyond the policy's own depth. */
  readonly deeper: number;
  /** Levels from the empty machine. */
  readonly emptyDepth: number;
  readonly tiny: TinySize;
}

/** `quick` for every push, `deep` for the night. */
export const profiles = {
  quick: { from: starts, spareFrames: 0, deeper: 0, emptyDepth: 3, tiny: { domains: 2, frames: 4, vcpus: 1 } },
  deep: { from: starts, spareFrames: 1, deeper: 2, emptyDepth: 6, tiny: { domains: 2, frames: 5, vcpus: 2 } },
} as const satisfies { readonly [name: string]: Profile };
export type ProfileName = keyof typeof profiles;

/** Where no profile is named: the sizes of `quick`, from the boot image alone. */
export const unnamed: Profile = { ...profiles.quick, from: ["boot"] };

/** The policy with the frames that a profile adds; a name that is taken is not taken again. */
export const withSpareFrames = (policy: Policy, { spareFrames }: Profile): Policy => {
  const [root = ""] = policy.domains, taken = policy.boot.frames.map(({ name }) => name);
  const names = Array.from({ length: taken.length + spareFrames }, (_, i) => `spare-${i + 1}`).filter((name) => !taken.includes(name)).slice(0, spareFrames);
  return { ...policy, boot: { ...policy.boot, frames: [...policy.boot.frames, ...names.map((name) => ({ name, owner: root }))] } };
};
