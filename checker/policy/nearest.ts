/** "Did you mean": the known word that a mistyped one is nearest to. */

/** Levenshtein's distance, with a swap of neighbours counted once (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
    }
  }
  return at(a.length, b.length);
};

/** Letters that say which word was meant by its beginning. */
const shortestBeginning = 3;

/** The nearest known word, the first of several, or the only one that begins so; `undefined` if none is near enough to have been meant. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  // The limit keeps the quadratic cost off hostile input.
  if (word.length > 64) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined, least = limit + 1;
  for (const candidate of known) {
    // Of words that are equally near, the one of the same length: letters are swapped more often than forgotten.
    const away = distance(word.toLowerCase(), candidate.toLowerCase()) + (candidate.length === word.length ? 0 : 0.5);
    // A word of which no letter is left was not mistyped: `r` is not what somebody meant who wrote `w`.
    if (away < least && Math.floor(away) < word.length) [best, least] = [candidate, away];
  }
  if (best !== undefined || word.length < shortestBeginning) return best;
  const begun = known.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  return begun.length === 1 ? begun[0] : undefined;
};

/** How to mend an unknown word, given the words that are known there. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return known.length === 0 ? "nothing has a name here" : `one of ${known.map((name) => `\`${name}\``).join(", ")}`;
};
