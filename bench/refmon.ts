/** refmon as one of the checkers that are compared: a process of its own for every run, like theirs. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { large } from "../checker/explore/crew.ts";
import type { Preparation } from "../checker/explore/meter.ts";
import { threads } from "../checker/explore/node/threads.ts";
import { unlimited } from "../checker/explore/result.ts";
import { search } from "../checker/explore/search.ts";
import type { Measured } from "./measured.ts";
import { modelNamed } from "./models.ts";

/** States are counted as they are, without symmetry, because that is what the others are asked to do. `states` are those that room is made for. */
export const searchModel = async (name: string, workers: number, states: number): Promise<Measured> => {
  const { system } = modelNamed(name);
  let began = 0, ended = 0, cpu = process.cpuUsage(), before: Preparation = { building: 0, touching: 0 }, bytes = 0;
  const result = await search(system, {
    ...unlimited, name, symmetry: false, muster: threads(workers, large), meter: {
      states,
      begins: (preparation) => {
        before = preparation;
        cpu = process.cpuUsage();
        began = performance.now();
      },
      ends: (taken) => {
        ended = performance.now();
        cpu = process.cpuUsage(cpu);
        bytes = taken;
      },
    },
  });
  return { states: result.statesDistinct, transitions: result.transitions, complete: result.closed, milliseconds: ended - began, cpuMilliseconds: (cpu.user + cpu.system) / 1000, ...before, bytes };
};

const program = fileURLToPath(new URL("search-once.ts", import.meta.url)), loader = new URL("../build/strip-types.mjs", import.meta.url).href;

/** The same in a process of its own. @throws Error if that fails. */
export const searchApart = (name: string, workers: number, states: number): Promise<Measured> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, ["--import", loader, program, name, String(workers), String(states)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
  });
  child.on("error", reject);
  child.on("close", (code) => {
    if (code === 0) resolve(JSON.parse(output) as Measured);
    else reject(new Error(`the search of ${name} by ${workers} ended with code ${String(code)}`));
  });
});
