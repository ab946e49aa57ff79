/** `npm run fuzz`: 20,000 bad inputs, or as many as `--runs` says, from a seed that is printed; a few of them through the command line. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countIn, scriptOptions } from "../../build/script-options.ts";
import { fuzz } from "./fuzz.ts";
import { fuzzSpawned } from "./spawned.ts";

const { values } = scriptOptions("npm run fuzz -- [--runs N] [--seed N] [--close N] [--spawned N]", { options: { runs: { type: "string", default: "20000" }, seed: { type: "string", default: "1" }, close: { type: "string", default: "40" }, spawned: { type: "string", default: "60" } } });
const runs = countIn("--runs", values.runs, 1, 1e9), seed = countIn("--seed", values.seed, 0, 2 ** 31 - 1), close = countIn("--close", values.close, 0, runs), spawned = countIn("--spawned", values.spawned, 0, 1e6);
process.stdout.write(`fuzz: ${runs} inputs, seed ${seed}\n`);
const folder = mkdtempSync(join(tmpdir(), "refmon-fuzz-"));
try {
  for (const { target, refused, accepted, closely } of await fuzz(folder, seed, runs, close)) {
    process.stdout.write(`  ${target.padEnd(14)} ${String(refused).padStart(6)} refused  ${String(accepted).padStart(6)} accepted, ${closely} of them run\n`);
  }
  const codes = fuzzSpawned(folder, seed, spawned);
  process.stdout.write(`  ${"command line".padEnd(14)} ${[...codes].toSorted(([a], [b]) => a - b).map(([code, count]) => `exit ${code}: ${count}`).join(", ")}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
