/** Run as a program of its own, with a policy and a depth: the properties that fail on the saturating machine and on the explicit one, as JSON. */
import { readFileSync } from "node:fs";
import { unlimited } from "../../../../checker/explore/result.ts";
import { readPolicy } from "../../../../checker/policy/read.ts";
import { machineSearch } from "../../../../checker/refine/search.ts";
import { systemsOf } from "../../../../spec/system.ts";
import { explicitSearch, type ExplicitResult } from "./explicit-search.ts";

export interface Verdicts { readonly saturating: readonly string[]; readonly explicit: ExplicitResult }

const [, , path = "", depth = "", capacity = ""] = process.argv;
const read = readPolicy(readFileSync(path, "utf8"), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { violations } = await machineSearch(read.policy, systemsOf(read.policy)[0], { ...unlimited, name: "saturating", depth: Number(depth), allViolations: true });
const verdicts: Verdicts = {
  saturating: [...new Set(violations.map(({ property }) => property))].sort(),
  explicit: explicitSearch(read.policy, Number(depth), Number(capacity)),
};
process.stdout.write(JSON.stringify(verdicts));
