import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckReport } from "../../checker/report/model.ts";
import { decode } from "../../checker/policy/decode.ts";
import { bundle, root, testFolder } from "./refmon.ts";

/** Starts a check that takes long, sends the signal once it is under way, and waits for the end. */
const interrupted = (signal: NodeJS.Signals, args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly milliseconds: number }> =>
  new Promise((resolve) => {
    const run = spawn(process.execPath, [bundle, "check", "policies/untrusted-library.json", "--no-symmetry", ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "", sent = 0;
    run.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    setTimeout(() => {
      sent = performance.now();
      run.kill(signal);
    }, 2500);
    run.on("close", (code) => resolve({ code, stdout, milliseconds: performance.now() - sent }));
  });

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  it("ends the run soon, with exit code 130 and a valid partial report", async () => {
    const { code, stdout, milliseconds } = await interrupted(signal, ["--reporter", "json"]);
    expect(code).toBe(130);
    // On a free machine it is a fraction of a second; a loaded one must not fail here, and one that only ends with the search must.
    expect(milliseconds).toBeLessThan(10_000);
    const report = decode(CheckReport, JSON.parse(stdout) as never);
    expect(report.ok ? [] : report.problems).toEqual([]);
    if (!report.ok) return;
    expect(report.value.run.state).toBe("interrupted");
    expect(report.value.run.statesDistinct).toBeGreaterThan(1);
    expect(new Set(report.value.properties.map(({ verdict }) => verdict))).toEqual(new Set(["inconclusive"]));
  });
});

it("leaves whole files or none", async () => {
  const folder = testFolder();
  const { code } = await interrupted("SIGINT", ["--reporter", `json=${join(folder, "report.json")}`]);
  expect(code).toBe(130);
  expect(readdirSync(folder)).toEqual(["report.json"]);
  expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toMatchObject({ schema: "refmon.check/1", run: { state: "interrupted" } });
});
