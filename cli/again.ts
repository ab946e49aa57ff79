/** The command that gives a report again: what decides verdicts, and not where they are printed. */
import type { Configured } from "./configuration.ts";

/** A word as a shell reads it back. */
const quoted = (word: string): string => (/^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export const commandOf = (path: string, { values, originOf }: Configured): string => {
  const each = (flag: string, all: readonly string[] | undefined): readonly string[] => (all ?? []).flatMap((one) => [flag, quoted(one)]);
  const number = (flag: string, value: number | undefined): readonly string[] => (value === undefined ? [] : [flag, String(value)]);
  // A default that a flag restores must be written again, or a configuration file would change it.
  const restored = (name: "symmetry" | "fingerprint" | "allViolations", flag: string): readonly string[] => (originOf(name) === "flag" ? [flag] : []);
  return ["refmon", "check", quoted(path), ...(values.platform === undefined ? [] : ["--platform", values.platform]), ...number("--depth", values.depth), ...number("--pages", values.pages), ...number("--vcpus", values.vcpus),
    ...each("--property", values.property), ...each("--call", values.call),
    ...(values.symmetry ? restored("symmetry", "--symmetry") : ["--no-symmetry"]),
    ...(values.fingerprint ? ["--fingerprint"] : restored("fingerprint", "--no-fingerprint")),
    ...each("--budget", values.budget),
    ...(values.allViolations ? ["--all-violations"] : restored("allViolations", "--no-all-violations")),
  ].join(" ");
};
