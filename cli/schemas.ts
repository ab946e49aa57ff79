/** The formats that refmon reads and writes, those of the command line included, by name. */
import { schemaOf } from "../checker/policy/schema.ts";
import { schemas as reported } from "../checker/report/schemas.ts";
import { Configuration } from "./settings.ts";

export const schemas: ReadonlyMap<string, () => object> = new Map([
  ...reported,
  ["config", () => schemaOf(Configuration, "refmon.config.json", "Settings of `refmon check`, below REFMON_* variables and flags. Paths are relative to the folder that refmon is run in.")],
]);
