/** `npm run fuzz`: 20,000 bad inputs, or as many as `--runs` says, from a seed that is printed; a few of them through the command line. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";
import { fuzzSpawned } from "./spawned.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "20000" }, seed: { type: "string", default: "1" }, close: { type: "string", default: "40" }, spawned: { type: "string", default: "60" } } });
process.stdout.write(`fuzz: ${values.runs} inputs, seed ${values.seed}\n`);
const folder = mkdtempSync(join(tmpdir(), "refmon-fuzz-"));
try {
  for (const { target, refused, accepted, closely } of await fuzz(folder, Number(values.seed), Number(values.runs), Number(values.close))) {
    process.stdout.write(`  ${target.padEnd(14)} ${String(refused).padStart(6)} refused  ${String(accepted).padStart(6)} accepted, ${closely} of them run\n`);
  }
  const codes = fuzzSpawned(folder, Number(values.seed), Number(values.spawned));
  process.stdout.write(`  ${"command line".padEnd(14)} ${[...codes].toSorted(([a], [b]) => a - b).map(([code, count]) => `exit ${code}: ${count}`).join(", ")}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
