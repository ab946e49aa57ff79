import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isRight } from "fp-ts/lib/Either.js";
import { describe, expect, it } from "vitest";
import { DiffReport } from "../../checker/report/diff-model.ts";
import { refmon, root, testFolder, type Ended } from "./refmon.ts";

const confined = "test/cli/diff/confined.json", leaky = "test/cli/diff/leaky.json";
/** A folder with the two policies in it. */
const withBoth = (): string => {
  const folder = testFolder();
  for (const path of [confined, leaky]) cpSync(join(root, path), join(folder, basename(path)));
  return folder;
};
const reportIn = ({ stdout }: Ended): DiffReport => {
  const report = DiffReport.decode(JSON.parse(stdout));
  if (!isRight(report)) throw new Error(stdout);
  return report.right;
};
const refusedFor = (why: string): object => ({ status: 2, stderr: expect.stringContaining(why) });

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
    const folder = withBoth(), run = (workers: string) => refmon(["diff", "confined.json", "leaky.json", "--max-witnesses", "1", "--reporter", "json", "--workers", workers], { cwd: folder });
    const first = run("1");
    expect([first.status, run("2").stdout]).toEqual([0, first.stdout]);
    expect(reportIn(first)).toMatchObject({ verdict: "wider", closed: true, witnesses: [{ allowedBy: "new", denied: { afterStep: 1, guard: "grant.who", code: "DENIED", replayed: true } }] });
    const [file = ""] = readdirSync(join(folder, ".refmon"));
    // The claim is violated on the way, which replay finds by itself.
    expect(refmon(["replay", file.replace(".json", "")], { cwd: folder })).toMatchObject({ status: 1, stdout: expect.stringContaining("oracle, generated code and monitor agree") });
    // Under the old policy the step that the report names is denied by the guard that it names.
    expect(refmon(["replay", join(".refmon", file), "--policy", "confined.json"], { cwd: folder }).stdout).toContain("DENIED by grant.who");
  }, 120_000);
});

describe("--accept", () => {
  it("lets accepted widenings pass until one of the policies changes, and tells what is expired or unused", () => {
    const folder = withBoth(), run = (...words: readonly string[]) => refmon(["diff", "confined.json", "leaky.json", "--no-traces", "--max-witnesses", "0", "--exit-code", ...words], { cwd: folder });
    const { inputs, differences } = reportIn(run("--reporter", "json")), gained = differences.map(({ id }) => id);
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
    const { inputs: { new: { sha256 } } } = reportIn(run("--reporter", "json"));
    accept(gained, sha256);
    expect(run("--accept", "accepted.json").status).toBe(0);
    accept(gained.slice(1), sha256);
    expect(run("--accept", "accepted.json").status).toBe(1);
    expect(run("--accept", "leaky.json")).toMatchObject(refusedFor("is no key of"));
  }, 180_000);
});

describe("settings", () => {
  /** Of the command that gives a report again: what it says beyond the policies, which are equal. */
  const compared = (folder: string, words: readonly string[], env: { readonly [name: string]: string }): string =>
    reportIn(refmon(["diff", "confined.json", "confined.json", "--reporter", "json", ...words], { cwd: folder, env })).command.replace("refmon diff confined.json confined.json", "").trim();

  it("puts flags over variables over the file, as check does", () => {
    const folder = withBoth(), file = (text: string): void => { writeFileSync(join(folder, "refmon.config.json"), text); };
    file(`{ "budget": ["9kstates"], "workers": 1, "reporter": ["sarif=refmon.sarif"], "depth": 2 }`);
    expect(compared(folder, [], {})).toBe("--budget 9kstates");
    expect(compared(folder, [], { REFMON_BUDGET: "8kstates" })).toBe("--budget 8kstates");
    expect(compared(folder, ["--budget", "7kstates"], { REFMON_BUDGET: "8kstates" })).toBe("--budget 7kstates");
    // What it does not read is read by check, and is not in its way.
    expect(readdirSync(folder)).not.toContain("refmon.sarif");
    file(`{ "traces": "kept" }`);
    expect(refmon(["diff", "confined.json", "leaky.json", "--max-witnesses", "1"], { cwd: folder }).status).toBe(0);
    expect(readdirSync(join(folder, "kept"))).toHaveLength(1);
  }, 120_000);

  it("says where a setting is wrong", () => {
    const folder = withBoth(), run = (words: readonly string[], env: { readonly [name: string]: string }) => refmon(["diff", "confined.json", "confined.json", ...words], { cwd: folder, env });
    writeFileSync(join(folder, "other.json"), `{ "budget": ["0s"] }`);
    expect(run(["--config", "other.json"], {})).toMatchObject(refusedFor("error[BAD_OPTION] other.json:1#/budget: this is no budget"));
    expect(run([], { REFMON_CONFIG: "other.json" })).toMatchObject(refusedFor("error[BAD_OPTION] other.json:1#/budget"));
    expect(run([], { REFMON_WORKERS: "none" })).toMatchObject(refusedFor("error[BAD_OPTION] REFMON_WORKERS: out of bounds"));
    expect(run(["--workers", "65"], {})).toMatchObject(refusedFor("error[BAD_OPTION] --workers: out of bounds"));
    expect(run(["--config", "missing.json"], {})).toMatchObject(refusedFor("error[UNREADABLE] missing.json: there is no such file"));
  }, 60_000);
});

describe("--base git:REF", () => {
  const git = (folder: string, ...words: readonly string[]): void => {
    const { status, stderr } = spawnSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...words], { cwd: folder, encoding: "utf8" });
    expect(stderr === "" || status === 0 ? status : stderr).toBe(0);
  };
  it("compares with the file at a commit, and says what is missing", () => {
    const folder = withBoth();
    git(folder, "init", "--quiet");
    git(folder, "add", "confined.json");
    git(folder, "commit", "--quiet", "--message", "one");
    git(folder, "tag", "before");
    writeFileSync(join(folder, "confined.json"), readFileSync(join(root, leaky)));
    const run = (...words: readonly string[]) => refmon(["diff", ...words, "--no-traces", "--max-witnesses", "0"], { cwd: folder });
    expect(run("--base", "git:before", "confined.json", "--exit-code")).toMatchObject({ status: 1, stdout: expect.stringMatching(/^wider: confined\.json allows more than before:confined\.json/) });
    expect(run("--base", "git:HEAD", "leaky.json")).toMatchObject(refusedFor("there was no leaky.json at HEAD"));
    expect(run("--base", "git:nowhere", "confined.json")).toMatchObject(refusedFor("git knows no such commit"));
    expect(run("--base", "git:--all", "confined.json")).toMatchObject(refusedFor("this names no commit"));
    expect(run("--base", "main", "confined.json")).toMatchObject(refusedFor("git:REF"));
  }, 60_000);
  it("says that there is no repository, or no git", () => {
    const folder = withBoth(), run = (env: { readonly [name: string]: string }) => refmon(["diff", "--base", "git:main", "confined.json"], { cwd: folder, env });
    expect(run({})).toMatchObject(refusedFor("confined.json is in no git repository"));
    expect(run({ PATH: "/nowhere" })).toMatchObject(refusedFor("there is no git on this machine"));
  });
});
