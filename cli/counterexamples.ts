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
import { optionError } from "./usage-error.ts";

/** The same for the same steps to the same violation, whatever else the policy says. A trace without one is a witness. */
export const idOf = ({ steps, expected }: Trace): string =>
  `${expected === null ? "W" : "CE"}-${sha256(JSON.stringify([expected?.property ?? "", expected?.place ?? "", ...steps.map((step) => ["vcpu" in step ? step.vcpu : null, step.by, titleOfStep(step)])])).slice(0, 6)}`;

/** A counterexample as reports have it, and the trace that it was made from. */
export interface Traced { readonly counterexample: Counterexample; readonly trace: Trace }

/**
 * The counterexample of each violated property; traces are written into the folder, or nowhere if it is `null`.
 * @throws SelfCheckError if a counterexample is not confirmed, UsageError if a trace cannot be written.
 */
export const counterexamplesOf = (file: PolicyFile, found: readonly Found[], places: Places, folder: string | null): ReadonlyMap<string, Traced> =>
  new Map(found.map((one) => {
    const { trace, recording, formula, clause, stranded } = examine(one);
    const property = one.violation.property, id = idOf(trace);
    const path = folder === null ? null : join(folder, `${id}.json`);
    const failed = path === null ? null : writeWhole(path, writeTrace(trace));
    if (failed !== null) throw optionError("--traces", `${path ?? ""} cannot be written: ${failed}`, { fix: "name another directory, or use --no-traces" });
    const counterexample = counterexampleOf({
      id, where: one.where, property, clause, trace, recording, formula, stranded, file: path, replay: path === null ? null : `refmon replay ${path}`,
      policy: policyPlaces(file.policy, file.path, file.lineOf, property, trace.steps),
    }, places);
    return [property, { counterexample, trace }];
  }));
