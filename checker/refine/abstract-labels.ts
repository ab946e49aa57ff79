/**
 * Words as label sets, which is all that the machine's data are in a check: bit d is the label of domain d, bit 16 + x that of device x, bit 30 the
 * host's, bit 31 `departed`. As abstract sets they are masks over the union `Label`: domains, devices, the host, departed.
 */
const firstDevice = 16;
export const hostBit = 0x40000000;
export const departedBit = 0x80000000;

/** How many labels of each kind there are, and which other bits are secrets of the run (`secrets.ts`). */
export interface Labels { readonly domains: number; readonly devices: number; readonly secrets?: number }

export const deviceBit = (device: number): number => 1 << (firstDevice + device);

/** The bits of a word that mean labels. */
export const knownLabels = (word: number, { domains, devices }: Labels): number =>
  (word & (((1 << domains) - 1) | (((1 << devices) - 1) << firstDevice) | hostBit | departedBit)) >>> 0;

/** The abstract label set of a word. Bits that mean no label give -1. */
export const labelsOfWord = (content: number, labels: Labels): number => {
  const word = (content & ~(labels.secrets ?? 0)) >>> 0;
  if (knownLabels(word, labels) !== word) return -1;
  const { domains, devices } = labels;
  return (word & ((1 << domains) - 1)) | (((word >>> firstDevice) & ((1 << devices) - 1)) << domains) | (((word >>> 30) & 1) << (domains + devices)) | ((word >>> 31) << (domains + devices + 1));
};

/** The word that means an abstract label set. */
export const wordOfLabels = (set: number, { domains, devices }: Labels): number => {
  const host = (set >>> (domains + devices)) & 1, departed = (set >>> (domains + devices + 1)) & 1;
  return ((set & ((1 << domains) - 1)) | (((set >>> domains) & ((1 << devices) - 1)) << firstDevice) | (host === 1 ? hostBit : 0) | (departed === 1 ? departedBit : 0)) >>> 0;
};
