/** `check --changed`: leaves out policies that held in an earlier run and rest on the same files, and keeps the record of it. */
import { existsSync } from "node:fs";
import { decode } from "../checker/policy/decode.ts";
import { parseJson } from "../checker/policy/json.ts";
import { Baseline, emptyBaseline, heldIn, recorded, type Basis } from "../checker/report/baseline.ts";
import type { Results } from "../checker/report/results.ts";
import { commandOf } from "./again.ts";
import type { Configured } from "./configuration.ts";
import { largestTrace, readText, writeWhole } from "./files.ts";
import type { PolicyFile } from "./policy-file.ts";
import { sourcePlaces } from "./sources.ts";
import { inputError, optionError } from "./usage-error.ts";
import { version } from "./version.ts";

export const usualBaseline = ".refmon/baseline.json";

/** @throws UsageError if the file is there and is no baseline. */
const loadBaseline = (path: string): Baseline => {
  if (!existsSync(path)) return emptyBaseline;
  const file = readText(path, largestTrace);
  if (!file.ok) throw inputError(path, [file.problem]);
  const parsed = parseJson(file.text);
  if (!parsed.ok) throw inputError(path, [parsed.problem]);
  const decoded = decode(Baseline, parsed.json.value);
  if (!decoded.ok) throw inputError(path, decoded.problems);
  return decoded.value;
};

const basisOf = (file: PolicyFile, settings: Configured): Basis => {
  const { spec, tcb, image, hardware } = sourcePlaces().sha256, { requireClosed, vacuity } = settings.values;
  return { path: file.path, sha256: { policy: file.sha256, spec, tcb, image, hardware }, version, command: commandOf(file.path, settings), requireClosed, vacuity };
};

export interface Selection {
  readonly files: readonly PolicyFile[];
  readonly unchanged: Results["unchanged"];
  /** Keeps what the run found. */
  readonly record: (results: Results) => void;
}

/**
 * Of the policies those to check. With `skip`, one that held, and rests on what it did then, is left out.
 * @throws UsageError if the baseline cannot be read; `record` throws it if it cannot be written.
 */
export const selectChanged = (all: readonly PolicyFile[], settings: Configured, baseline: string, skip: boolean): Selection => {
  const before = loadBaseline(baseline), bases = new Map(all.map((file) => [file, basisOf(file, settings)]));
  // Hashes of sources that were not found would be equal whatever the sources are.
  const isHeld = (basis: Basis | undefined): boolean => basis !== undefined && basis.sha256.spec !== "unknown" && heldIn(before, basis);
  const files = all.filter((file) => !skip || !isHeld(bases.get(file)));
  return {
    files, unchanged: all.filter((file) => !files.includes(file)).map(({ path }) => ({ path, baseline })),
    record: ({ reports }) => {
      const checked = files.flatMap((file, i) => {
        const basis = bases.get(file), report = reports[i];
        return basis === undefined || report === undefined ? [] : [{ basis, report }];
      });
      const failed = writeWhole(baseline, `${JSON.stringify(recorded(before, checked), null, 2)}\n`);
      if (failed !== null) throw optionError("--baseline", `${baseline} cannot be written: ${failed}`, { fix: "name a file in a directory that may be written" });
    },
  };
};
