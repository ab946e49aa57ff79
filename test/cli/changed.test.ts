import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyBaseline, heldIn, recorded, type Basis } from "../../checker/report/baseline.ts";
import { decode } from "../../checker/policy/decode.ts";
import { Baseline } from "../../checker/report/baseline.ts";
import { refmon, root, testFolder, type Ended } from "./refmon.ts";

const quick = ["--property", "P11", "--depth", "1", "--no-timing", "--no-traces"];
const kept = ".refmon/baseline.json";

const workspace = (): { readonly folder: string; readonly check: (...args: readonly string[]) => Ended } => {
  const folder = testFolder();
  for (const name of ["one.json", "two.json"]) copyFileSync(join(root, "policies/untrusted-library.json"), join(folder, name));
  return { folder, check: (...args) => refmon(["check", "one.json", "two.json", ...quick, ...args], { cwd: folder }) };
};
const baselineIn = (folder: string): Baseline => {
  const decoded = decode(Baseline, JSON.parse(readFileSync(join(folder, kept), "utf8")) as never);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.value;
};

describe("check --changed", () => {
  it("checks everything at first, nothing while nothing changes, and then what did", () => {
    const { folder, check } = workspace();
    expect(check("--changed")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^untrusted-library {3}one\.json[^]*untrusted-library {3}two\.json/) });
    expect(baselineIn(folder).held.map(({ path }) => path)).toEqual(["one.json", "two.json"]);
    expect(check("--changed")).toEqual({
      status: 0, stderr: "", stdout: `not checked  one.json  unchanged since ${kept}\nnot checked  two.json  unchanged since ${kept}\n\nnothing was checked: nothing has changed\n`,
    });
    writeFileSync(join(folder, "two.json"), `${readFileSync(join(folder, "two.json"), "utf8")}\n`);
    const { status, stdout } = check("--changed");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^untrusted-library {3}two\.json[^]*\n\nnot checked {2}one\.json {2}unchanged since/);
  });

  it("never says of a policy that it did not check that it holds, in any format", () => {
    const { check } = workspace();
    check("--changed");
    const said = (reporter: string): string => check("--changed", "--reporter", reporter).stdout;
    expect(JSON.parse(said("json"))).toEqual([]);
    expect(JSON.parse(said("sarif"))).toMatchObject({ runs: [] });
    expect(said("jsonl").trimEnd().split("\n").map((line) => (JSON.parse(line) as { readonly event: string }).event)).toEqual(["unchanged", "unchanged"]);
    expect(said("junit")).toContain('<testsuites name="refmon" tests="2" failures="0" errors="0" skipped="2">');
    expect(said("github")).toMatch(/^::notice file=one\.json,line=1,title=not checked::unchanged since .*\n::notice/);
    expect(said("markdown")).toContain("- not checked: one.json is unchanged since");
    for (const reporter of ["json", "sarif", "jsonl", "junit", "github", "markdown"]) expect(said(reporter)).not.toMatch(/holds/);
  });

  it("checks a policy again that did not hold, and one whose settings are others", () => {
    const { folder, check } = workspace();
    const strict = ["--changed", "--vacuity", "error"];
    expect(check(...strict).status).toBe(4);
    expect(baselineIn(folder).held).toEqual([]);
    expect(check(...strict).status).toBe(4);
    expect(check("--changed").status).toBe(0);
    expect(check(...strict).status).toBe(4);
    expect(check("--changed", "--require-closed").status).toBe(3);
  });

  it("records without leaving anything out where only --baseline is given", () => {
    const { folder, check } = workspace();
    const run = (): Ended => check("--baseline", kept);
    expect(run().stdout).toBe(run().stdout);
    expect(baselineIn(folder).held.length).toBe(2);
    check();
    expect(existsSync(join(folder, "baseline.json"))).toBe(false);
  });

  it("refuses a baseline that is none, and one that cannot be written", () => {
    const { folder, check } = workspace();
    writeFileSync(join(folder, "broken.json"), "{");
    expect(check("--changed", "--baseline", "broken.json")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("error[NOT_JSON] broken.json") });
    expect(check("--baseline", "one.json/baseline.json")).toMatchObject({ status: 2, stderr: expect.stringContaining("error[BAD_OPTION] --baseline") });
  });
});

describe("a policy held before", () => {
  const basis: Basis = { path: "a.json", sha256: { policy: "p", spec: "s", tcb: "t", image: "i", hardware: "h" }, version: "1", command: "refmon check a.json", requireClosed: false, vacuity: "warn" };
  const record: Baseline = { ...emptyBaseline, held: [basis] };
  it("only where everything that it rests on is the same", () => {
    expect(heldIn(record, basis)).toBe(true);
    const others: readonly Basis[] = [
      { ...basis, path: "b.json" }, { ...basis, version: "2" }, { ...basis, command: "" }, { ...basis, requireClosed: true }, { ...basis, vacuity: "error" },
      ...(["policy", "spec", "tcb", "image", "hardware"] as const).map((room) => ({ ...basis, sha256: { ...basis.sha256, [room]: "another" } })),
    ];
    expect(others.filter((other) => heldIn(record, other))).toEqual([]);
  });
  it("and stays recorded while others are checked", () => expect(recorded(record, [])).toEqual(record));
});
