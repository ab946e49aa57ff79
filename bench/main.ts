/**
 * Measures refmon beside rumur and Spin: `npm run bench -- [--rounds N] [--model NAME]… [--json FILE]`. Tables go to stdout, each run to stderr.
 * Exit 0, or 2 if a checker is not installed or an option is wrong.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { countIn, refuse, scriptOptions } from "../build/script-options.ts";
import { compare, type Comparison } from "./comparison.ts";
import { machineTable } from "./machine.ts";
import { models } from "./models.ts";
import { missing } from "./peers/tools.ts";
import { scalingTable } from "./scaling.ts";

const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join("\n")}\n\n`);
};

const { values } = scriptOptions("npm run bench -- [--rounds N] [--model NAME]… [--json FILE]", { options: { rounds: { type: "string", default: "5" }, model: { type: "string", multiple: true }, json: { type: "string" } } });
const rounds = countIn("--rounds", values.rounds, 1, 99);
const chosen = values.model?.map((name) => models.find((model) => model.name === name) ?? refuse(`--model: expected ${models.map((model) => model.name).join(" or ")}, found ${name}`)) ?? models;
// Rounds take half an hour: that they have nowhere to be written is said before.
if (values.json !== undefined) {
  try {
    appendFileSync(values.json, "");
  } catch (thrown) {
    refuse(`--json: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
const absent = missing();
if (absent.length > 0) refuse(`Not installed: ${absent.join(", ")}. On Debian: apt-get install rumur spin gcc libc6-dev`);

const load = (): string => loadavg().map((average) => average.toFixed(1)).join(" ");
print([`${cpus().length} processors (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}, ${rounds} rounds, medians; load before: ${load()}`]);
const compared: Comparison[] = [];
for (const model of chosen) {
  const comparison = await compare(model, rounds, (line) => process.stderr.write(`${line}\n`));
  compared.push(comparison);
  print(comparison.lines);
}
// Rows of a Spin engine come twice: without partial-order reduction, then with it.
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows: compared.flatMap(({ rows }) => rows), ratios: compared.flatMap(({ ratios }) => ratios) }, null, 2)}\n`);
print(await machineTable(rounds));
print(await scalingTable());
process.stdout.write(`load after: ${load()}\n`);
