/** Which settings hold, and who says so: flags over `REFMON_*` variables over the configuration file over defaults. */
import { existsSync } from "node:fs";
import { decode } from "../checker/policy/decode.ts";
import { parseJson } from "../checker/policy/json.ts";
import { didYouMean } from "../checker/policy/nearest.ts";
import { largestTrace, readText } from "./files.ts";
import { Configuration, defaults, flagOf, readSetting, settingNames, variableOf, type Setting, type Settings } from "./settings.ts";
import { inputError, optionError } from "./usage-error.ts";

/** Looked for in the folder that refmon is run in, and nowhere else. */
const configurationName = "refmon.config.json";
const configVariable = "REFMON_CONFIG";

type Given = Partial<Settings>;
export type Origin = "flag" | "environment" | "file" | "default" | "nobody";

export interface Configured {
  readonly values: Given & typeof defaults;
  /** Of bounds that nobody sets, the policy's own hold. */
  readonly originOf: (name: Setting) => Origin;
  /** In a word or two: `--depth`, `REFMON_DEPTH` or `refmon.config.json:3#/depth`. */
  readonly placeOf: (name: Setting) => string;
  /** Of the configuration file, if there is one. */
  readonly path: string | null;
}

/** What commander has read: texts, lists of texts, and booleans. */
export type Flags = { readonly [name in Setting]?: string | readonly string[] | boolean };

interface FileLayer { readonly given: Given; readonly path: string | null; readonly lineOf: (pointer: string) => number | undefined }

const fromFile = (named: string | undefined): FileLayer => {
  if (named === undefined && !existsSync(configurationName)) return { given: {}, path: null, lineOf: () => undefined };
  const path = named ?? configurationName, file = readText(path, largestTrace);
  if (!file.ok) throw inputError(path, [file.problem]);
  const parsed = parseJson(file.text);
  if (!parsed.ok) throw inputError(path, [parsed.problem]);
  const { value, lineOf } = parsed.json;
  const decoded = decode(Configuration, value);
  if (!decoded.ok) {
    throw inputError(path, decoded.problems.map((problem) => {
      const line = lineOf(problem.pointer);
      return line === undefined ? problem : { ...problem, line };
    }));
  }
  const { $schema: _schema, ...given } = decoded.value;
  return { given, path, lineOf };
};

type Environment = { readonly [name: string]: string | undefined };

/** A variable that is empty is not set: pipelines often cannot unset one. */
const fromEnvironment = (environment: Environment): Given => {
  const known = [...settingNames.map(variableOf), configVariable];
  const strange = Object.keys(environment).filter((name) => name.startsWith("REFMON_")).toSorted().find((name) => !known.includes(name));
  if (strange !== undefined) throw optionError(strange, "there is no such setting", { found: environment[strange] ?? "", fix: didYouMean(strange, known) });
  return Object.fromEntries(settingNames.flatMap((name) => {
    const written = environment[variableOf(name)] ?? "";
    return written === "" ? [] : [[name, readSetting(name, written, variableOf(name))]];
  }));
};

const fromFlags = (flags: Flags): Given => Object.fromEntries(settingNames.flatMap((name) => {
  const written = flags[name];
  if (written === undefined) return [];
  return [[name, typeof written === "boolean" ? written : readSetting(name, written, flagOf(name))]];
}));

/**
 * Settles what holds for a run. `config` names the configuration file; without it, `REFMON_CONFIG` does.
 * @throws UsageError if a file, a variable or a flag says what it cannot.
 */
export const configured = (flags: Flags, config: string | undefined, environment: Environment): Configured => {
  const named = config ?? environment[configVariable];
  const file = fromFile(named === "" ? undefined : named), variables = fromEnvironment(environment), asked = fromFlags(flags);
  const originOf = (name: Setting): Origin => (name in asked ? "flag" : name in variables ? "environment" : name in file.given ? "file" : name in defaults ? "default" : "nobody");
  return {
    values: { ...defaults, ...file.given, ...variables, ...asked }, originOf, path: file.path,
    placeOf: (name) => {
      switch (originOf(name)) {
        case "flag": return flagOf(name);
        case "environment": return variableOf(name);
        case "file": return `${file.path ?? ""}:${file.lineOf(`/${name}`) ?? 1}#/${name}`;
        case "default": return "default";
        case "nobody": return "not set";
      }
    },
  };
};
