/** The whole comparison of two policies, without a word of how it is printed. */
import type { Policy } from "../../spec/policy.ts";
import { changesBetween, type PolicyChange } from "./changes.ts";
import { compare, type CompareOptions, type Comparison } from "./compare.ts";
import { differencesOf, type Difference } from "./differences.ts";
import { propertiesBetween, type PropertyChange } from "./properties.ts";
import { rulesBetween, type RuleChange } from "./rules.ts";
import { onBoth, type Sides } from "./universe.ts";

export interface DiffOptions extends CompareOptions {
  /** So many witnesses are made, and replayed. */
  readonly mostWitnesses: number;
}

export interface Diffed {
  readonly comparison: Comparison;
  readonly changes: readonly PolicyChange[];
  readonly differences: readonly Difference[];
  readonly properties: readonly PropertyChange[];
  readonly rules: readonly RuleChange[];
}

/**
 * Both policies must have the same geometry.
 * @throws SelfCheckError if a witness does not hold on everything that can run it.
 */
export const diff = async (policies: Sides<Policy>, options: DiffOptions): Promise<Diffed> => {
  const changes = changesBetween(policies), comparison = await compare(policies, options);
  const differences = differencesOf(comparison, policies, changes, options.mostWitnesses);
  // What is judged is what was compared: both under the larger bounds.
  const bounded = onBoth(comparison.compared.sides, ({ policy }) => policy), properties = await propertiesBetween(bounded, changes.length === 0, options);
  // Where the two say the same, no rule has become anything.
  return { comparison, changes, differences, properties, rules: changes.length === 0 ? [] : await rulesBetween(bounded, options) };
};
