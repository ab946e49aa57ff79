import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { bundle, refmon, root, testFolder } from "./refmon.ts";

const policy = "policies/untrusted-library.json";
const seed = 7;

describe("--checkpoint and --resume", () => {
  it("come to the same end after twenty kills at random moments", async () => {
    const where = join(testFolder(), "kept"), run = ["check", policy, "--depth", "0", "--no-timing", "--reporter", "json", "--checkpoint", where];
    const through = refmon(run.slice(0, -2)).stdout;
    // On a machine so busy that every kill comes before the first level is closed, there is still something to go on from.
    expect(refmon([...run, "--budget", "100states"]).status).toBe(3);
    let random = seed;
    for (let kill = 0; kill < 20; kill++) {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      const child = spawn(process.execPath, [bundle, ...run, "--resume", "--workers", String(1 + (kill % 3))], { cwd: root, stdio: "ignore" });
      await Promise.race([sleep(300 + (random >>> 16) % 900), once(child, "exit")]);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    const resumed = refmon([...run, "--resume", "--workers", "2"]);
    expect([resumed.status, resumed.stdout]).toEqual([0, through]);
  }, 180_000);

  it("refuse a checkpoint that is damaged, of another policy, or nowhere", () => {
    const where = join(testFolder(), "kept"), run = ["check", policy, "--depth", "0", "--budget", "2kstates", "--checkpoint", where];
    expect(refmon([...run, "--resume"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--resume") });
    expect(refmon(["check", policy, "--resume"])).toMatchObject({ status: 2, stderr: expect.stringContaining("nothing says from where") });
    expect(refmon(run).status).toBe(3);
    const other = refmon([...run, "--resume", "--no-symmetry"]);
    expect(other).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("the checkpoint is of another search") });
    const [name = ""] = readdirSync(where);
    writeFileSync(join(where, name, "search-0", "checkpoint.json"), "{");
    expect(refmon([...run, "--resume"])).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("cut short or altered") });
  }, 60_000);

  // A limit on the size of files makes the system itself refuse a write, in the middle of it and at another one for every limit.
  it.each([0, 1, 2, 8, 16])("end in the same report where the system writes no more than %i KiB to a file, and go on from what was kept", (most) => {
    const where = join(testFolder(), "kept"), run = ["check", policy, "--depth", "0", "--property", "P6", "--budget", "2kstates", "--no-timing", "--no-traces", "--reporter", "json", "--checkpoint", where];
    const whole = refmon(run.slice(0, -2));
    const limited = spawnSync("bash", ["-c", `trap "" XFSZ; ulimit -f ${most}; exec "$@"`, "bash", process.execPath, bundle, ...run], { cwd: root, encoding: "utf8" });
    expect([limited.status, limited.stdout]).toEqual([3, whole.stdout]);
    expect(limited.stderr).toMatch(/^refmon: no checkpoint can be written to .*EFBIG.*; the search goes on without\n$/);
    expect(refmon([...run, "--resume"]).stdout).toBe(whole.stdout);
  }, 60_000);

  it("do not stop a run whose disk takes nothing", () => {
    const where = join(testFolder(), "file");
    writeFileSync(where, "");
    const { status, stdout, stderr } = refmon(["check", policy, "--depth", "0", "--budget", "2kstates", "--reporter", "json", "--checkpoint", where]);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ run: { state: "budget" } });
    expect(stderr).toMatch(/no checkpoint can be written/);
  }, 60_000);
});
