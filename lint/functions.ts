import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";

export type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

export const ANY_FUNCTION = ":matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)";

/** Returns the innermost function around the node (not the node itself), or null at module level. */
export function enclosingFunction(node: TSESTree.Node): FunctionNode | null {
  let outer = node.parent;
  while (outer !== undefined && outer.type !== AST_NODE_TYPES.Program && !isFunction(outer)) outer = outer.parent;
  return outer !== undefined && isFunction(outer) ? outer : null;
}

export function isFunction(node: TSESTree.Node): node is FunctionNode {
  return (
    node.type === AST_NODE_TYPES.FunctionDeclaration ||
    node.type === AST_NODE_TYPES.FunctionExpression ||
    node.type === AST_NODE_TYPES.ArrowFunctionExpression
  );
}
