/** The same through the command line: exit codes, the form of what is printed, and what is left in the folder. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { configurations, policies, traces } from "./bases.ts";
import { mistaken } from "./mutations.ts";

const bundle = join(import.meta.dirname, "..", "..", "dist", "refmon.js");

interface Attempt { readonly args: readonly string[]; readonly bytes: Uint8Array }

const name = "input.json";
const attempts: fc.Arbitrary<Attempt> = fc.oneof(
  fc.tuple(mistaken(policies), fc.constantFrom<readonly string[]>(
    ["check", name, "--depth", "0", "--budget", "100states", "--reporter", "json=report.json"], ["export", name, "--to", "murphi", "--out", "out"], ["simulate", name, "--walks", "1", "--length", "3"],
    ["check", name, "--property", "P6", "--depth", "1", "--call", "map", "--budget", "100states", "--checkpoint", "kept"],
  )).map(([bytes, args]) => ({ args, bytes })),
  fc.tuple(mistaken(traces), fc.constantFrom<readonly string[]>(["replay", name], ["explain", name, "--full"], ["explain", name, "--as-test"])).map(([bytes, args]) => ({ args, bytes })),
  mistaken(configurations).map((bytes) => ({ args: ["check", "--config", name, "--depth", "0"], bytes })),
);

/** What may be beside the input afterwards, whatever the exit code is. */
const allowed = /^(report\.json|out|out\/.+\.m|kept|kept\/.+|\.refmon|\.refmon\/CE-[0-9a-f]{6}\.json)$/;

/** 2 is a refusal, in words; everything else of the table but 70 and 130 is a verdict. */
const wrongs = ({ status, stdout, stderr }: { readonly status: number | null; readonly stdout: string; readonly stderr: string }, left: readonly string[]): readonly string[] => [
  ...(status !== null && [0, 1, 2, 3, 4].includes(status) ? [] : [`exit ${status}`]),
  ...(status !== 2 || (stdout === "" && /^error(\[[A-Z_]+\])? ?.+/.test(stderr)) ? [] : ["exit 2 without words, or with a report"]),
  ...(/^ {4}at /m.test(stderr) ? ["a stack"] : []),
  ...left.filter((path) => path !== name && (!allowed.test(path) || path.endsWith(".part"))).map((path) => `${path} is left`),
  ...(status === 2 && left.includes("report.json") ? ["a report of nothing is left"] : []),
];

/** @throws Error with the smallest input that was found, if something is wrong. Returns how often each exit code came. */
export const fuzzSpawned = (folder: string, seed: number, runs: number): ReadonlyMap<number, number> => {
  const codes = new Map<number, number>();
  fc.assert(fc.property(attempts, ({ args, bytes }) => {
    const cwd = mkdtempSync(join(folder, "run-"));
    writeFileSync(join(cwd, name), bytes);
    const ended = spawnSync(process.execPath, [bundle, ...args], { cwd, encoding: "utf8", env: { PATH: process.env["PATH"] }, maxBuffer: 1 << 26 });
    const wrong = wrongs(ended, readdirSync(cwd, { recursive: true, encoding: "utf8" }));
    rmSync(cwd, { recursive: true });
    if (wrong.length > 0) throw new Error(`refmon ${args.join(" ")}: ${wrong.join(", ")}\n${ended.stderr.slice(0, 2000)}`);
    codes.set(ended.status ?? -1, 1 + (codes.get(ended.status ?? -1) ?? 0));
  }), { seed, numRuns: runs });
  return codes;
};
