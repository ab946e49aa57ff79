/** `refmon export`: the specification of a policy for an independent checker, and the program that refmon runs itself. */
import { join } from "node:path";
import { Option, type Command } from "commander";
import { listing } from "../checker/compile/listing.ts";
import { murphi } from "../checker/export/murphi.ts";
import { promela } from "../checker/export/promela.ts";
import { tla } from "../checker/export/tla.ts";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import type { System } from "../spec/lang/system.ts";
import { systemsOf } from "../spec/system.ts";
import { writeWhole } from "./files.ts";
import { print } from "./output.ts";
import { loadPolicy } from "./policy-file.ts";
import { optionError } from "./usage-error.ts";

interface Exported { readonly name: string; readonly text: string }

/** The files of each language, the model first. TLC wants a module in a file of its name, and a configuration beside it. */
const languages: { readonly [language: string]: (system: System) => readonly [Exported, ...Exported[]] } = {
  murphi: (system) => [{ name: `${system.name}.m`, text: murphi(system) }],
  promela: (system) => [{ name: `${system.name}.pml`, text: promela(system) }],
  tla: (system) => {
    const { name, module, configuration } = tla(system);
    return [{ name: `${name}.tla`, text: module }, { name: `${name}.cfg`, text: configuration }];
  },
  javascript: (system) => [{ name: `${system.name}.js`, text: listing(system) }],
};

interface Flags { readonly to: string; readonly out?: string }

/** Adds the command; `finish` takes its exit code. */
export const addExport = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("export")
    .summary("the specification for an independent checker: rumur, Spin or TLC; and as the program that refmon runs")
    .argument("<policy>", "a policy file")
    .addOption(new Option("--to <language>", "the language").choices(Object.keys(languages)).makeOptionMandatory())
    .option("--out <directory>", "write the files there; without it the model goes to stdout (for tla, without its .cfg)")
    .action(async (path: string, { to, out }: Flags) => {
      const [system] = systemsOf(loadPolicy(path, {}).policy);
      const files = languages[to]?.(system) ?? [];
      if (out === undefined) {
        await print(files[0]?.text ?? "");
      } else {
        for (const { name, text } of files) {
          const failed = writeWhole(join(out, name), text);
          if (failed !== null) throw optionError("--out", failed, { found: join(out, name) });
        }
        await print(`${files.map(({ name }) => join(out, name)).join("\n")}\n`);
      }
      finish(exitCodes.ok);
    });
};
