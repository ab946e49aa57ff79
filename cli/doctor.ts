/** `refmon doctor`: what runs here, from which sources, and whether the checker agrees with itself. */
import type { Command } from "commander";
import { columns } from "../checker/report/layout.ts";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { selfChecks } from "../checker/self-check.ts";
import { paintFor, print } from "./output.ts";
import { sourcePlaces } from "./sources.ts";
import { version } from "./version.ts";

/** Adds the command; `finish` takes its exit code. */
export const addDoctor = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("doctor")
    .summary("environment, hashes of specification and monitor, self-checks")
    .action(async () => {
      const checks = await selfChecks();
      const { sha256 } = sourcePlaces();
      const paint = paintFor(process.stdout);
      const noColor = process.env["NO_COLOR"] ?? "";
      const rows = [
        ["refmon", version, ""],
        ["node", process.versions.node, `${process.platform} ${process.arch}`],
        ["spec", sha256.spec.slice(0, 16), "the specification"],
        ["TCB", sha256.tcb.slice(0, 16), "the monitor"],
        ["hardware", sha256.hardware.slice(0, 16), "the emulated machine"],
        ["settings", "flags", noColor === "" ? "NO_COLOR is not set" : "NO_COLOR is set"],
      ];
      await print(`${[
        ...columns([{ align: "left" }, { align: "left" }, { align: "left" }], rows, ""),
        "",
        ...checks.map(({ name, passed, detail }) => `${passed ? paint.good("passed") : paint.bad("FAILED")}  ${name}: ${detail}`),
      ].join("\n")}\n`);
      finish(checks.every(({ passed }) => passed) ? exitCodes.ok : exitCodes.internal);
    });
};
