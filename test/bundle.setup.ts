/** Tests of the command line run the bundle as a user does; it is brought up to date once, before all of them. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const setup = (): void => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "..", "build", "if-stale.mjs")], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the bundle cannot be built\n${stderr}`);
};
