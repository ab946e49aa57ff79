/** One patch of the catalogue, judged: what the checker found, and what of it is not as the patch says. */
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { readTrace, writeTrace } from "../../checker/trace/codec.ts";
import { renamed } from "../../checker/trace/renamed.ts";
import type { Trace } from "../../checker/trace/trace.ts";
import type { Bundler } from "./bundle.ts";
import { badName, litmusNames, litmusPath, patchNamed, policyText, propertyOf } from "./catalogue.ts";
import type * as Judged from "./judged.ts";
import { vital, type Edit, type Patch } from "./patch.ts";

export interface Verdict {
  readonly name: string;
  /** In the order of the report. */
  readonly found: readonly { readonly property: string; readonly steps: number }[];
  readonly states: number;
  /** Good traces of the property that are violations under the patch. */
  readonly bitten: readonly string[];
  /** One sentence each; none if all is as the patch says. */
  readonly wrong: readonly string[];
}

/** What patches are judged with; bundles go into the folder. */
export interface Bench { readonly bundler: Bundler; readonly folder: string; /** Golden traces are written, not compared. */ readonly renew: boolean }

let bundles = 0;

/** The checker with the edits in it. @throws Error if one does not apply. */
const checkerWith = async ({ bundler, folder }: Bench, edits: readonly Edit[]): Promise<typeof Judged> => {
  const outfile = `${folder}/checker-${bundles++}.mjs`;
  writeFileSync(outfile, await bundler.bundle(edits));
  return await import(pathToFileURL(outfile).href) as typeof Judged;
};

/** @throws Error if the text is no trace. */
const traceOf = (text: string, name: string): Trace => {
  const read = readTrace(text);
  if (!read.ok) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
  return read.trace;
};

/** What is different in the golden trace; `null` if nothing is. Where it is to be renewed it is written, and nothing is different. */
const differsFromGolden = (name: string, found: Trace, renew: boolean): string | null => {
  // As it is when it has been written and read.
  const path = litmusPath(badName(name)), text = writeTrace(found), trace = traceOf(text, name);
  if (!existsSync(path)) {
    if (renew) writeFileSync(path, text);
    return renew ? null : `${badName(name)}.json is missing`;
  }
  const golden = traceOf(readFileSync(path, "utf8"), path);
  const same = isDeepStrictEqual(renamed(trace), renamed(golden)), samePolicy = isDeepStrictEqual(trace.policy, golden.policy);
  if (same && samePolicy) return null;
  if (renew) {
    writeFileSync(path, text);
    return null;
  }
  return same ? `the policy in ${badName(name)}.json is another` : `the trace is not that of ${badName(name)}.json`;
};

const goodOf = (property: string): readonly string[] => litmusNames().filter((name) => name.startsWith("good_") && propertyOf(name) === (property.startsWith("C:") ? "C" : property));

/** What is wrong in the specification alone is sought there. */
const isOfSpecification = ({ edits }: Patch): boolean => edits.every(({ file }) => file.startsWith("spec/"));

const judgeWith = async (checker: typeof Judged, patch: Patch, off: string | null): Promise<Judged.Judgement> =>
  checker.judge({ policy: policyText(patch.policy), depth: patch.depth, off, where: isOfSpecification(patch) ? "specification" : "monitor" });

/** What the host does to page tables and to the monitor is no switch of the adversary: the checker does without it. */
const noVitalMoves: Edit = { file: "checker/refine/hostile-host.ts", find: "...(made === 0 ? vitalMoves(m, tables, adversary) : [])", replace: "" };

/** @throws Error if the patch does not apply, or the checker contradicts itself. */
export const verdictOn = async (bench: Bench, name: string): Promise<Verdict> => {
  const patch = patchNamed(name), checker = await checkerWith(bench, patch.edits);
  const { violated, states } = await judgeWith(checker, patch, null);
  const expected = violated.find(({ property }) => property === patch.property), wrong: string[] = [];
  if (expected === undefined) wrong.push(`${patch.property} is not violated`);
  else if (expected.steps !== patch.steps) wrong.push(`${patch.property} is violated after ${expected.steps}, not ${patch.steps}`);
  const first = violated[0]?.property ?? "nothing", due = patch.first?.property ?? patch.property;
  if (first !== due) wrong.push(`${first} comes first, not ${due}`);
  if (patch.needs !== null) {
    const without = patch.needs === vital ? await judgeWith(await checkerWith(bench, [...patch.edits, noVitalMoves]), patch, null) : await judgeWith(checker, patch, patch.needs);
    if (without.violated.length > 0) wrong.push(`without ${patch.needs} ${without.violated[0]?.property ?? ""} is violated too`);
  }
  const differs = expected === undefined ? null : differsFromGolden(name, expected.trace, bench.renew);
  if (differs !== null) wrong.push(differs);
  const bitten = goodOf(patch.property).filter((good) => checker.replayed(readFileSync(litmusPath(good), "utf8")) === "violation");
  return { name, found: violated.map(({ property, steps }) => ({ property, steps })), states, bitten, wrong };
};

/** What the sources as they are have to do with the catalogue: traces show nothing, and policies hold as far as patches are sought in them. One sentence for each that does not. */
export const shippedWrongs = async (bench: Bench, patches: readonly string[], litmus: readonly string[]): Promise<readonly string[]> => {
  const checker = await checkerWith(bench, []), depths = new Map<string, number>();
  for (const { policy, depth } of patches.map(patchNamed)) depths.set(policy, Math.max(depth, depths.get(policy) ?? 0));
  const wrong: string[] = [];
  for (const [policy, depth] of depths) {
    const { violated } = await checker.judge({ policy: policyText(policy), depth, off: null, where: "monitor" });
    if (violated.length > 0) wrong.push(`${policy}: ${violated.map(({ property }) => property).join(", ")} violated without a patch`);
  }
  for (const name of litmus) if (checker.replayed(readFileSync(litmusPath(name), "utf8")) === "violation") wrong.push(`${name} shows a violation without a patch`);
  return wrong;
};
