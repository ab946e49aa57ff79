import { spawn } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundle, root, testFolder } from "./refmon.ts";

/** A watch under way: what it has printed since the last look, once it waits for the next save. */
const watching = (folder: string, args: readonly string[]): { readonly waits: () => Promise<string>; readonly end: () => Promise<number | null> } => {
  const run = spawn(process.execPath, [bundle, "check", "--watch", ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"] } });
  let printed = "", said = "", wake = (): void => undefined;
  run.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  run.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    wake();
  });
  const ended = new Promise<number | null>((resolve) => {
    run.on("close", (code) => {
      resolve(code);
      wake();
    });
  });
  return {
    waits: async () => {
      while (!/refmon: watching .*\n/.test(said)) {
        if (run.exitCode !== null) throw new Error(`ended early with ${run.exitCode}\n${said}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      said = said.replace(/refmon: watching .*\n/, "");
      const all = printed;
      printed = "";
      return all;
    },
    end: () => {
      run.kill("SIGINT");
      return ended;
    },
  };
};

it("checks again on save, says what changed in the verdicts, and ends with 130", async () => {
  const folder = testFolder(), path = join(folder, "policy.json"), report = join(folder, "report.json");
  copyFileSync(join(root, "policies/examples/leaky.json"), path);
  const leaky = readFileSync(path, "utf8"), mended = leaky.replace('"never": "flow"', '"never": "write"');
  const { waits, end } = watching(folder, ["policy.json", "--property", "C:library-learns-no-secret", "--property", "P6", "--depth", "1", "--no-timing", "--reporter", "human", "--reporter", `json=${report}`]);
  const verdicts = (): unknown => (JSON.parse(readFileSync(report, "utf8")) as { readonly properties: readonly { readonly verdict: string }[] }).properties.map(({ verdict }) => verdict);

  expect(await waits()).toMatch(/^leaky {3}policy\.json[^]*\nviolated: C:library-learns-no-secret/m);
  // The claim has a system of its own, which comes first; with its violation the run ends.
  expect(verdicts()).toEqual(["inconclusive", "violated"]);

  writeFileSync(path, mended);
  expect(await waits()).toMatch(/^saved {2}policy\.json\n(?: {2}P6 .*\n)? {2}C:library-learns-no-secret {2}violated {2,}-> {2}holds, .*\n(?: {2}.*\n)*leaky: holds: 2 properties/);
  expect(verdicts()).not.toContain("violated");

  writeFileSync(path, mended.replace('"platform"', '"platfrom"'));
  expect(await waits()).toMatch(/^saved {2}policy\.json\nerror\[UNKNOWN_KEY\] policy\.json:\d+#\/platfrom/);

  // Editors that write another file and rename it must be noticed as well.
  writeFileSync(join(folder, "policy.json.new"), leaky);
  renameSync(join(folder, "policy.json.new"), path);
  const again = await waits();
  expect(again).toMatch(/C:library-learns-no-secret {2}holds, .* {2,}-> {2}violated\n[^]*CE-0a33a2/);
  expect(again).toMatch(/\nleaky: violated: C:library-learns-no-secret/);
  expect(verdicts()).toEqual(["inconclusive", "violated"]);

  expect(await end()).toBe(130);
}, 60_000);
