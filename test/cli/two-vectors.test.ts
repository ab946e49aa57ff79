/** A report says where a third injected vector could matter, which no search makes. */
import { expect, it } from "vitest";
import type { CheckReport } from "../../checker/report/model.ts";
import { refmon } from "./refmon.ts";

const saidWith = (vcpus: number, ...more: readonly string[]): readonly string[] => {
  const { stdout } = refmon(["check", "test/regress/policies/seeded.json", "--depth", "1", "--vcpus", String(vcpus), "--budget", "1000states", "--reporter", "json", "--no-traces", ...more]);
  return (JSON.parse(stdout) as CheckReport).diagnostics.filter(({ code }) => code === "TWO_VECTORS").map(({ message }) => message);
};

it("says that a third vector could matter with three vCPUs and a host that injects, and nowhere else", () => {
  expect(saidWith(3, "--platform", "sev-snp")).toEqual(["of the vectors that the host injects into one call two are searched; on 3 vCPUs a third could matter (in the monitor)"]);
  expect([saidWith(2, "--platform", "sev-snp"), saidWith(3, "--platform", "hyperenclave")]).toEqual([[], []]);
});
