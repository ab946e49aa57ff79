/** Noninterference of a policy's monitor, by the map alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../../checker/compile/compile.ts";
import { unlimited } from "../../../checker/explore/result.ts";
import type { Declassification } from "../../../checker/flow/declassified.ts";
import { createFlowMap } from "../../../checker/flow/map.ts";
import { variants } from "../../../checker/flow/variants.ts";
import { readPolicy } from "../../../checker/policy/read.ts";
import type { MachineViolation } from "../../../checker/refine/result.ts";
import { machineSearch } from "../../../checker/refine/search.ts";
import { noSecrets } from "../../../checker/refine/secrets.ts";
import type { Policy } from "../../../spec/policy.ts";
import { systemsOf } from "../../../spec/system.ts";

/** @throws Error if the file is no policy. */
export const policyIn = (...path: readonly string[]): Policy => {
  const read = readPolicy(readFileSync(join(import.meta.dirname, "..", "..", "..", ...path), "utf8"), {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
};

export interface Depths { readonly structure: number; readonly secrets: number }

/** The conflicts that are found with these declassifications, and on how many comparisons the three properties were judged. */
export const conflictsOf = async (policy: Policy, { structure, secrets }: Depths, declassifications: readonly Declassification[]): Promise<{
  readonly found: readonly MachineViolation[]; readonly judged: { readonly [property: string]: number };
}> => {
  const compiled = compile(systemsOf(policy)[0]), map = createFlowMap(policy, compiled, declassifications, () => true);
  const found: MachineViolation[] = [];
  const runs = [{ set: noSecrets, depth: structure }, ...(secrets === 0 ? [] : variants(policy).map((one) => ({ set: one.secrets, depth: secrets })))];
  for (const { set, depth } of runs) {
    if (found.length > 0) break;
    const { violations } = await machineSearch(policy, compiled.system, { ...unlimited, name: "flow", properties: [], depth, watch: map.watch(set) }, compiled);
    found.push(...violations);
  }
  return { found, judged: map.judged };
};
