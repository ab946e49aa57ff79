/** Options that several commands read, and the words in which a wrong one is refused. */
import { didYouMean } from "../checker/policy/nearest.ts";
import { matchedNothing, optionError, refusal } from "./usage-error.ts";

/**
 * An option that takes an integer from `lo` to `hi`.
 * @throws UsageError for anything else.
 */
export const integerOption = (option: string, lo: number, hi: number) => (written: string): number => {
  const value = /^[0-9]{1,9}$/.test(written) ? Number(written) : NaN;
  if (value >= lo && value <= hi) return value;
  throw optionError(option, refusal("integer", written, "out of bounds"), { expected: `an integer from ${lo} to ${hi}`, found: written });
};

/** Collects the values of an option that may be repeated. */
export const repeated = (written: string, so: readonly string[] | undefined): readonly string[] => [...(so ?? []), written];

/** Where a report goes. */
export interface Destination { readonly reporter: string; /** `null` is stdout. */ readonly file: string | null }

/** `junit.xml` and `junit:report.xml` say the reporter, and that there is a file. */
const destinationMeant = (written: string, names: readonly string[]): string => {
  const [, begun = "", file = ""] = /^([a-z]+)[.:](.*)$/.exec(written) ?? [];
  if (!names.includes(begun)) return didYouMean(written, names);
  return `did you mean \`${begun}=${written.startsWith(`${begun}:`) ? file : written}\`?`;
};

/**
 * `NAME` or `NAME=FILE`, several times, each name one of `names`; `source` says who wrote them.
 * @throws UsageError for a name that no reporter has, and for two reports on stdout.
 */
export const destinations = (written: readonly string[], source: string, names: readonly string[]): readonly Destination[] => {
  const all = written.map((text): Destination => {
    const cut = text.indexOf("=");
    return cut < 0 ? { reporter: text, file: null } : { reporter: text.slice(0, cut), file: text.slice(cut + 1) };
  });
  for (const { reporter, file } of all) {
    if (!names.includes(reporter)) throw optionError(source, `no reporter is called \`${reporter}\``, { expected: `one of ${names.join(", ")}`, fix: destinationMeant(reporter, names) });
    if (file === "") throw optionError(source, "no file is named behind `=`", { expected: `${reporter}=FILE`, found: `${reporter}=` });
  }
  if (all.filter(({ file }) => file === null).length > 1) {
    throw optionError(source, "two reports would be mixed on stdout", { fix: "write all but one to a file with NAME=FILE" });
  }
  return all;
};

/**
 * The members of `known` that a filter names; case does not matter.
 * @throws UsageError if a name of the filter matches nothing.
 */
export const selected = (option: string, what: string, names: readonly string[] | undefined, known: readonly string[]): readonly string[] | null => {
  if (names === undefined) return null;
  return names.map((name) => {
    const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw matchedNothing(option, name, what, known, didYouMean(name, known));
    return found;
  });
};
