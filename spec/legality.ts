/**
 * The legality table: for which relation of the caller to the domain that a call names, in which phase of that domain, the call
 * can succeed at all. It is coarser than the guards and stands by itself, so that a mistake in a guard shows.
 */
import { properAncestor } from "./definitions.ts";
import { bool, define, enumeration, eq, ite, matchOption, of, some } from "./lang/index.ts";
import { s } from "./state.ts";
import type { Phase } from "./vocabulary.ts";
import { Domain } from "./vocabulary.ts";

export const Relation = enumeration("Relation", "self", "parent", "ancestor", "peer", "stranger");

/** What the caller is to the domain: itself, its parent, a further ancestor, a sibling, or none of these. */
export const relation = define("relation", { caller: Domain, domain: Domain }, ({ caller, domain }) => {
  const siblings = matchOption(s.parent.at(domain), { none: of(bool, false), some: (mother) => eq(s.parent.at(caller), some(mother)) });
  const unrelated = ite(siblings, of(Relation, "peer"), "stranger");
  const above = ite(properAncestor({ ancestor: caller, domain }), of(Relation, "ancestor"), unrelated);
  return ite(eq(caller, domain), of(Relation, "self"), ite(eq(s.parent.at(domain), some(caller)), of(Relation, "parent"), above));
});

type RelationLabel = (typeof Relation.labels)[number];
type PhaseLabel = (typeof Phase.labels)[number];
type Row = { readonly [R in RelationLabel]?: readonly PhaseLabel[] };

const anyone = (...phases: readonly PhaseLabel[]): Row => ({ self: phases, parent: phases, ancestor: phases, peer: phases, stranger: phases });
const byAncestors = (...phases: readonly PhaseLabel[]): Row => ({ parent: phases, ancestor: phases });
const bySpaceGovernor: Row = { self: ["sealed"], parent: ["building"] };
const toOthers = (...phases: readonly PhaseLabel[]): Row => ({ parent: phases, ancestor: phases, peer: phases, stranger: phases });

/** A relation or phase that is not listed is illegal; a call that names no domain has no row. */
export const legality: { readonly [call: string]: Row } = {
  // Nobody is related to a free slot.
  create: { stranger: ["free"] },
  seal: { parent: ["building"] },
  destroy: byAncestors("building", "sealed"),
  release: byAncestors("dying"),
  donate: { parent: ["building"] },
  table_add: bySpaceGovernor,
  table_remove: bySpaceGovernor,
  map: bySpaceGovernor,
  unmap: bySpaceGovernor,
  protect: bySpaceGovernor,
  grant: toOthers("sealed"),
  // Only a sealed domain can hold a grant, and its death ends the grant.
  revoke: toOthers("sealed"),
  switch: anyone("sealed"),
  dev_assign: { self: ["sealed"], ...byAncestors("sealed") },
};
