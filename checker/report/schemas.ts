/**
 * The formats that refmon reads and writes, by name. `schemas/NAME.schema.json` is the output of `refmon schema NAME`. SARIF has a schema of its own, which
 * its files name; JUnit's XML has none that is agreed on.
 */
import { Policy } from "../../spec/policy.ts";
import { schemaOf } from "../policy/schema.ts";
import { TraceFile } from "../trace/codec.ts";
import { AcceptFile } from "./accept.ts";
import { Baseline } from "./baseline.ts";
import { DiffReport } from "./diff-model.ts";
import { itfSchema } from "./itf-schema.ts";
import { AdversariesReport } from "./adversaries-model.ts";
import { CheckLine } from "./jsonl.ts";
import { CheckReport } from "./model.ts";
import { SimulateReport } from "./simulation.ts";
import { SizeReport } from "./size.ts";

export const schemas: ReadonlyMap<string, () => object> = new Map<string, () => object>([
  ["policy", () => schemaOf(Policy, "refmon policy", "Who exists, who may do what with whom, what is claimed, where exploration starts and how far it goes.")],
  ["size", () => schemaOf(SizeReport, "refmon.size/1", "What `refmon size --reporter json` writes.")],
  ["simulate", () => schemaOf(SimulateReport, "refmon.simulate/1", "What `refmon simulate --reporter json` writes.")],
  ["check", () => schemaOf(CheckReport, "refmon.check/1", "What `refmon check --reporter json` writes for one policy.")],
  ["check-lines", () => schemaOf(CheckLine, "refmon.check-lines/1", "A line of what `refmon check --reporter jsonl` writes.")],
  ["adversaries", () => schemaOf(AdversariesReport, "refmon.adversaries/1", "What `refmon check --adversaries each --reporter json` writes for one policy.")],
  ["diff", () => schemaOf(DiffReport, "refmon.diff/1", "What `refmon diff --reporter json` writes.")],
  ["accept", () => schemaOf(AcceptFile, "refmon.accept/1", "Widenings of a policy that somebody has accepted, for `refmon diff --accept`.")],
  ["baseline", () => schemaOf(Baseline, "refmon.baseline/1", "What `refmon check --baseline` records, and `--changed` reads.")],
  ["itf", () => itfSchema],
  ["trace", () => schemaOf(TraceFile, "refmon.trace/1", "A counterexample as `refmon check` leaves it in .refmon, for `refmon replay` and `refmon explain`.")],
]);
