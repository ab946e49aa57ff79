/**
 * The settings of `check`, `simulate` and `diff`: one table, from which flags, `REFMON_*` variables, `refmon.config.json` and its schema are read. A setting `requireClosed` is
 * `--require-closed`, `REFMON_REQUIRE_CLOSED` and the key `requireClosed`.
 */
import * as t from "io-ts";
import { decode } from "../checker/policy/decode.ts";
import type { Json } from "../checker/policy/json.ts";
import { nearest } from "../checker/policy/nearest.ts";
import { describeShape, shapeOf, type Shape } from "../checker/policy/shape.ts";
import { starts, type ProfileName, type Start } from "../checker/profiles.ts";
import { integer, list, said, text } from "../spec/constrained.ts";
import { limits, Platform } from "../spec/policy.ts";
import { budgetPattern, budgetSentence } from "./budget.ts";
import { optionError, refusal } from "./usage-error.ts";

export const mostWorkers = 64;
const many = 1000;
export const largestSeed = 999_999_999;

export const codecs = {
  policy: said("policy files; of simulate one", list(t.string, 1, many)),
  platform: said("whom to trust; the policy's own unless told", Platform),
  profile: said("sizes of the searches: quick for every push, deep for the night; both search from everywhere", t.keyof({ quick: null, deep: null } satisfies { [name in ProfileName]: null })),
  from: said("where the monitor is searched from: the boot image, the empty machine, every well-formed state of a tiny version", list(t.keyof({ boot: null, empty: null, every: null } satisfies { [name in Start]: null }), 1, starts.length)),
  adversaries: said("each: with all adversaries, with none and with each alone, as a matrix; policy, unless told: as the policy says", t.keyof({ policy: null, each: null })),
  depth: said("steps from the boot image in the search of the monitor; the policy's own unless told", integer(0, limits.machineDepth)),
  pages: said("virtual pages of every domain; the policy's own unless told", integer(1, limits.pages)),
  vcpus: said("the policy's own number unless told", integer(1, limits.vcpus)),
  property: said("the properties and claims to judge, P11 or C:name; all unless told", list(t.string, 1, many)),
  call: said("the calls to explore; all unless told", list(t.string, 1, many)),
  symmetry: said("states are counted up to renaming of interchangeable frames and vCPUs; on unless told", t.boolean),
  fingerprint: said("states of the specification are kept as 64-bit fingerprints where these are shorter; off unless told", t.boolean),
  workers: said("threads; the report does not depend on it; auto, unless told: one for each processor", t.union([integer(1, mostWorkers), t.literal("auto")])),
  budget: said("time for the whole run, shared by its searches; states for each search; memory for the process", list(text(budgetPattern, budgetSentence), 1, many)),
  requireClosed: said("exit 3 unless every search is exhausted; off unless told", t.boolean),
  vacuity: said("what to make of properties, calls and moves that were never reached; with error the monitor is driven beyond its depth to reach them; warn unless told", t.keyof({ error: null, warn: null })),
  allViolations: said("go on after the first violation until every property is decided; off unless told", t.boolean),
  reporter: said("reports, as NAME or NAME=FILE; human unless told", list(t.string, 1, many)),
  timing: said("reports say how many seconds and workers it took; on unless told", t.boolean),
  traces: said("the folder that traces of counterexamples are written to, or false; .refmon unless told", t.union([t.string, t.literal(false)])),
  domains: said("of the larger system that is walked; the policy's own unless told", integer(1, limits.domains)),
  frames: said("of the larger system that is walked; the policy's own unless told", integer(1, limits.frames)),
  geometry: said("of page tables in the larger system that is walked; the policy's own unless told", text("[2-4]x[1-9]", "levels x index bits, from `2x1` to `4x9`")),
  walks: said("random walks; 20 unless told", integer(1, 1_000_000)),
  length: said("steps of a walk, at most; 200 unless told", integer(1, 100_000)),
  seed: said("where the randomness starts; 1 unless told", t.union([integer(0, largestSeed), t.literal("random")])),
};

/** The settings that commands read. */
const readBy = {
  check: ["policy", "platform", "profile", "from", "adversaries", "depth", "pages", "vcpus", "property", "call", "symmetry", "fingerprint", "workers", "budget", "requireClosed", "vacuity", "allViolations", "reporter", "timing", "traces"],
  diff: ["workers", "budget", "traces"],
  simulate: ["policy", "platform", "pages", "vcpus", "property", "call", "budget", "vacuity", "timing", "traces", "domains", "frames", "geometry", "walks", "length", "seed"],
} as const satisfies { readonly [command: string]: readonly Setting[] };

/** The commands that read a setting. */
export const readersOf = (name: Setting): readonly string[] => Object.entries(readBy).flatMap(([command, names]: readonly [string, readonly Setting[]]) => (names.includes(name) ? [command] : []));

export type Settings = { readonly [K in keyof typeof codecs]: t.TypeOf<(typeof codecs)[K]> };
export type Setting = keyof Settings;
export const settingNames = Object.keys(codecs) as readonly Setting[];

/** io-ts codec of the configuration file. */
export const Configuration = t.exact(t.partial({ $schema: said("where editors find this schema", t.string), ...codecs }), "configuration");

/** What holds where nobody says otherwise. */
type Settled = "adversaries" | "symmetry" | "fingerprint" | "workers" | "requireClosed" | "vacuity" | "allViolations" | "reporter" | "timing" | "traces" | "walks" | "length" | "seed";
export const defaults: Pick<Settings, Settled> = {
  adversaries: "policy", symmetry: true, fingerprint: false, workers: "auto", requireClosed: false, vacuity: "warn", allViolations: false, reporter: ["human"], timing: true, traces: ".refmon",
  walks: 20, length: 200, seed: 1,
};

const words = (name: Setting): readonly string[] => name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
export const flagOf = (name: Setting): string => `--${words(name).join("-")}`;
export const variableOf = (name: Setting): string => `REFMON_${words(name).join("_").toUpperCase()}`;

/** What somebody wrote where there are only texts, as the JSON value that it stands for. */
const meant = (shape: Shape, written: string): Json => {
  switch (shape.kind) {
    case "integer": return /^[0-9]{1,9}$/.test(written) ? Number(written) : written;
    case "boolean": return written === "true" ? true : written === "false" ? false : written;
    case "array": return written.split(",").map((one) => meant(shape.of, one.trim()));
    case "one-of": return shape.values.find((value) => String(value) === written) ?? written;
    case "either": return shape.shapes.map((one) => meant(one, written)).find((value) => typeof value !== "string") ?? written;
    default: return written;
  }
};

/** Of a list, what a member may be says more than how many there may be. */
const expected = (shape: Shape): string => (shape.kind === "array" ? describeShape(shape.of) : describeShape(shape));

/**
 * The value that a text, or a list of texts, gives to a setting; `source` is the flag or the variable.
 * @throws UsageError if it is none.
 */
export const readSetting = (name: Setting, written: string | readonly string[], source: string): Json => {
  const codec: t.Any = codecs[name], shape = shapeOf(codec);
  const value = typeof written === "string" ? meant(shape, written) : written;
  if (decode(codec, value).ok) return value;
  const found = typeof written === "string" ? written : written.join(", ");
  if (shape.kind === "one-of") {
    const near = nearest(found, shape.values.map(String));
    throw optionError(source, "there is no such value", { expected: expected(shape), found, ...(near === undefined ? {} : { fix: `did you mean \`${near}\`?` }) });
  }
  throw name === "budget" ? optionError(source, refusal("budget", found, "this is no budget"), { expected: expected(shape), found })
    : optionError(source, refusal(shape.kind === "integer" ? "integer" : "other", found, "out of bounds"), { expected: expected(shape), found });
};
