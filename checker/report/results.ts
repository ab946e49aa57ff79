/** What the reporters of `check` read: everything that a run has to say, before it is put into words. */
import type { Trace } from "../trace/trace.ts";
import type { CheckReport } from "./model.ts";

/** A policy that was not checked, because nothing that decides its verdicts has changed since the run that is recorded in a baseline. */
export interface Unchanged { readonly path: string; /** File of the record. */ readonly baseline: string }

export interface Results {
  /** One for each policy that was checked. */
  readonly reports: readonly CheckReport[];
  readonly unchanged: readonly Unchanged[];
  /** By the id of a counterexample. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** Whether a search that is not exhausted is a finding. */
  readonly requireClosed: boolean;
}
