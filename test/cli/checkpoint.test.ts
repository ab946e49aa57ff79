import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { bundle, refmon, root, testFolder } from "./refmon.ts";

const policy = "policies/untrusted-library.json", manyLevels = "test/peers/policies/whole.json";
const seed = 7;

/** Comes when files below the folder have changed so many times. */
const changes = (folder: string, count: number): Promise<void> => new Promise((resolve) => {
  let left = count;
  const watcher = watch(folder, { persistent: false }, () => {
    if (--left > 0) return;
    watcher.close();
    resolve();
  });
});

describe("--checkpoint and --resume", () => {
  it("come to the same end after twenty kills at random moments", async () => {
    const where = join(testFolder(), "kept"), run = ["check", manyLevels, "--depth", "0", "--property", "P6", "--no-timing", "--reporter", "json", "--checkpoint", where];
    const through = refmon(run.slice(0, -2)).stdout;
    expect(refmon([...run, "--budget", "100states"]).status).toBe(3);
    const [name = ""] = readdirSync(where), files = join(where, name, "search-0");
    let random = seed;
    const upTo = (most: number): number => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      return (random >>> 16) % (most + 1);
    };
    for (let kill = 0; kill < 20; kill++) {
      const child = spawn(process.execPath, [bundle, ...run, "--resume", "--workers", String(1 + (kill % 3))], { cwd: root, stdio: "ignore" }), exit = once(child, "exit");
      // While it starts and reads what was kept; or in the midst of writing, or a little later. A level is some eight changes of files, so that neither is a matter of how fast the machine is.
      const moment = kill % 4 === 3 ? sleep(upTo(600)) : changes(files, 1 + upTo(20)).then(() => sleep(upTo(1) * upTo(40)));
      await Promise.race([moment, exit]);
      child.kill("SIGKILL");
      await exit;
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

  it("keep policies of one name apart, as a case study and its twin have it", () => {
    const run = ["check", "policies/driver-domain.json", "policies/twins/driver-domain.json", "--depth", "0", "--property", "C:device-never-writes-application", "--no-timing", "--no-traces", "--reporter", "json", "--checkpoint", join(testFolder(), "kept")];
    const { stdout } = refmon(run);
    expect(refmon([...run, "--resume"])).toMatchObject({ status: 1, stdout });
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
