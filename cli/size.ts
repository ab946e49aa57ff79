/** `refmon size`: what a policy will cost, before it is checked. */
import { totalmem } from "node:os";
import { Option, type Command } from "commander";
import { exitCodes, type ExitCode } from "../checker/report/exit-code.ts";
import { sizeLines } from "../checker/report/size.ts";
import { sizeOf } from "../checker/size.ts";
import { limits, Platform } from "../spec/policy.ts";
import { integerOption } from "./options.ts";
import { print } from "./output.ts";
import { loadPolicy } from "./policy-file.ts";

interface Flags { readonly platform?: Platform; readonly pages?: number; readonly vcpus?: number; readonly symmetry: boolean; readonly timing: boolean; readonly reporter: "human" | "json" }

/** States that the pilot looks at: about a second's work. */
const pilot = 200_000;

/** Adds the command; `finish` takes its exit code. */
export const addSize = (program: Command, finish: (code: ExitCode) => void): void => {
  program.command("size")
    .summary("before checking: bits of a state, and an estimate of states, memory and time")
    .argument("<policy>", "a policy file")
    .addOption(new Option("--platform <name>", "whom to trust; the policy's own unless given").choices(Object.keys(Platform.keys)))
    .option("--pages <count>", `pages of each domain (1 to ${limits.pages}; the policy's own unless given)`, integerOption("--pages", 1, limits.pages))
    .option("--vcpus <count>", `vCPUs (1 to ${limits.vcpus}; the policy's own unless given)`, integerOption("--vcpus", 1, limits.vcpus))
    .option("--no-symmetry", "count states as they are, not up to renaming of interchangeable frames and vCPUs")
    .addOption(new Option("--reporter <name>", "how it is told").choices(["human", "json"]).default("human"))
    .option("--no-timing", "leave out seconds, so that equal runs give equal bytes")
    .action(async (path: string, { platform, pages, vcpus, symmetry, timing, reporter }: Flags) => {
      const file = loadPolicy(path, { ...(platform === undefined ? {} : { platform }), ...(pages === undefined ? {} : { pages }), ...(vcpus === undefined ? {} : { vcpus }) });
      const report = await sizeOf(file.policy, { name: file.policy.name, path: file.path, sha256: file.sha256 }, { symmetry, pilot, timing, memory: totalmem() });
      await print(reporter === "json" ? `${JSON.stringify(report, null, 2)}\n` : `${sizeLines(report).join("\n")}\n`);
      finish(exitCodes.ok);
    });
};
