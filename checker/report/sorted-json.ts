/** JSON with the keys of every object in alphabetical order, for formats that are compared by machines: equal values are equal bytes. */

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
};

/** `indent` is the number of blanks a level; 0 is one line. */
export const sortedJson = (value: unknown, indent: number): string => JSON.stringify(sorted(value), null, indent);
