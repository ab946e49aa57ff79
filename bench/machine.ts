/** The search of the monitor on the machine: calls and moves per second of one core, and of two. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { columns, counted } from "../checker/report/layout.ts";
import { unlimited } from "../checker/explore/result.ts";
import { machineThreads } from "../checker/refine/node/threads.ts";
import { machineSearch } from "../checker/refine/search.ts";
import { systemsOf } from "../spec/system.ts";
import { median } from "./measured.ts";
import { policyOf } from "./policy.ts";

const root = join(import.meta.dirname, "..");

interface Run { readonly states: number; readonly calls: number; readonly moves: number; /** By the clock, and of all processors together. */ readonly seconds: number; readonly processor: number }

/** Threads take a second until their code is fast, so that two are compared with one where there is more to do. */
const searches = [{ workers: 1, depth: 3 }, { workers: 1, depth: 4 }, { workers: 2, depth: 4 }] as const;

const runWith = async ({ workers, depth }: (typeof searches)[number]): Promise<Run> => {
  const policy = policyOf("machine", { domains: 2, frames: 2, pages: 2, vcpus: 2 }, depth), [system] = systemsOf(policy);
  const threads = machineThreads(workers, 0, pathToFileURL(join(root, "dist", "refmon.js"))), began = performance.now(), used = process.cpuUsage();
  const result = await machineSearch(policy, system, { ...unlimited, name: "machine", depth, surveyors: threads.muster });
  const seconds = (performance.now() - began) / 1000, { user, system: inSystem } = process.cpuUsage(used);
  await threads.end();
  return { states: result.statesDistinct, calls: result.callsRun, moves: result.coverage.moves.reduce((sum, { taken }) => sum + taken, 0), seconds, processor: (user + inSystem) / 1e6 };
};

/** In geometry 2x2, on two vCPUs, with every property that is judged there: commuting and effective access are among them. Starting threads is part of the time. */
export const machineTable = async (rounds: number): Promise<readonly string[]> => {
  // Threads run the built program.
  const { status, stderr } = spawnSync(process.execPath, [join(root, "build", "if-stale.mjs")], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the program cannot be built\n${stderr}`);
  const rows: (readonly string[])[] = [];
  for (const one of searches) {
    const { workers, depth } = one, runs: Run[] = [];
    for (let round = 0; round < rounds; round++) runs.push(await runWith(one));
    const [first] = runs, middle = (of: (run: Run) => number): number => median(runs.map(of));
    rows.push([
      String(workers), String(depth), counted(first?.states ?? 0), counted(first?.calls ?? 0), counted(first?.moves ?? 0), counted(Math.round(middle(({ calls, seconds }) => calls / seconds))),
      counted(Math.round(middle(({ calls, processor }) => calls / processor))), middle(({ seconds }) => seconds).toFixed(2), middle(({ processor }) => processor).toFixed(2),
    ]);
  }
  return [
    "The monitor on the machine: 2 domains, 2 frames, 2 pages, 2 vCPUs, geometry 2x2",
    ...columns(Array.from({ length: 9 }, () => ({ align: "right" as const })), [["workers", "depth", "states", "calls run", "moves", "calls/s", "calls per CPU s", "s", "CPU s"], ...rows], ""),
  ];
};
