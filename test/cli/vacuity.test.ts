import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundlePatched } from "../regress/bundle.ts";
import { bundle, root, testFolder } from "./refmon.ts";

const run = (program: string): { readonly status: number | null; readonly stdout: string } => {
  const { status, stdout } = spawnSync(process.execPath, [program, "check", "policies/untrusted-library.json", "--property", "P11", "--call", "map", "--call", "unmap", "--depth", "3", "--vacuity", "error"],
    { cwd: root, encoding: "utf8" });
  return { status, stdout };
};

it("a run in which everything happened is no vacuous one", () => expect(run(bundle).status).toBe(0));

it("a specification that has lost a move is told apart from one that holds", async () => {
  const folder = testFolder();
  const program = join(folder, "refmon.mjs");
  await bundlePatched("cli/main.ts", [{ file: "spec/moves/index.ts", find: "fetch, interrupt, ", replace: "interrupt, " }], program);
  const { status, stdout } = run(program);
  expect(stdout).toContain("error[MOVE_NEVER_TAKEN] never happened, so that nothing is known of what it would do: fetch");
  expect(status).toBe(4);
});
