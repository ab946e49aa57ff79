/** Spin on an exported system, without partial-order reduction. Each transition it takes leads to a state that it stores or that it has: of those stored, one is the initial state. */
import type { System } from "../../spec/lang/system.ts";
import { promela } from "../../checker/export/promela.ts";
import { figure, run, within, type Verdict } from "./tools.ts";

/** Steps on a path of the depth-first search; more is an error and no result. */
const longestPath = 2_000_000;

export const withSpin = (system: System): Verdict => within("system.pml", promela(system), (folder) => {
  // Otherwise Spin leaves out of the state what is written and never read.
  run(folder, "spin", ["-a", "-o1", "-o2", "system.pml"]);
  run(folder, "gcc", ["-w", "-O1", "-DSAFETY", "-DNOREDUCE", "-DVECTORSZ=8192", "pan.c", "-o", "pan"]);
  const began = performance.now(), output = run(folder, "./pan", [`-m${longestPath}`], true), milliseconds = performance.now() - began;
  const cut = /max search depth too small|out of memory|Search not completed|hash table too small|truncated/.test(output);
  return {
    states: figure(output, /(\d+) states, stored/), transitions: figure(output, /(\d+) transitions \(= stored\+matched\)/) - 1,
    complete: !cut && figure(output, /errors: (\d+)/) === 0,
    violated: /assertion violated (\w+)/.exec(output)?.[1] ?? null, milliseconds,
  };
});
