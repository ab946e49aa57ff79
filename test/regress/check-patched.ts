/** Runs the command line as a user does, with a bug seeded into it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { CheckReport } from "../../checker/report/model.ts";
import { bundlePatched } from "./bundle.ts";
import type { Edit } from "./patch.ts";

export interface Outcome { readonly status: number | null; readonly report: CheckReport }

/**
 * Bundles the command line with the edits into the folder, under the name, and checks the policy with the flags.
 *
 * @throws Error if an edit does not apply, or no report is written.
 */
export const checkPatched = async (folder: string, name: string, edits: readonly Edit[], policy: string, ...flags: readonly string[]): Promise<Outcome> => {
  const program = join(folder, `${name}.mjs`);
  await bundlePatched("cli/main.ts", edits, program);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "check", policy, "--reporter", "json", "--no-timing", "--no-traces", ...flags], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (stdout === "") throw new Error(`${name}: no report\n${stderr}`);
  return { status, report: JSON.parse(stdout) as CheckReport };
};
