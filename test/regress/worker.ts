/** A process that judges patches as it is told to: each with a bundle of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBundler } from "./bundle.ts";
import { shippedWrongs, verdictOn, type Bench, type Verdict } from "./verdict.ts";

/** A patch by its name, or the sources as they are with the patches and traces to try on them. */
export type Task = { readonly patch: string; readonly renew: boolean } | { readonly patches: readonly string[]; readonly litmus: readonly string[] };

export type Told = { readonly verdict: Verdict } | { readonly shipped: readonly string[] };

const perform = async (bench: Bench, task: Task): Promise<Told> => {
  if (!("patch" in task)) return { shipped: await shippedWrongs(bench, task.patches, task.litmus) };
  const { patch: name } = task;
  // What goes wrong with one patch must not take the others with it.
  const failed = (thrown: unknown): Verdict => ({ name, found: [], states: 0, bitten: [], wrong: [thrown instanceof Error ? thrown.message : String(thrown)] });
  return { verdict: await verdictOn({ ...bench, renew: task.renew }, name).catch(failed) };
};

const folder = mkdtempSync(join(tmpdir(), "refmon-regress-")), bundler = createBundler("test/regress/judged.ts");
process.on("message", (task: Task) => {
  void bundler.then((ready) => perform({ bundler: ready, folder, renew: false }, task)).then((told) => process.send?.(told));
});
process.on("disconnect", () => {
  rmSync(folder, { recursive: true, force: true });
  void bundler.then((ready) => ready.close()).then(() => { process.exit(); });
});
