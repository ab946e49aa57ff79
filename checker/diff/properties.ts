/** Which properties and claims hold before and after, on the specification. */
import type { Policy } from "../../spec/policy.ts";
import { isAbstract } from "../compile/compile.ts";
import { search } from "../explore/search.ts";
import { judgingOf } from "../judging.ts";
import type { Ran } from "../report/verdict.ts";
import { judgements, verdictOf } from "../report/verdict.ts";
import type { Verdict } from "../report/model.ts";
import type { CompareOptions } from "./compare.ts";
import { onBoth, type Sides } from "./universe.ts";

export interface PropertyChange { readonly id: string; readonly title: string; readonly old: Verdict | null; readonly new: Verdict | null }

interface Judged { readonly id: string; readonly title: string; readonly verdict: Verdict }

const judged = async (policy: Policy, { search: options }: CompareOptions): Promise<readonly Judged[]> => {
  const ran: Ran[] = [];
  for (const { system, asked } of judgingOf(policy, isAbstract)) {
    if (asked.length === 0) continue;
    const result = await search(system, { ...options, name: system.name, properties: asked.map(({ id }) => id), allViolations: true, depth: Infinity });
    ran.push({ where: "specification", from: "boot", secret: null, bounds: policy, depth: Infinity, result, asked, goesOn: true, budget: null, outgrown: null, seconds: 0 });
  }
  const all = ran.flatMap(({ asked }) => asked);
  return all.filter(({ id }, i) => all.findIndex((one) => one.id === id) === i).map(({ id, title }) => ({ id, title, verdict: verdictOf(judgements(id, ran, [])) }));
};

/** Every property of either policy, `null` where one does not have it. Two policies that say the same are judged once. */
export const propertiesBetween = async (policies: Sides<Policy>, same: boolean, options: CompareOptions): Promise<readonly PropertyChange[]> => {
  const old = await judged(policies.old, options), now = same ? old : await judged(policies.new, options);
  const sides = onBoth({ old, new: now }, (all) => new Map(all.map((one) => [one.id, one])));
  return [...new Map([...old, ...now].map((one) => [one.id, one])).values()]
    .map(({ id, title }) => ({ id, title, old: sides.old.get(id)?.verdict ?? null, new: sides.new.get(id)?.verdict ?? null }));
};
