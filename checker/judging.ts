/** Which systems judge what of the specification. */
import { known } from "../spec/lang/types.ts";
import { cardinality } from "../spec/lang/value.ts";
import type { Property } from "../spec/lang/property.ts";
import type { System } from "../spec/lang/system.ts";
import type { Policy } from "../spec/policy.ts";
import { readsLabels, systemsOf, unlabelled } from "../spec/system.ts";
import { Label } from "../spec/vocabulary.ts";
import { layoutOf } from "./compile/layout.ts";

export interface Judging { readonly system: System; readonly asked: readonly Property[] }

/**
 * Bits of labels in a state from which on what reads none is judged apart. Below, as in the policies that are shipped, the search that follows every label closes in seconds, and one search
 * less is one less to read of.
 */
const manyLabels = 100;

/** Bits of a state that say whose secrets something may derive from. */
const labelBits = ({ bounds, variables }: System): number => layoutOf(bounds, variables).leaves.filter(({ type }) => {
  const t = known(type);
  return t.kind === "set" && t.of.name === Label.name;
}).length * cardinality(bounds, Label);

/**
 * The smaller system first. A claim's own system follows fewer passages, and what a policy gets wrong is most often a claim. Where states have many labels, what reads none is judged where
 * none is followed: there are hardly more states than ways to map and grant, and not as many as there are ways for secrets to have spread.
 */
export const judgingOf = (policy: Policy, judged: (property: Property) => boolean): readonly Judging[] => {
  const [first, ...excepting] = systemsOf(policy), bare = labelBits(first) < manyLabels ? null : unlabelled(policy);
  const asked = first.properties.filter(judged), apart = bare === null ? [] : asked.filter((property) => !readsLabels(first, property));
  return [
    ...(bare === null ? [] : [{ system: bare, asked: apart }]),
    ...excepting.map((system) => ({ system, asked: system.properties.filter(judged) })),
    { system: first, asked: asked.filter((property) => !apart.includes(property)) },
  ];
};
