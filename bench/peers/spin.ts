/** Spin on an exported system. Each transition it takes leads to a state that it stores or that it has: of those stored, one is the initial state. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { System } from "../../spec/lang/system.ts";
import { promela } from "../../checker/export/promela.ts";
import { figure, make, run, type Peer } from "./tools.ts";

export interface SpinOptions {
  readonly search: "depth" | "breadth";
  /** Partial-order reduction, which has nothing to reduce in one process, and takes its time to find out. */
  readonly reduction: boolean;
  /** Of gcc. */
  readonly optimisation: "-O1" | "-O3";
  /** States that tables are made for; a search in depth has paths no longer than that. More is an error and no result. */
  readonly states: number;
}

/**
 * Spin refuses hidden variables in a search in breadth, because it does not bring them back with a state. Those of an export are written before they are read in
 * the same step, so there is nothing to bring back; that the counts agree is checked wherever this is used.
 */
const allowHidden = (folder: string): void => {
  const header = join(folder, "pan.h"), refusal = "#error cannot use BFS on models with variables declared hidden", text = readFileSync(header, "utf8");
  writeFileSync(header, text.replace(refusal, ""));
};

/** The checker of a system, built in `folder` under a name of its own. */
export const spin = (folder: string, system: System, { search, reduction, optimisation, states }: SpinOptions): Peer => {
  const name = `pan-${search}-${String(reduction)}`;
  // Otherwise Spin leaves out of the state what is written and never read.
  make(folder, { name: "system.pml", text: promela(system) }, "spin", ["-a", "-o1", "-o2", "system.pml"]);
  if (search === "breadth") allowHidden(folder);
  make(folder, null, "gcc", ["-w", optimisation, "-DSAFETY", "-DVECTORSZ=8192", ...(reduction ? [] : ["-DNOREDUCE"]), ...(search === "breadth" ? ["-DBFS"] : []), "pan.c", "-o", name]);
  const slots = Math.ceil(Math.log2(states));
  return async () => {
    const { output, milliseconds, cpuMilliseconds, bytes } = await run(folder, `./${name}`, [`-m${states}`, `-w${slots}`]);
    const cut = /max search depth too small|out of memory|Search not completed|hash table too small|truncated/.test(output);
    return {
      states: figure(output, /(\d+) states, stored/), transitions: figure(output, /(\d+) transitions \(= stored\+matched\)/) - 1,
      complete: !cut && figure(output, /errors: (\d+)/) === 0,
      violated: /assertion violated (\w+)/.exec(output)?.[1] ?? null, milliseconds, cpuMilliseconds, bytes,
    };
  };
};
