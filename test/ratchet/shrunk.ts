/** What is less than it was: the ratchet turns one way. */
import type { Judged, Reached, Searched } from "./reached.ts";

export interface Shrunk { readonly what: string; readonly was: string; readonly now: string }

const strength: Readonly<Record<Judged["verdict"], number>> = { violated: 0, inconclusive: 1, vacuous: 2, "holds-bounded": 3, "holds-closed": 4 };

const said = ({ verdict, depth }: Judged): string => (depth === null ? verdict : `${verdict} to depth ${depth}`);

const isWeaker = (was: Judged, now: Judged): boolean =>
  strength[now.verdict] < strength[was.verdict] || (now.verdict === was.verdict && was.depth !== null && now.depth !== null && now.depth < was.depth);

/** A closed search with fewer levels has drifted, and reaches no less. */
const isLess = (was: Searched, now: Searched): boolean => !now.closed && (was.closed || now.levels < was.levels);

/** Whether a bound allows less: a number that fell, or a geometry that is another. */
const isTighter = (was: number | string, now: number | string): boolean => (typeof was === "number" && typeof now === "number" ? now < was : now !== was);

const absent = "absent";

/** Compares entry by entry; what is only in `now` is more, and no finding. */
const entries = <E>(kind: string, was: Readonly<Record<string, E>>, now: Readonly<Record<string, E>>, isLess: (was: E, now: E) => boolean, tell: (entry: E) => string): readonly Shrunk[] =>
  Object.entries(was).flatMap(([name, before]) => {
    const after = now[name];
    if (after === undefined) return [{ what: `${kind} ${name}`, was: tell(before), now: absent }];
    return isLess(before, after) ? [{ what: `${kind} ${name}`, was: tell(before), now: tell(after) }] : [];
  });

/** Everything in which one run reached less than another. */
export const shrunk = (was: Reached, now: Reached): readonly Shrunk[] => [
  ...entries("bound", was.bounds, now.bounds, isTighter, String),
  ...entries("search", was.searches, now.searches, isLess, ({ closed, levels }) => (closed ? `closed after ${levels} levels` : `${levels} levels`)),
  ...entries("property", was.properties, now.properties, isWeaker, said),
  ...was.exercised.filter((one) => !now.exercised.includes(one)).map((what) => ({ what, was: "exercised", now: "never" })),
];

/**
 * Searches with other states than they had, within the same bounds: neither more nor less, and a sign that the meaning of something has changed.
 */
export const drifted = (was: Reached, now: Reached): readonly Shrunk[] => entries(
  "search", was.searches, now.searches, (before, after) => before.digest !== after.digest, ({ states, transitions, digest }) => `${states} states, ${transitions} transitions, digest ${digest}`,
).filter(({ now: after }) => after !== absent);
