/** rumur on an exported system. It counts a rule as fired when its guard holds; making the initial state is no rule. */
import type { System } from "../../spec/lang/system.ts";
import { murphi } from "../../checker/export/murphi.ts";
import { figure, run, within, type Verdict } from "./tools.ts";

export const withRumur = (system: System, symmetry: "off" | "exhaustive"): Verdict => within("system.m", murphi(system), (folder) => {
  run(folder, "rumur", ["--symmetry-reduction", symmetry, "--threads", "1", "--deadlock-detection", "off", "--counterexample-trace", "off", "--colour", "off", "--output", "system.c", "system.m"]);
  run(folder, "gcc", ["-std=c11", "-O2", "-mcx16", "-w", "system.c", "-o", "system", "-lpthread"]);
  const began = performance.now(), output = run(folder, "./system", [], true), milliseconds = performance.now() - began;
  const violated = /Invariant "([^"]*)" failed|Assertion failed: \S+ (.*)/i.exec(output)?.slice(1).find((title) => title !== undefined) ?? null;
  return {
    states: figure(output, /(\d+) states?, \d+ rules? fired/), transitions: figure(output, /\d+ states?, (\d+) rules? fired/),
    complete: output.includes("No error found."), violated, milliseconds,
  };
});
