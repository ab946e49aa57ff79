/** A record of the policies that were checked and held, and of what that rested on: while none of it changes, checking again says the same. */
import * as t from "io-ts";
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import type { CheckReport } from "./model.ts";

/** Everything that decides the exit code of a policy's check. */
export const Basis = t.strict({
  path: t.string,
  /** Of the policy's file and of the sources; `image` is the builder of the image that the monitor starts on, `hardware` the emulated machine. */
  sha256: t.strict({ policy: t.string, spec: t.string, tcb: t.string, image: t.string, hardware: t.string }, "hashes"),
  version: t.string,
  /** As reports print it, with bounds, filters and budgets. */
  command: t.string, requireClosed: t.boolean, vacuity: t.keyof({ error: null, warn: null }),
}, "what a check rests on");
export type Basis = t.TypeOf<typeof Basis>;

export const Baseline = t.strict({ schema: t.literal("refmon.baseline/1"), held: t.array(Basis) }, "baseline");
export type Baseline = t.TypeOf<typeof Baseline>;

export const emptyBaseline: Baseline = { schema: "refmon.baseline/1", held: [] };

/** Whether the check that a basis stands for was made and came out well; a policy that failed is always checked again. */
export const heldIn = ({ held }: Baseline, { path, sha256, version, command, requireClosed, vacuity }: Basis): boolean => held.some((one) =>
  one.path === path && one.version === version && one.command === command && one.requireClosed === requireClosed && one.vacuity === vacuity
  && one.sha256.policy === sha256.policy && one.sha256.spec === sha256.spec && one.sha256.tcb === sha256.tcb && one.sha256.image === sha256.image && one.sha256.hardware === sha256.hardware);

/** The record after a run: of each policy that was checked what it says now, of the others what it said. */
export const recorded = ({ held }: Baseline, checked: readonly { readonly basis: Basis; readonly report: CheckReport }[]): Baseline => ({
  ...emptyBaseline,
  held: [
    ...held.filter(({ path }) => !checked.some(({ basis }) => basis.path === path)),
    ...checked.filter(({ basis, report }) => exitCodeOf(report, basis.requireClosed) === exitCodes.ok).map(({ basis }) => basis),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
});
