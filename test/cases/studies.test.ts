/** The case studies as files; `npm run cases` checks all of them. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../checker/policy/read.ts";
import { CheckReport } from "../../checker/report/model.ts";
import { decode } from "../../checker/policy/decode.ts";
import type { Json } from "../../checker/policy/json.ts";
import { refmon, root } from "../cli/refmon.ts";
import { longestTrace, platforms, policyPath, studies, twinPath } from "./studies.ts";

const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const names = Object.keys(studies);

it.each(names)("%s and its twin are read on both platforms, and differ in one line", (name) => {
  const problems = platforms.flatMap((platform) => [policyPath(name), twinPath(name)].map((path) => readPolicy(textOf(path), { platform })).flatMap((read) => (read.ok ? [] : read.problems)));
  expect(problems).toEqual([]);
  const policy = textOf(policyPath(name)).split("\n"), twin = textOf(twinPath(name)).split("\n");
  expect(twin.length).toBe(policy.length);
  expect(policy.filter((line, i) => line !== twin[i])).toHaveLength(1);
});

/** The report of the twin of a study. */
const checked = (name: string, ...flags: readonly string[]): { readonly status: number | null; readonly report: CheckReport } => {
  const { status, stdout } = refmon(["check", twinPath(name), ...flags, "--no-traces", "--workers", "1", "--reporter", "json"]), report = decode(CheckReport, JSON.parse(stdout) as Json);
  if (!report.ok) throw new Error(JSON.stringify(report.problems));
  return { status, report: report.value };
};

it("a twin is refused after its claim's own system, and nothing else is said to hold", { timeout: 120_000 }, () => {
  const { status, report: { searches, properties, diagnostics } } = checked("lighttpd-tls"), broken = `C:${studies["lighttpd-tls"] ?? ""}`;
  expect([status, searches.map(({ name }) => name)]).toEqual([1, [`lighttpd-tls, ${broken.slice(2)}`]]);
  expect(properties.filter(({ verdict }) => verdict !== "inconclusive").map(({ id, verdict }) => [id, verdict])).toEqual([[broken, "violated"]]);
  expect(properties.filter(({ id }) => id !== broken).flatMap(({ judgements }) => judgements).every(({ searched }) => searched === "not")).toBe(true);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["NOT_SEARCHED", "note"]]);
  expect(diagnostics[0]?.message).toMatch(/^a violation ended the run, after 1 of 6 searches; not searched: of the specification \(lighttpd-tls\), of the monitor, of the monitor with a secret of keys, /);
});

it.each(["openssl-key-vault", "driver-domain"])("the twin of %s is refused for what it claims and nothing else", { timeout: 120_000 }, (name) => {
  const { status, report } = checked(name, "--all-violations", "--depth", "1"), violated = report.properties.filter(({ verdict }) => verdict === "violated");
  expect([status, violated.map(({ id }) => id)]).toEqual([1, [`C:${studies[name] ?? ""}`]]);
  const steps = violated[0]?.counterexample?.steps.length ?? 0;
  expect(steps).toBeGreaterThan(0);
  expect(steps).toBeLessThanOrEqual(longestTrace);
});

describe("npm run cases", () => {
  const cases = (names: readonly string[], env: { readonly [name: string]: string }): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, ["--import", "./build/strip-types.mjs", "test/cases/check-all.ts", ...names], { cwd: root, encoding: "utf8", env: { PATH: process.env["PATH"], ...env } });

  it("refuses a name that no study has", { timeout: 60_000 }, () => {
    expect(cases(["fast-chanel"], {})).toMatchObject({ status: 2, stdout: "", stderr: "no case study is called fast-chanel; did you mean `fast-channel`?\n" });
  });

  it("goes on where a run gives no report, and fails", { timeout: 120_000 }, () => {
    const { status, stdout } = cases(["fast-channel"], { REFMON_DEPTH: "far" });
    expect(status).toBe(1);
    expect(stdout.split("\n").filter((line) => !line.startsWith("  ")).map((line) => line.split(/ +/)[0])).toEqual([
      "policies/fast-channel.json", "policies/twins/fast-channel.json", "policies/fast-channel.json", "policies/twins/fast-channel.json", "policies/twins/fast-channel.json", "",
    ]);
    expect(stdout.match(/^ {2}WRONG: refmon (?:check|diff) policies\/.* gave no report, and exit code 2: error\[BAD_OPTION\] REFMON_DEPTH: this is not a number/gm)).toHaveLength(5);
  });
});
