/** Those who search the monitor on the machine: one surveyor in this thread, or several in threads of their own. */
import type { System } from "../../spec/lang/system.ts";
import type { Policy } from "../../spec/policy.ts";
import type { Account } from "./account.ts";
import type { Secrets } from "./secrets.ts";
import type { Chunk, Surveyor } from "./surveyor.ts";
import type { VisitedMemory } from "./visited.ts";

/** What is to be searched, for those who have not read it yet. */
export interface Survey {
  readonly policy: Policy;
  readonly system: System;
  readonly properties: readonly string[] | null;
  readonly secrets: Secrets;
  /** Somebody compares what principals see. */
  readonly compared: boolean;
}

/** What a level asks of its crew. */
export interface LevelWork {
  /** Gives one chunk after the other, in the order of the frontier; `null` when there is no more to do. */
  next(): Chunk | null;
  /** What has been visited by now. */
  memory(): VisitedMemory;
  /** Hears accounts in the order of the chunks, with the number of the surveyor that gives it; 0 is the one in this thread. */
  hear(account: Account, surveyor: number): void;
  /** To be awaited in between by whoever works in this thread, so that timers and signals are heard; `null` if it is too early. */
  rest(): Promise<void> | null;
}

export interface MachineCrew {
  /** Whether other threads read what has been visited. */
  readonly shares: boolean;
  /** Expands a level of so many states. Returns when every chunk that was given has been heard. @throws whatever a surveyor throws. */
  survey(states: number, work: LevelWork): Promise<void>;
}

/** Comes to search one machine after the other; `here` is the surveyor of this thread. */
export type MachineMuster = (survey: Survey, here: Surveyor) => MachineCrew;

/** The crew of one, in this thread. */
export const aloneOnMachine: MachineMuster = (_, here) => ({
  shares: false,
  survey: async (_states, { next, memory, hear, rest }) => {
    for (let chunk = next(); chunk !== null; chunk = next()) {
      hear(here.survey(memory(), chunk), 0);
      const resting = rest();
      if (resting !== null) await resting;
    }
  },
});
