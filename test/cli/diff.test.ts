import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { DiffReport } from "../../checker/report/diff-model.ts";
import { refmon, root, testFolder } from "./refmon.ts";

const confined = "test/cli/diff/confined.json", leaky = "test/cli/diff/leaky.json";
const copied = (folder: string): void => {
  cpSync(join(root, confined), join(folder, "confined.json"));
  cpSync(join(root, leaky), join(folder, "leaky.json"));
};

describe("refmon diff", () => {
  it("tells what became possible, by which line, and how", () => {
    const { status, stdout } = refmon(["diff", confined, leaky, "--no-traces"]);
    expect(status).toBe(0);
    expect(stdout.replace(/^ {2}old [0-9a-f]{16} .*\n/m, "").replace(/\d+ others/, "N others")).toMatchInlineSnapshot(`
      "wider: test/cli/diff/leaky.json allows more than test/cli/diff/confined.json (1 call, 2 rights, 1 flow)

      1  what app keeps secret can now reach lib   [gained:flow:app:lib]
         old  test/cli/diff/confined.json:10  share app -> lib: nothing
         new  test/cli/diff/leaky.json:10     share app -> lib: r
         the old policy denies step 1: DENIED by grant.who
         #  step                             by   old     new  changed
         1  grant(secret, lib, r) (vCPU 0)   app  DENIED  ok   grant[secret][lib] none -> offered r
         2  switch(lib) (vCPU 0)             app          ok   vcpu[v0] app -> lib
         3  accept(secret) (vCPU 0)          lib          ok   grant[secret][lib] offered r -> accepted r
         4  map(lib, 0, secret, r) (vCPU 0)  lib          ok   space[lib][0] none -> secret r
         5  load page 0 -> secret (vCPU 0)   lib          hit  knows[lib][v0] {} -> {app}
         replayed on oracle, generated code and monitor

      2  lib can now map secret of app readable   [gained:right:mapping:lib:app:r]
         old  test/cli/diff/confined.json:10  share app -> lib: nothing
         new  test/cli/diff/leaky.json:10     share app -> lib: r
         the old policy denies step 1: DENIED by grant.who
         #  step                             by   old     new  changed
         1  grant(secret, lib, r) (vCPU 0)   app  DENIED  ok   grant[secret][lib] none -> offered r
         2  switch(lib) (vCPU 0)             app          ok   vcpu[v0] app -> lib
         3  accept(secret) (vCPU 0)          lib          ok   grant[secret][lib] offered r -> accepted r
         4  map(lib, 0, secret, r) (vCPU 0)  lib          ok   space[lib][0] none -> secret r
         replayed on oracle, generated code and monitor

      3  lib can now hold a grant of secret of app, readable   [gained:right:grant:lib:app:r]
         old  test/cli/diff/confined.json:10  share app -> lib: nothing
         new  test/cli/diff/leaky.json:10     share app -> lib: r
         the old policy denies step 1: DENIED by grant.who
         #  step                            by   old     new  changed
         1  grant(secret, lib, r) (vCPU 0)  app  DENIED  ok   grant[secret][lib] none -> offered r
         2  switch(lib) (vCPU 0)            app          ok   vcpu[v0] app -> lib
         3  accept(secret) (vCPU 0)         lib          ok   grant[secret][lib] offered r -> accepted r
         replayed on oracle, generated code and monitor

      others, with --max-witnesses to see how
        + grant is now allowed to a caller that is parent to what it is about   [gained:call:grant:parent]

        caller is to it  self   parent  ancestor  peer   stranger
        grant            equal  wider   equal     equal  equal

        property                      old           new
        C:library-learns-no-secret    holds-closed  violated
        N others as before

        old  test/cli/diff/confined.json:10  share app -> lib: nothing
        new  test/cli/diff/leaky.json:10     share app -> lib: r

        search                          states  transitions  levels  end
        both in lockstep                    55          360       7  closed
        rights of the old policy            55          360       7  closed
        rights of the new policy           121          774       9  closed
        the old policy, secrets of app     332        2,572      13  closed
        the old policy, secrets of lib      55          405       7  closed
        the new policy, secrets of app   1,012        6,976      21  closed
        the new policy, secrets of lib     121          851       9  closed
        compared over 2 domains, 5 frames, 1 page, 1 vCPU, geometry 2x1
        again: refmon diff test/cli/diff/confined.json test/cli/diff/leaky.json
      "
    `);
  }, 60_000);

  it("writes a report that its schema describes, the same bytes for any number of workers, and witnesses that replay", () => {
    const folder = testFolder();
    copied(folder);
    const run = (workers: string) => refmon(["diff", "confined.json", "leaky.json", "--max-witnesses", "1", "--reporter", "json", "--workers", workers], { cwd: folder });
    const { stdout, status } = run("1");
    expect([status, run("2").stdout]).toEqual([0, stdout]);
    const report = DiffReport.decode(JSON.parse(stdout));
    if (!isRight(report)) throw new Error(stdout);
    expect(report.right).toMatchObject({ verdict: "wider", closed: true, witnesses: [{ allowedBy: "new", denied: { afterStep: 1, guard: "grant.who", code: "DENIED", replayed: true } }] });
    const [file = ""] = readdirSync(join(folder, ".refmon"));
    // The claim is violated on the way, which replay finds by itself.
    expect(refmon(["replay", file.replace(".json", "")], { cwd: folder })).toMatchObject({ status: 1, stdout: expect.stringContaining("oracle, generated code and monitor agree") });
    // Under the old policy the step that the report names is denied by the guard that it names.
    expect(refmon(["replay", join(".refmon", file), "--policy", "confined.json"], { cwd: folder }).stdout).toContain("DENIED by grant.who");
  }, 120_000);
});

describe("--accept", () => {
  it("lets accepted widenings pass until one of the policies changes, and tells what is expired or unused", () => {
    const folder = testFolder();
    copied(folder);
    const run = (...words: readonly string[]) => refmon(["diff", "confined.json", "leaky.json", "--no-traces", "--max-witnesses", "0", "--exit-code", ...words], { cwd: folder });
    const report = DiffReport.decode(JSON.parse(run("--reporter", "json").stdout));
    if (!isRight(report)) throw new Error("no report");
    const { inputs, differences } = report.right, gained = differences.map(({ id }) => id);
    const accept = (ids: readonly string[], now: string): void => writeFileSync(join(folder, "accepted.json"), JSON.stringify({
      schema: "refmon.accept/1", accepted: ids.map((difference) => ({ difference, reason: "the library is our own", old: inputs.old.sha256, new: now })),
    }));
    accept([...gained, "gained:right:mapping:lib:app:x"], inputs.new.sha256);
    const accepted = run("--accept", "accepted.json");
    expect(accepted.stdout).toContain("accepted: the library is our own");
    expect(accepted.stdout).toContain("unused: there is no such difference   [gained:right:mapping:lib:app:x]");
    // Accepted is what became possible; that a claim is violated now is another matter.
    expect(accepted.status).toBe(1);
    writeFileSync(join(folder, "leaky.json"), readFileSync(join(folder, "leaky.json"), "utf8").replace(/"claims": \[.*\]/, `"claims": []`));
    expect(run("--accept", "accepted.json")).toMatchObject({ status: 1, stdout: expect.stringContaining(`expired: a policy has changed since it was accepted   [${gained[0] ?? ""}]`) });
    const again = DiffReport.decode(JSON.parse(run("--reporter", "json").stdout));
    accept(gained, isRight(again) ? again.right.inputs.new.sha256 : "");
    expect(run("--accept", "accepted.json").status).toBe(0);
    accept(gained.slice(1), isRight(again) ? again.right.inputs.new.sha256 : "");
    expect(run("--accept", "accepted.json").status).toBe(1);
    expect(run("--accept", "leaky.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("is no key of") });
  }, 180_000);
});

describe("--base git:REF", () => {
  const git = (folder: string, ...words: readonly string[]): void => {
    const { status, stderr } = spawnSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...words], { cwd: folder, encoding: "utf8" });
    expect(stderr === "" || status === 0 ? status : stderr).toBe(0);
  };
  it("compares with the file at a commit, and says what is missing", () => {
    const folder = testFolder();
    git(folder, "init", "--quiet");
    copied(folder);
    git(folder, "add", "confined.json");
    git(folder, "commit", "--quiet", "--message", "one");
    git(folder, "tag", "before");
    writeFileSync(join(folder, "confined.json"), readFileSync(join(root, leaky)));
    const run = (...words: readonly string[]) => refmon(["diff", ...words, "--no-traces", "--max-witnesses", "0"], { cwd: folder });
    expect(run("--base", "git:before", "confined.json", "--exit-code")).toMatchObject({ status: 1, stdout: expect.stringMatching(/^wider: confined\.json allows more than before:confined\.json/) });
    expect(run("--base", "git:HEAD", "leaky.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("there was no leaky.json at HEAD") });
    expect(run("--base", "git:nowhere", "confined.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("git knows no such commit") });
    expect(run("--base", "git:--all", "confined.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("this names no commit") });
    expect(run("--base", "main", "confined.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("git:REF") });
  }, 60_000);
  it("says that there is no repository, or no git", () => {
    const folder = testFolder();
    copied(folder);
    expect(refmon(["diff", "--base", "git:main", "confined.json"], { cwd: folder })).toMatchObject({ status: 2, stderr: expect.stringContaining("confined.json is in no git repository") });
    expect(refmon(["diff", "--base", "git:main", "confined.json"], { cwd: folder, env: { PATH: "/nowhere" } })).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no git on this machine") });
  });
});
