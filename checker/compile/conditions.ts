/** A condition taken apart into the conjuncts that can be tried one by one. */
import type { Node } from "../../spec/lang/node.ts";
import { conditionOf, type Context, type Scope } from "./expression.ts";
import { negation, type Js } from "./js.ts";

/** Conjuncts of the condition, or of its negation. */
export const conjuncts = (context: Context, scope: Scope, node: Node, positive = true): readonly Js[] => {
  const split = (inner: Node, sign: boolean): readonly Js[] => conjuncts(context, scope, inner, sign);
  if (node.op === "not") return split(node.of, !positive);
  if (node.op === "and" && positive) return node.all.flatMap((one) => split(one, true));
  if (node.op === "or" && !positive) return node.all.flatMap((one) => split(one, false));
  if (node.op === "implies" && !positive) return [...split(node.left, true), ...split(node.right, false)];
  const condition = conditionOf(context, scope, node);
  return [positive ? condition : negation(condition)];
};
