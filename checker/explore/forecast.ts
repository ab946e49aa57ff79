/**
 * How many states a search will find, from the sizes of its first levels. From level to level the sizes grow by a factor that itself falls, close to evenly on a
 * logarithmic scale: a bell. The last two thirds of the factors seen are fitted by a line, and the line is followed until a level would have no state.
 */

/** The fall of a factor from one level to the next below which a fit says nothing of an end. */
const slowest = -0.02;
/** Levels that are followed at most. */
const furthest = 200;

/** Sizes of all levels, of which the first are given and complete. They are a guess, and no bound. */
export const expectedLevels = (levels: readonly number[]): readonly number[] => {
  const factors = levels.slice(1).map((states, i) => Math.log(states / (levels[i] ?? 1))), used = factors.slice(Math.floor(factors.length / 3));
  if (used.length < 2) return levels;
  const middle = (used.length - 1) / 2, mean = used.reduce((sum, factor) => sum + factor, 0) / used.length;
  const covariance = used.reduce((sum, factor, i) => sum + (i - middle) * (factor - mean), 0), variance = used.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  const slope = Math.min(covariance / variance, slowest), expected = [...levels];
  let factor = mean + slope * middle;
  while (expected.length < furthest) {
    factor += slope;
    const next = (expected.at(-1) ?? 0) * Math.exp(factor);
    if (next < 1) break;
    expected.push(next);
  }
  return expected;
};
