/** Counterexamples for a report, each with its trace in a file. */
import { join } from "node:path";
import type { Found } from "../checker/check.ts";
import { examine } from "../checker/examine.ts";
import { counterexampleOf } from "../checker/report/counterexample.ts";
import type { Counterexample } from "../checker/report/model.ts";
import type { Places } from "../checker/report/places.ts";
import { policyPlaces } from "../checker/report/policy-places.ts";
import { writeTrace } from "../checker/trace/codec.ts";
import { titleOfStep } from "../checker/trace/naming.ts";
import type { Trace } from "../checker/trace/trace.ts";
import { sha256, writeWhole } from "./files.ts";
import type { PolicyFile } from "./policy-file.ts";

/** The same for the same steps to the same violation, whatever else the policy says. A trace without one is a witness. */
export const idOf = ({ steps, expected }: Trace): string =>
  `${expected === null ? "W" : "CE"}-${sha256(JSON.stringify([expected?.property ?? "", expected?.place ?? "", ...steps.map((step) => ["vcpu" in step ? step.vcpu : null, step.by, titleOfStep(step)])])).slice(0, 6)}`;

/** A counterexample as reports have it, and the trace that it was made from. */
export interface Traced { readonly counterexample: Counterexample; readonly trace: Trace }

/** Writes the trace into the folder, and gives its path; `null` if it is nowhere. What was found is told all the same: a full disk must not cost the verdict of a long search. */
const written = (trace: Trace, folder: string | null, id: string): string | null => {
  if (folder === null) return null;
  const path = join(folder, `${id}.json`), failed = writeWhole(path, writeTrace(trace));
  if (failed === null) return path;
  process.stderr.write(`refmon: the trace ${path} cannot be written: ${failed}; name another directory with --traces\n`);
  return null;
};

/**
 * The counterexample of each violated property; traces are written into the folder, or nowhere if it is `null`.
 * @throws SelfCheckError if a counterexample is not confirmed.
 */
export const counterexamplesOf = (file: PolicyFile, found: readonly Found[], places: Places, folder: string | null): ReadonlyMap<string, Traced> =>
  new Map(found.map((one) => {
    const { trace, recording, formula, clause, stranded } = examine(one);
    const property = one.violation.property, id = idOf(trace);
    const path = written(trace, folder, id);
    const counterexample = counterexampleOf({
      id, where: one.where, property, clause, trace, recording, formula, stranded, file: path, replay: path === null ? null : `refmon replay ${path}`,
      policy: policyPlaces(file.policy, file.path, file.lineOf, property, trace.steps),
    }, places);
    return [property, { counterexample, trace }];
  }));
