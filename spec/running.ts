/**
 * Who ever runs. These properties claim nothing, their consequents are true: what a search measures of them is whether their antecedents are reached. A domain that never runs learns
 * nothing and maps nothing, and claims about it would hold whatever the rules say.
 */
import { current } from "./definitions.ts";
import { bool, eq, of, property, terms, type Property } from "./lang/index.ts";
import type { System } from "./lang/system.ts";
import type { Policy } from "./policy.ts";
import { Domain, Vcpu } from "./vocabulary.ts";

const constantOf = (index: number): string => `runner${index + 1}`;

const runs = (domain: string, index: number): Property => {
  const { [constantOf(index)]: runner } = terms("constant", { [constantOf(index)]: Domain });
  if (runner === undefined) throw new RangeError("a domain has no constant");
  return property({ id: `runs:${domain}`, title: `${domain}-runs`, sentence: `${domain} runs.`, form: "state", place: "A" }, { vcpu: Vcpu }, ({ vcpu }) => ({
    given: eq(current({ vcpu }), runner),
    then: of(bool, true),
  }));
};

/** One for each domain of the policy, in their order. */
export const runningProperties = ({ domains }: Policy): readonly Property[] => domains.map(runs);

/** The system with them behind its own properties. */
export const withRunning = (policy: Policy, system: System): System => ({
  ...system,
  constants: { ...system.constants, ...Object.fromEntries(policy.domains.map((_, index) => [constantOf(index), index])) },
  properties: [...system.properties, ...runningProperties(policy)],
});
