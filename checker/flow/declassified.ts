/**
 * What may be seen although it flows where no edge of the policy lets it: the list of MODEL.md section 7, each entry with its reason, as narrow as it can be. An entry excuses
 * cells of an observation after certain steps, and nothing else; a test takes each away and sees a conflict.
 */
import type { Scope } from "../../spec/lang/evaluate.ts";
import type { Part } from "./parts.ts";

/** A step as an entry sees it. */
export interface DeclassifiedStep {
  readonly name: string;
  /** The principal that acts. */
  readonly actor: number;
  readonly scope: Scope;
}

export interface Declassification {
  readonly id: string;
  readonly reason: string;
  readonly steps: readonly string[];
  /** Whether the observer may see that this cell of its observation has changed, or differs. */
  covers(step: DeclassifiedStep, observer: number, part: Part, at: readonly number[]): boolean;
}

export const declassified: readonly Declassification[] = [
  {
    id: "answer-to-a-grant",
    reason: "The owner of a frame learns that a receiver has accepted or given back what it was granted: without it nobody could agree to share.",
    steps: ["accept", "relinquish"],
    covers: ({ actor, scope }, _observer, part, [frame, receiver]) => part === "grant" && frame === scope["frame"] && receiver === actor,
  },
];
