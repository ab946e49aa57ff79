import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { bundle, refmon, root } from "./refmon.ts";

describe("--workers", () => {
  it.each([["policies/untrusted-library.json", 3], ["policies/examples/leaky.json", 1]] as const)("does not change a byte of what is said about %s", (policy, status) => {
    const run = (workers: string): unknown => {
      const { status: code, stdout } = refmon(["check", policy, "--depth", "1", "--budget", "60kstates", "--no-timing", "--no-traces", "--reporter", "json", "--all-violations", "--workers", workers]);
      return { code, stdout };
    };
    const one = run("1");
    expect(one).toMatchObject({ code: status });
    for (const workers of ["2", "4"]) expect(run(workers)).toEqual(one);
  }, 120_000);

  // WebAssembly reserves gigabytes of addresses, in every thread.
  it("say the same where the system gives few addresses", () => {
    const run = ["check", "policies/untrusted-library.json", "--depth", "0", "--budget", "20kstates", "--property", "P6", "--no-timing", "--no-traces", "--workers", "2"], whole = refmon(run);
    const { status, stdout } = spawnSync("bash", ["-c", 'ulimit -v 6000000; exec "$@"', "bash", process.execPath, bundle, ...run], { cwd: root, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: whole.status, stdout: whole.stdout });
  }, 60_000);

  it("is told with the time that a run took, and not otherwise", () => {
    const report = (...flags: readonly string[]): unknown =>
      JSON.parse(refmon(["check", "policies/examples/leaky.json", "--no-traces", "--depth", "1", "--reporter", "json", "--workers", "2", ...flags]).stdout);
    expect(report()).toMatchObject({ run: { workers: 2 } });
    expect(report("--no-timing")).not.toHaveProperty("run.workers");
  });
});
