/** Counterexamples for a report, each with its trace in a file. */
import type { Found } from "../checker/check.ts";
import type { Counterexample } from "../checker/report/model.ts";
import type { Places } from "../checker/report/places.ts";
import type { PolicyFile } from "./policy-file.ts";

export const counterexamplesOf = (_file: PolicyFile, _found: readonly Found[], _places: Places, _folder: string | null): ReadonlyMap<string, Counterexample> => new Map();
