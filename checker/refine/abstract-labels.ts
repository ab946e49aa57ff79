/** Words as label sets: bit d is the label of domain d, bit 31 `departed`. The machine's data in a check are nothing else. */

export const departedBit = 0x80000000;

/** The abstract label set of a word: `departed` is the element after the last domain. Bits that mean no label give -1. */
export const labelsOfWord = (word: number, domains: number): number => {
  const known = (1 << domains) - 1;
  if ((word & ~known & 0x7fffffff) !== 0) return -1;
  return (word & known) | ((word >>> 31) << domains);
};
