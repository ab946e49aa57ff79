/** Shorter walks that may show the same: what shrinking tries, in its order. */
import { undisturbed, type Action } from "../refine/action.ts";

/** Beyond so many actions, leaving out every two of them would take too long. */
const pairsUntil = 24;

const without = <T>(list: readonly T[], from: number, to: number): readonly T[] => [...list.slice(0, from), ...list.slice(to)];

/** The same actions with two frames in each other's places. */
export type Exchange = (action: Action, one: number, other: number) => Action;

/** Beyond so many actions, exchanging frames would take too long. */
const exchangesUntil = 14;

/** An action less, and from some action on two of the frames that are named in each other's places: a frame that had to be cleared first gives way to one that was free. */
function* exchanged(actions: readonly Action[], frames: readonly number[], exchange: Exchange): Generator<readonly Action[]> {
  const last = actions.length - 1;
  for (let left = 0; left < last; left++) {
    const kept = without(actions, left, left + 1);
    for (let from = 0; from < kept.length; from++) {
      for (const [i, one] of frames.entries()) for (const other of frames.slice(i + 1)) yield kept.map((action, at) => (at < from ? action : exchange(action, one, other)));
    }
  }
}

/**
 * `effective` says of each action whether it changed anything when it was run. First all that changed nothing is left out, then runs of actions, the longest first, then two that are apart
 * (one of them may be there only to mend what the other does), then frames are exchanged, and in the end interrupts are taken when a call waits for them, and nothing is injected into it. The last action is the one that breaks
 * something, and stays.
 */
export function* shorter(actions: readonly Action[], effective: readonly boolean[], framesOf: (action: Action) => readonly number[], exchange: Exchange): Generator<readonly Action[]> {
  const last = actions.length - 1, needed = actions.filter((_, i) => i === last || effective[i] === true);
  if (needed.length < actions.length) yield needed;
  for (let length = Math.ceil(last / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let to = last; to > 0; to -= length) yield without(actions, Math.max(0, to - length), to);
  }
  if (actions.length <= pairsUntil) {
    for (let i = 0; i < last; i++) for (let j = i + 2; j < last; j++) yield without(without(actions, j, j + 1), i, i + 1);
  }
  if (actions.length <= exchangesUntil) yield* exchanged(actions, [...new Set(actions.flatMap(framesOf))].toSorted((a, b) => a - b), exchange);
  for (const [i, action] of actions.entries()) {
    if (action.kind !== "call" || (action.delivery === null && action.injection === undefined)) continue;
    yield actions.map((one, at) => (at === i ? undisturbed(action) : one));
  }
}
