/** rumur on an exported system. It counts a rule as fired when its guard holds; making the initial state is no rule. */
import type { System } from "../../spec/lang/system.ts";
import { murphi } from "../../checker/export/murphi.ts";
import { figure, make, run, type Peer } from "./tools.ts";

export interface RumurOptions {
  readonly symmetry: "off" | "exhaustive";
  readonly threads: number;
  /** Of gcc. */
  readonly optimisation: "-O2" | "-O3";
}

/** The checker of a system, built in `folder` under a name of its own. */
export const rumur = (folder: string, system: System, { symmetry, threads, optimisation }: RumurOptions): Peer => {
  const name = `rumur-${symmetry}-${threads}`;
  make(folder, { name: "system.m", text: murphi(system) }, "rumur", ["--symmetry-reduction", symmetry, "--threads", String(threads), "--deadlock-detection", "off", "--counterexample-trace", "off", "--colour", "off", "--output", `${name}.c`, "system.m"]);
  make(folder, null, "gcc", ["-std=c11", optimisation, "-mcx16", "-w", `${name}.c`, "-o", name, "-lpthread"]);
  return async () => {
    const { output, milliseconds, cpuMilliseconds, bytes } = await run(folder, `./${name}`, []);
    const violated = /Invariant "([^"]*)" failed|Assertion failed: \S+ (.*)/i.exec(output)?.slice(1).find((title) => title !== undefined) ?? null;
    return {
      states: figure(output, /(\d+) states?, \d+ rules? fired/), transitions: figure(output, /\d+ states?, (\d+) rules? fired/),
      complete: output.includes("No error found."), violated, milliseconds, cpuMilliseconds, bytes,
    };
  };
};
