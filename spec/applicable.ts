/**
 * Which properties say something of a policy. One that speaks of devices says nothing where there are none: that is no gap in what was explored, and a report does not
 * call it vacuous. Found by folding its antecedent with what the policy rules out whatever the state is.
 */
import type { Node } from "./lang/node.ts";
import type { Property } from "./lang/property.ts";
import type { Bounds } from "./lang/types.ts";
import { cardinality, equal } from "./lang/value.ts";
import { isOffered } from "./offered.ts";
import type { Policy } from "./policy.ts";
import { invalid, shared } from "./vocabulary.ts";

/** Known whatever the state is, or `null`. */
type Folded = boolean | null;

const isLiteral = (node: Node, of: Node): boolean => JSON.stringify(node) === JSON.stringify(of);

/** What hardware shows on SEV-SNP alone, and is false or 0 everywhere else. */
const shownOnSevSnp: readonly string[] = ["clear", "validatedBy"];

const rootOf = (node: Node): Node => (node.op === "at" ? rootOf(node.map) : node);

const eitherWay = (one: Node, other: Node, holds: (one: Node, other: Node) => boolean): boolean => holds(one, other) || holds(other, one);

const foldWith = (policy: Policy, bounds: Bounds) => {
  const isShared = isOffered(policy, "share_host") || policy.boot.frames.some((frame) => frame.shared === true);
  const kindsOut = [...(isShared ? [] : [shared.node]), ...(policy.platform === "sev-snp" ? [] : [invalid.node])];
  /** The step is a call or move that never happens, or a frame has a kind that none ever has. */
  const isRuledOut = (one: Node, other: Node): boolean => eitherWay(one, other, (left, right) =>
    (left.op === "cell" && left.store === "step" && left.name === "name" && right.op === "literal" && !isOffered(policy, String(right.value)))
    || (left.op === "at" && kindsOut.some((kind) => isLiteral(right, kind))));
  const isBlank = (node: Node): boolean => {
    const root = rootOf(node);
    return policy.platform !== "sev-snp" && root.op === "cell" && root.store === "view" && shownOnSevSnp.includes(root.name);
  };
  const fold = (node: Node): Folded => {
    if (isBlank(node)) return false;
    switch (node.op) {
      case "literal": return typeof node.value === "boolean" ? node.value : null;
      case "not": {
        const inside = fold(node.of);
        return inside === null ? null : !inside;
      }
      case "and": case "or": {
        const all = node.all.map(fold), decisive = node.op === "or";
        return all.includes(decisive) ? decisive : all.includes(null) ? null : !decisive;
      }
      case "equal": {
        if (isRuledOut(node.left, node.right)) return false;
        if (eitherWay(node.left, node.right, (left, right) => isBlank(left) && right.op === "literal" && right.value === 0)) return true;
        const left = fold(node.left), right = fold(node.right);
        return left === null || right === null ? null : equal(left, right);
      }
      case "exists": return cardinality(bounds, node.over) === 0 ? false : fold(node.where) === false ? false : null;
      case "forall": return cardinality(bounds, node.over) === 0 ? true : null;
      default: return null;
    }
  };
  return fold;
};

/** Whether the antecedent of a property can hold under the policy, as far as the policy alone says. */
export const applies = (policy: Policy, bounds: Bounds): ((property: Property) => boolean) => {
  const fold = foldWith(policy, bounds);
  return ({ bindings, given }) => bindings.every(({ type }) => cardinality(bounds, type) > 0) && fold(given) !== false;
};
