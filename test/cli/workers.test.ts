import { describe, expect, it } from "vitest";
import { refmon } from "./refmon.ts";

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

  it("is told with the time that a run took, and not otherwise", () => {
    const report = (...flags: readonly string[]): unknown =>
      JSON.parse(refmon(["check", "policies/examples/leaky.json", "--no-traces", "--depth", "1", "--reporter", "json", "--workers", "2", ...flags]).stdout);
    expect(report()).toMatchObject({ run: { workers: 2 } });
    expect(report("--no-timing")).not.toHaveProperty("run.workers");
  });
});
