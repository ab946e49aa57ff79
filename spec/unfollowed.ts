/** Where secrets are not followed, in a system that judges what a claim, or levels with trusted domains, except. Nothing but ghosts depends on it: who may do what is the same. */
import type { Valuation } from "./lang/evaluate.ts";
import type { Policy } from "./policy.ts";

export interface Unfollowed {
  /** From one domain to another, by numbers. */
  readonly passages: readonly (readonly [number, number])[];
  /** Through gates and devices, both ways, by numbers. */
  readonly gates: readonly number[];
  readonly devices: readonly number[];
  /** Through frames that are shared with the host, both ways. */
  readonly host: boolean;
  /** What certain domains pass on through gates and devices. */
  readonly declassifiers: readonly string[];
  /** The one label that is followed, by its place in the union `Label`, or all or none of them. */
  readonly followed: number | "all" | "none";
}

export const allFollowed: Unfollowed = { passages: [], gates: [], devices: [], host: false, declassifiers: [], followed: "all" };

const setOf = (numbers: readonly number[]): number => numbers.reduce((mask, n) => mask | (1 << n), 0);

/** Every label but `departed`, which is what another one becomes: the domains, the devices, the host. */
const allLabels = ({ domains, devices = [] }: Policy): number => (1 << (domains.length + devices.length + 1)) - 1;

/** The labels that are not followed. */
export const ignoredLabels = (policy: Policy, { followed }: Unfollowed): number => {
  switch (followed) {
    case "all": return 0;
    case "none": return allLabels(policy);
    default: return allLabels(policy) & ~(1 << followed);
  }
};

export const unfollowedConstants = (policy: Policy, unfollowed: Unfollowed): Valuation => ({
  excepted: policy.domains.map((_, from) => policy.domains.map((__, to) => unfollowed.passages.some(([a, b]) => a === from && b === to))),
  exceptedGates: setOf(unfollowed.gates),
  exceptedDevices: setOf(unfollowed.devices),
  exceptedHost: unfollowed.host,
  declassifiers: setOf(unfollowed.declassifiers.map((name) => policy.domains.indexOf(name))),
  ignored: ignoredLabels(policy, unfollowed),
});
