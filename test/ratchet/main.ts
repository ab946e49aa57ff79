/**
 * Compares what checks reached with the committed baseline: `npm run cases -- --reports DIR && npm run ratchet -- DIR/*.json`. Exit 1 where something shrank or drifted.
 *
 * `npm run ratchet -- --renew [--reason TEXT] REPORT.json…` writes the baseline anew. What shrank or drifted needs the reason, which stays in the file beside it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { refuse, scriptOptions } from "../../build/script-options.ts";
import { sortedJson } from "../../checker/report/sorted-json.ts";
import { CheckReport } from "../../checker/report/model.ts";
import { RatchetBaseline, renewed, turned } from "./baseline.ts";
import { reachedIn, type Reached } from "./reached.ts";

const path = join(import.meta.dirname, "baseline.json");

const reachedAt = (file: string): readonly [string, Reached] => {
  const decoded = CheckReport.decode(JSON.parse(readFileSync(file, "utf8")));
  if (isLeft(decoded)) return refuse(`${file}: expected a report of refmon check`);
  const { inputs: { policy }, bounds } = decoded.right;
  return [`${policy.path}, ${bounds.platform}`, reachedIn(decoded.right)];
};

const committed = (): RatchetBaseline => {
  const decoded = RatchetBaseline.decode(JSON.parse(readFileSync(path, "utf8")));
  return isLeft(decoded) ? refuse(`${path}: expected a baseline of the ratchet`) : decoded.right;
};

const { values, positionals } = scriptOptions("npm run ratchet -- [--renew] [--reason TEXT] REPORT.json…", { allowPositionals: true, options: { renew: { type: "boolean", default: false }, reason: { type: "string" } } });
if (positionals.length === 0) refuse("expected reports of refmon check, found none: nothing was compared");
const runs = Object.fromEntries(positionals.map(reachedAt)), baseline = committed();
const findings = turned(baseline, runs);
for (const { run, kind, what, was, now } of findings) process.stdout.write(`${kind.padEnd(7)} ${run}: ${what}: ${was} -> ${now}\n`);
if (values.renew) {
  if (findings.length > 0 && values.reason === undefined) refuse("what shrank or drifted needs a --reason");
  writeFileSync(path, `${sortedJson(renewed(baseline, runs, findings, values.reason ?? ""), 1)}\n`);
}
process.stdout.write(`${Object.keys(runs).length} runs compared, ${findings.length} shrunk or drifted\n`);
process.exitCode = findings.length > 0 && !values.renew ? 1 : 0;
