/**
 * How many states a search will find, from the sizes of its first levels. From level to level the sizes grow by a factor that itself falls on a logarithmic scale: steeply in the
 * first levels, and less and less. The last factors seen are fitted by a line, whose slope then goes over to the one that most searches end with, until a level would have no state.
 */

/** The fall of a factor from one level to the next, which that of most searches comes down to (`test/checker/levels.json`). */
const usual = -0.05;
/** What remains of the difference to it after a level. */
const keeps = 0.85;
/** How much less a factor says than the one after it. */
const fades = 0.5;
/** Levels that are followed at most. */
const furthest = 200;

/** Sizes of all levels, of which the first are given and complete. They are a guess, and no bound. */
export const expectedLevels = (levels: readonly number[]): readonly number[] => {
  const factors = levels.slice(1).map((states, i) => Math.log(states / (levels[i] ?? 1)));
  if (factors.length < 2) return levels;
  const last = factors.length - 1, weights = factors.map((_, i) => fades ** (last - i));
  const mean = (of: (factor: number, i: number) => number): number => factors.reduce((sum, factor, i) => sum + (weights[i] ?? 0) * of(factor, i), 0) / weights.reduce((sum, weight) => sum + weight, 0);
  const middle = mean((_, i) => i), level = mean((factor) => factor);
  const covariance = mean((factor, i) => (i - middle) * (factor - level)), variance = mean((_, i) => (i - middle) ** 2), expected = [...levels];
  let slope = Math.min(covariance / variance, 0), factor = level + slope * (last - middle);
  while (expected.length < furthest) {
    slope = usual + (slope - usual) * keeps;
    factor += slope;
    const next = (expected.at(-1) ?? 0) * Math.exp(factor);
    if (next < 1) break;
    expected.push(next);
  }
  return expected;
};

/** From how many times what was found an estimate is how far off, below and above: nine in ten of the searches of `test/checker/levels.json`, wherever they are cut, were no farther. */
const spreads = [{ upTo: 1.3, low: 0.9, high: 1.1 }, { upTo: 2, low: 0.8, high: 1.7 }, { upTo: 8, low: 0.7, high: 15 }, { upTo: Infinity, low: 0.3, high: 30 }] as const;

/** Where the number of states is likely to lie that is estimated from what was found. */
export const rangeOf = (found: number, estimated: number): { readonly low: number; readonly high: number } => {
  const { low, high } = spreads.find(({ upTo }) => estimated <= found * upTo) ?? spreads[3];
  return { low: Math.max(found, estimated * low), high: estimated * high };
};
