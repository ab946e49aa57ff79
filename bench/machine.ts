/** The search of the monitor on the machine: calls and moves per second of one core. */
import { performance } from "node:perf_hooks";
import { columns, counted } from "../checker/report/layout.ts";
import { unlimited } from "../checker/explore/result.ts";
import { machineSearch } from "../checker/refine/search.ts";
import { systemsOf } from "../spec/system.ts";
import { median } from "./measured.ts";
import { policyOf } from "./policy.ts";

const depth = 3;

/** In geometry 2x2, on two vCPUs, with every property that is judged there: commuting and effective access are among them. */
export const machineTable = async (rounds: number): Promise<readonly string[]> => {
  const policy = policyOf("machine", { domains: 2, frames: 2, pages: 2, vcpus: 2 }, depth), [system] = systemsOf(policy);
  const runs: { readonly cells: readonly string[]; readonly calls: number; readonly moves: number; readonly seconds: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now(), result = await machineSearch(policy, system, { ...unlimited, name: "machine", depth });
    runs.push({
      seconds: (performance.now() - began) / 1000, calls: result.callsRun, moves: result.coverage.moves.reduce((sum, { taken }) => sum + taken, 0),
      cells: [String(result.depth), counted(result.statesDistinct), counted(result.callsRun)],
    });
  }
  const [first] = runs, rate = (of: (run: (typeof runs)[number]) => number): string => counted(Math.round(median(runs.map((run) => of(run) / run.seconds))));
  return [
    "The monitor on the machine: 2 domains, 2 frames, 2 pages, 2 vCPUs, geometry 2x2, one core",
    ...columns(Array.from({ length: 7 }, () => ({ align: "right" as const })), [
      ["depth", "states", "calls run", "moves", "calls/s", "moves/s", "s"],
      [...(first?.cells ?? []), counted(first?.moves ?? 0), rate(({ calls }) => calls), rate(({ moves }) => moves), median(runs.map(({ seconds }) => seconds)).toFixed(2)],
    ], ""),
  ];
};
