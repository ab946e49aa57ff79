/** The formats that refmon reads and writes, by name. `schemas/NAME.schema.json` is the output of `refmon schema NAME`. */
import { Policy } from "../../spec/policy.ts";
import { schemaOf } from "../policy/schema.ts";
import { CheckReport } from "./model.ts";

export const schemas: ReadonlyMap<string, () => ReturnType<typeof schemaOf>> = new Map([
  ["policy", () => schemaOf(Policy, "refmon policy", "Who exists, who may do what with whom, what is claimed, where exploration starts and how far it goes.")],
  ["check", () => schemaOf(CheckReport, "refmon.check/1", "What `refmon check --reporter json` writes for one policy.")],
]);
