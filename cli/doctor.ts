/** `refmon doctor`: what runs here, from which sources, and whether the checker agrees with itself. */
import type { Command } from "commander";
import { columns } from "../checker/report/layout.ts";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { selfChecks } from "../checker/self-check.ts";
import { configured } from "./configuration.ts";
import { paintFor, print } from "./output.ts";
import { readersOf, settingNames } from "./settings.ts";
import { sourcePlaces } from "./sources.ts";
import { version } from "./version.ts";

/** What a setting holds; of what nobody has set there is nothing to show. */
const shownSetting = (value: unknown): string => (value === undefined ? "-" : Array.isArray(value) ? value.join(", ") : String(value));

/** Adds the command; `finish` takes its exit code. */
export const addDoctor = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("doctor")
    .summary("environment, settings and who says them, hashes of specification and monitor, self-checks")
    .option("--config <file>", "settings, instead of refmon.config.json")
    .action(async ({ config }: { readonly config?: string }) => {
      const settings = configured({}, config, process.env);
      const checks = await selfChecks();
      const { sha256 } = sourcePlaces();
      const paint = paintFor(process.stdout);
      const noColor = process.env["NO_COLOR"] ?? "";
      const rows = [
        ["refmon", version, ""],
        ["node", process.versions.node, `${process.platform} ${process.arch}`],
        ["spec", sha256.spec.slice(0, 16), "the specification"],
        ["TCB", sha256.tcb.slice(0, 16), "the monitor"],
        ["image", sha256.image.slice(0, 16), "the builder of the image that the monitor starts on"],
        ["hardware", sha256.hardware.slice(0, 16), "the emulated machine"],
        ["colours", noColor === "" ? "on a terminal" : "never", noColor === "" ? "NO_COLOR is not set" : "NO_COLOR is set"],
      ];
      await print(`${[
        ...columns([{ align: "left" }, { align: "left" }, { align: "left" }], rows, ""),
        "",
        `settings before flags; ${settings.path === null ? "there is no refmon.config.json" : `from ${settings.path}`}`,
        ...columns([{ align: "left" }, { align: "left" }, { align: "left" }, { align: "left" }],
          settingNames.map((name) => [name, shownSetting(settings.values[name]), settings.placeOf(name), `read by ${readersOf(name).join(", ")}`]), "  "),
        "",
        ...checks.map(({ name, passed, detail }) => `${passed ? paint.good("passed") : paint.bad("FAILED")}  ${name}: ${detail}`),
      ].join("\n")}\n`);
      finish(checks.every(({ passed }) => passed) ? exitCodes.ok : exitCodes.internal);
    });
};
