/** `refmon schema [NAME]`: the JSON Schema of a format, for editors and for programs that read what refmon writes; without a name, what formats there are. */
import type { Command } from "commander";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { schemas } from "./schemas.ts";
import { didYouMean } from "../checker/policy/nearest.ts";
import { print } from "./output.ts";
import { matchedNothing } from "./usage-error.ts";

/** Adds the command; `finish` takes its exit code. */
export const addSchema = (program: Command, finish: (code: ExitCode) => void): void => {
  const names = [...schemas.keys()];
  program.command("schema")
    .summary("print the JSON Schema of a format")
    .argument("[name]", `${names.join(" or ")}; without one the formats are listed`)
    .action(async (name: string | undefined) => {
      const schema = name === undefined ? undefined : schemas.get(name);
      if (name !== undefined && schema === undefined) throw matchedNothing("schema", name, "format", names, didYouMean(name, names));
      await print(`${schema === undefined ? names.join("\n") : JSON.stringify(schema(), null, 2)}\n`);
      finish(exitCodes.ok);
    });
};
