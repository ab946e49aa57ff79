/** Reads so many bad inputs of each kind, and counts the answers; the first crash is shrunk and told. */
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { sha256 } from "../../cli/files.ts";
import { targetsIn } from "./targets.ts";

export interface Fuzzed { readonly target: string; readonly refused: number; readonly accepted: number; readonly closely: number }

/** Milliseconds of the processor: a loaded machine is no hang. */
const hang = 10_000;

/** @throws Error with the smallest input that was found, if something crashes or hangs. `close` is how many of what is accepted of each kind is run. */
export const fuzz = async (folder: string, seed: number, runs: number, close: number): Promise<readonly Fuzzed[]> => {
  const all: Fuzzed[] = [];
  for (const { name, share, inputs, read } of await targetsIn(folder, sha256)) {
    const counts = { refused: 0, accepted: 0, closely: 0 };
    await fc.assert(fc.asyncProperty(inputs, async (input) => {
      const began = process.cpuUsage();
      counts[await read(input, () => counts.closely++ < close)]++;
      const { user, system } = process.cpuUsage(began);
      if ((user + system) / 1000 > hang) throw new Error(`${name}: read for ${Math.round((user + system) / 1000)} ms`);
    }), { seed, numRuns: Math.ceil((runs * share) / 1000) });
    all.push({ target: name, refused: counts.refused, accepted: counts.accepted, closely: Math.min(close, counts.closely) });
  }
  const parts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".part"));
  if (parts.length > 0) throw new Error(`partial files are left: ${parts.join(", ")}`);
  return all;
};
