/**
 * Measures refmon beside rumur and Spin: `npm run bench -- [--rounds N] [--model NAME]… [--json FILE]`. Tables go to stdout, each run to stderr.
 * Exit 0, or 2 if a checker is not installed or an option is wrong.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { compare, type Comparison } from "./comparison.ts";
import { machineTable } from "./machine.ts";
import { modelNamed, models } from "./models.ts";
import { missing } from "./peers/tools.ts";
import { scalingTable } from "./scaling.ts";

const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join("\n")}\n\n`);
};
const refuse = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(2);
};

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, model: { type: "string", multiple: true }, json: { type: "string" } } });
const rounds = /^[1-9][0-9]?$/.test(values.rounds) ? Number(values.rounds) : refuse(`--rounds: expected 1 to 99, found ${values.rounds}`);
const chosen = values.model?.map(modelNamed) ?? models;
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
