/** The case studies as files; `npm run cases` checks all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
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

it.each(["openssl-key-vault", "driver-domain"])("the twin of %s is refused for what it claims and nothing else", { timeout: 120_000 }, (name) => {
  const { status, stdout } = refmon(["check", twinPath(name), "--all-violations", "--depth", "1", "--no-traces", "--workers", "1", "--reporter", "json"]);
  const report = decode(CheckReport, JSON.parse(stdout) as Json);
  const violated = report.ok ? report.value.properties.filter(({ verdict }) => verdict === "violated") : [];
  expect([status, violated.map(({ id }) => id)]).toEqual([1, [`C:${studies[name] ?? ""}`]]);
  const steps = violated[0]?.counterexample?.steps.length ?? 0;
  expect(steps).toBeGreaterThan(0);
  expect(steps).toBeLessThanOrEqual(longestTrace);
});
