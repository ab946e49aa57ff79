/** The committed baseline, how a run is compared with it, and how it is renewed. */
import * as t from "io-ts";
import { Reached } from "./reached.ts";
import { drifted, shrunk, type Shrunk } from "./shrunk.ts";

const Reason = t.strict({ run: t.string, what: t.string, was: t.string, now: t.string, reason: t.string }, "reason");

export const RatchetBaseline = t.strict({
  runs: t.record(t.string, Reached),
  /** Why something is less, or other, than it once was. */
  reasons: t.array(Reason),
}, "ratchet baseline");
export type RatchetBaseline = t.TypeOf<typeof RatchetBaseline>;

export const emptyBaseline: RatchetBaseline = { runs: {}, reasons: [] };

export interface Turned extends Shrunk { readonly run: string; readonly kind: "shrunk" | "drifted" }

type Runs = Readonly<Record<string, Reached>>;

/** What the runs reach less, or otherwise, than the baseline; a run of the baseline that is missing has shrunk as a whole. */
export const turned = ({ runs: before }: RatchetBaseline, runs: Runs): readonly Turned[] => Object.entries(before).flatMap(([run, was]): readonly Turned[] => {
  const now = runs[run];
  if (now === undefined) return [{ run, kind: "shrunk", what: "run", was: "made", now: "missing" }];
  const less = shrunk(was, now);
  return [
    ...less.map((one) => ({ run, kind: "shrunk" as const, ...one })),
    ...drifted(was, now).filter(({ what }) => !less.some((one) => one.what === what)).map((one) => ({ run, kind: "drifted" as const, ...one })),
  ];
});

/** The runs as the new baseline, and the reason beside everything that it excuses. */
export const renewed = ({ reasons }: RatchetBaseline, runs: Runs, findings: readonly Turned[], reason: string): RatchetBaseline =>
  ({ runs, reasons: [...reasons, ...findings.map(({ run, what, was, now }) => ({ run, what, was, now, reason }))] });
