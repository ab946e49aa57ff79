/** The command that gives a report again: what decides verdicts, and not where they are printed. */
import type { Configured } from "./configuration.ts";

/** A word as a shell reads it back. */
const quoted = (word: string): string => (/^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const each = (flag: string, all: readonly string[] | undefined): readonly string[] => (all ?? []).flatMap((one) => [flag, quoted(one)]);
const given = (flag: string, value: number | string | undefined): readonly string[] => (value === undefined ? [] : [flag, String(value)]);

/** The same walks of `simulate`: the seed is a number, whoever chose it. */
export const simulationOf = (path: string, { values }: Configured, seed: number): string => ["refmon", "simulate", quoted(path),
  ...given("--platform", values.platform), ...given("--geometry", values.geometry), ...given("--domains", values.domains), ...given("--frames", values.frames), ...given("--pages", values.pages), ...given("--vcpus", values.vcpus),
  "--walks", String(values.walks), "--length", String(values.length), "--seed", String(seed),
  ...each("--property", values.property), ...each("--call", values.call), ...each("--budget", values.budget),
].join(" ");

export const commandOf = (path: string, { values, originOf }: Configured): string => {
  // A default that a flag restores must be written again, or a configuration file would change it.
  const restored = (name: "adversaries" | "symmetry" | "fingerprint" | "allViolations" | "vacuity", flag: string): readonly string[] => (originOf(name) === "flag" ? [flag] : []);
  return ["refmon", "check", quoted(path), ...given("--platform", values.platform), ...given("--profile", values.profile), ...each("--from", values.from),
    ...(values.adversaries === "each" ? ["--adversaries", "each"] : restored("adversaries", "--adversaries policy")), ...given("--depth", values.depth), ...given("--pages", values.pages), ...given("--vcpus", values.vcpus),
    ...each("--property", values.property), ...each("--call", values.call),
    ...(values.symmetry ? restored("symmetry", "--symmetry") : ["--no-symmetry"]),
    ...(values.fingerprint ? ["--fingerprint"] : restored("fingerprint", "--no-fingerprint")),
    ...each("--budget", values.budget),
    ...(values.allViolations ? ["--all-violations"] : restored("allViolations", "--no-all-violations")),
    // It says not only what vacuity comes to, but whether the monitor is driven to what its search has missed.
    ...(values.vacuity === "error" ? ["--vacuity", "error"] : restored("vacuity", "--vacuity warn")),
  ].join(" ");
};
