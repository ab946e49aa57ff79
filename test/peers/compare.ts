/**
 * Compares refmon with rumur and Spin on exported systems: `npm run peers`. Numbers of states and transitions must be the same, and each must find
 * seeded bugs of the specification. Exit 0 if everything agrees, 1 if something does not, 2 if a checker is not installed.
 */
import { readFileSync } from "node:fs";
import { Policy } from "../../spec/policy.ts";
import type { System } from "../../spec/lang/system.ts";
import { boundsOf } from "../../spec/lang/types.ts";
import { systemsOf } from "../../spec/system.ts";
import { permutable } from "../../checker/export/program.ts";
import { unlimited } from "../../checker/explore/result.ts";
import { search } from "../../checker/explore/search.ts";
import { constructs } from "../checker/export/constructs.ts";
import { toy } from "../checker/toy.ts";
import { rumur, type RumurOptions } from "../../bench/peers/rumur.ts";
import { spin } from "../../bench/peers/spin.ts";
import { missing, within, type Verdict } from "../../bench/peers/tools.ts";
import { seeds, without } from "./seeds.ts";

const say = (line: string): void => { process.stdout.write(`${line}\n`); };

const policySystem = (name: string): System => {
  const decoded = Policy.decode(JSON.parse(readFileSync(new URL(`policies/${name}.json`, import.meta.url), "utf8")));
  if (decoded._tag === "Left") throw new RangeError(`policies/${name}.json is no policy`);
  return systemsOf(decoded.right)[0];
};

/** Steps on a path of Spin's depth-first search; more is an error and no result. */
const longestPath = 2_000_000;

const withRumur = (system: System, symmetry: RumurOptions["symmetry"]): Promise<Verdict> => within((folder) => rumur(folder, system, { symmetry, threads: 1, optimisation: "-O2" })());
const withSpin = (system: System): Promise<Verdict> => within((folder) => spin(folder, system, { search: "depth", reduction: false, optimisation: "-O1", states: longestPath })());

/** What refmon says, of the properties of the given ids or of all. */
const own = async (system: System, symmetry: boolean, properties: readonly string[] | null = null): Promise<Omit<Verdict, "bytes" | "cpuMilliseconds">> => {
  const began = performance.now(), result = await search(system, { ...unlimited, name: system.name, symmetry, properties });
  return {
    states: result.statesDistinct, transitions: result.transitions, complete: result.closed, violated: result.violations[0]?.property ?? null,
    milliseconds: performance.now() - began,
  };
};

/** Identifiers have no room for what titles have. */
const plain = (title: string): string => title.replace(/[^A-Za-z0-9]+/g, "_");
const names = (title: string, property: string): boolean => plain(title) === plain(property) || plain(title).startsWith(`${plain(property)}_`);

let disagreements = 0;
const judged = (agrees: boolean): string => {
  if (!agrees) disagreements++;
  return agrees ? "agrees" : "DISAGREES";
};

const row = (cells: readonly (string | number)[]): void => {
  const widths = [10, 20, 10, 12, 9];
  say(cells.map((cell, i) => (typeof cell === "number" ? String(cell).padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ").trimEnd());
};

/** rumur tries every permutation of every state that it reaches; more of them than this take minutes. */
const mostPermutations = 20_000_000;

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const permutations = (system: System): number => [...permutable(system)].reduce((product, name) => product * factorial(boundsOf(system.bounds, name).hi + 1), 1);

const counts = async (name: string, system: System): Promise<void> => {
  const unreduced = await own(system, false), canonical = await own({ ...system, symmetric: [...permutable(system)] }, true);
  const tried = permutations(system) * canonical.transitions;
  const peers = [
    { tool: "refmon", found: unreduced, expected: unreduced },
    { tool: "rumur", found: await withRumur(system, "off"), expected: unreduced },
    { tool: "spin", found: await withSpin(system), expected: unreduced },
    { tool: "refmon symmetry", found: canonical, expected: canonical },
    ...(tried <= mostPermutations ? [{ tool: "rumur exhaustive", found: await withRumur(system, "exhaustive"), expected: canonical }] : []),
  ];
  for (const { tool, found, expected } of peers) {
    const agrees = found.complete && found.violated === null && found.states === expected.states && found.transitions === expected.transitions;
    row([name, tool, found.states, found.transitions, `${Math.round(found.milliseconds)} ms`, judged(agrees)]);
  }
  if (tried > mostPermutations) say(`${name}: rumur exhaustive is not asked, it would try ${tried} permutations`);
};

/** A peer may stop at another property than refmon does first: then refmon must find that one too. */
const bug = async (seed: (typeof seeds)[number]): Promise<void> => {
  const broken = without(policySystem(seed.policy), seed), { violated } = await own(broken, false);
  const found = [["rumur", (await withRumur(broken, "off")).violated], ["spin", (await withSpin(broken)).violated]] as const;
  let agrees = violated !== null;
  for (const [, title] of found) {
    const meant = broken.properties.find(({ id }) => title !== null && names(title, id));
    agrees &&= meant !== undefined && (await own(broken, false, [meant.id])).violated === meant.id;
  }
  say(`${seed.policy} without ${seed.call}.${seed.guard}: refmon ${violated ?? "nothing"}; ${found.map(([tool, title]) => `${tool} ${title ?? "nothing"}`).join("; ")}: ${judged(agrees)}`);
};

const absent = missing();
if (absent.length > 0) {
  process.stderr.write(`Not installed: ${absent.join(", ")}. On Debian: apt-get install rumur spin gcc libc6-dev\n`);
  process.exit(2);
}
row(["system", "checker", "states", "transitions"]);
for (const name of ["alone", "deep", "life", "shared", "whole"]) await counts(name, policySystem(name));
await counts("toy", toy(2, 2, 2, false));
await counts("constructs", constructs(2));
say("");
for (const seed of seeds) await bug(seed);
say(disagreements === 0 ? "\nEverything agrees." : `\n${disagreements} disagree.`);
process.exitCode = disagreements === 0 ? 0 : 1;
