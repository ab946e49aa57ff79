/** refmon, rumur and Spin in turn on the same models. */
import { columns, counted } from "../checker/report/layout.ts";
import { rowOf, ratioOf, median, type Measured, type Ratio, type Row } from "./measured.ts";
import type { Model } from "./models.ts";
import { rumur } from "./peers/rumur.ts";
import { spin } from "./peers/spin.ts";
import { within, type Peer } from "./peers/tools.ts";
import { searchApart } from "./refmon.ts";

interface Contestant { readonly engine: Row["engine"]; readonly threads: number; readonly how: string; run(): Promise<Measured> }

const peer = (make: () => Peer): Contestant["run"] => {
  const began = performance.now(), program = make(), building = performance.now() - began;
  return async () => ({ ...(await program()), building, touching: 0 });
};

const contestants = (folder: string, { name, system }: Model, states: number): readonly Contestant[] => [
  ...[1, 2].map((threads): Contestant => ({ engine: "refmon", threads, how: "no symmetry, no properties", run: () => searchApart(name, threads, states) })),
  ...[1, 2].map((threads): Contestant => ({ engine: "rumur", threads, how: "-O3, no symmetry", run: peer(() => rumur(folder, system, { symmetry: "off", threads, optimisation: "-O3" })) })),
  ...(["depth", "breadth"] as const).flatMap((search) => [false, true].map((reduction): Contestant => ({
    engine: search === "depth" ? "spin-dfs" : "spin-bfs", threads: 1, how: `-O3 -DSAFETY${reduction ? "" : " -DNOREDUCE"}`,
    run: peer(() => spin(folder, system, { search, reduction, optimisation: "-O3", states: states + 1000 })),
  }))),
];

export interface Comparison { readonly rows: readonly Row[]; readonly ratios: readonly Ratio[]; readonly lines: readonly string[] }

const millions = (rate: number): string => (rate / 1e6).toFixed(2);

/** What a machine that others use too leaves comparable. */
const perCpuSecond = (runs: readonly Measured[]): number => median(runs.map(({ transitions, cpuMilliseconds }) => (cpuMilliseconds === 0 ? 0 : transitions / (cpuMilliseconds / 1000))));

/** Runs every checker once in each round; `say` hears of every run. @throws RangeError if they do not count the same. */
export const compare = (model: Model, rounds: number, say: (line: string) => void): Promise<Comparison> => within(async (folder) => {
  const { name } = model, { states } = await searchApart(name, 1, 0);
  const all = contestants(folder, model, states).map((contestant) => ({ contestant, runs: [] as Measured[] }));
  for (let round = 1; round <= rounds; round++) {
    for (const { contestant, runs } of all) {
      const run = await contestant.run();
      runs.push(run);
      say(`${name}, round ${round} of ${rounds}: ${contestant.engine} ${contestant.threads} ${contestant.how}: ${(run.milliseconds / 1000).toFixed(2)} s`);
    }
  }
  const rows = all.map(({ contestant: { engine, threads }, runs }) => rowOf(engine, threads, name, runs)), ratio = ratioOf(name, rows);
  const first = rows[0];
  const table = columns(
    [{ align: "left" }, { align: "right" }, { align: "left" }, ...Array.from({ length: 9 }, () => ({ align: "right" as const }))],
    [
      ["engine", "threads", "how", "M transitions/s", "per CPU s", "M states/s", "new", "bytes/state", "MiB", "s", "building", "touching"],
      ...all.map(({ contestant: { engine, threads, how }, runs }, i) => {
        const { transitionsPerSecond = 0, statesPerSecond = 0, bytesPerState = 0 } = rows[i] ?? {};
        const [building, touching] = [median(runs.map((run) => run.building)), median(runs.map((run) => run.touching))];
        return [
          engine, String(threads), how, millions(transitionsPerSecond), millions(perCpuSecond(runs)), millions(statesPerSecond), `${((100 * states) / (first?.transitions ?? 1)).toFixed(1)} %`,
          bytesPerState === 0 ? "?" : bytesPerState.toFixed(1), ((bytesPerState * states) / 2 ** 20).toFixed(0), (median(runs.map((run) => run.milliseconds + run.touching)) / 1000).toFixed(2), `${(building / 1000).toFixed(2)} s`, touching === 0 ? "" : `${touching.toFixed(0)} ms`,
        ];
      }),
    ], "");
  return {
    rows, ratios: [ratio],
    lines: [
      `${name}: ${model.about}; ${counted(states)} states, ${counted(first?.transitions ?? 0)} transitions`, ...table,
      `refmon with 1 worker: ${ratio.toBestSpin} times the best of Spin, ${ratio.toRumur} times rumur with 1 thread; 2 workers ${ratio.twoWorkersToOne} times 1`,
    ],
  };
});
